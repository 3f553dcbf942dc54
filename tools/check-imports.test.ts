// The gate for the law of imports: it refuses what the law refuses, in .ts and .tsx, and names the right room.
import { describe, expect, it } from "vitest";
import { faultsIn } from "./check-imports.ts";

const faultsOf = (file: string, source: string): string[] => faultsIn(new Map([[file, source]]));

describe("the law of imports", () => {
  it.each([
    ["server/domain/job.ts", 'import { schema } from "../graphql/schema.ts";'],
    ["server/domain/job.ts", 'import sharp from "sharp";'],
    ["server/domain/job.ts", 'import { S3Client } from "@aws-sdk/client-s3";'],
    ["server/domain/job.ts", 'export { decode } from "../images/decode.ts";'],
    ["server/graphql/job.ts", 'import { objects } from "../http/objects.ts";'],
    ["server/graphql/job.ts", 'import { readConfig } from "../config.ts";'],
    ["server/graphql/job.ts", 'const { s3 } = await import("../storage/s3.ts");'],
    ["server/auth/authenticate.ts", 'import { findKey } from "../domain/api-key.ts";'],
    ["server/auth/authenticate.ts", 'import type { findKey } from "../domain/api-key.ts";'],
    ["server/images/decode.ts", 'import { matte } from "../engines/studio/matte.ts";'],
    ["components/pair-grid/PairGrid.tsx", 'import { SkuList } from "../sku-list/SkuList.tsx"; export const Grid = () => <SkuList />;'],
    ["components/pair-grid/PairGrid.tsx", 'import type { Pair } from "../../server/domain/pair.ts"; export const Grid = () => <p />;'],
    ["demo/app/App.tsx", 'import { Studio } from "../../components/studio/Studio.tsx"; export const App = () => <Studio />;'],
    ["demo/app/App.tsx", 'import { Studio } from "@image-studio/react/studio/Studio";'],
  ])("refuses in %s: %s", (file, source) => {
    expect(faultsOf(file, source)).toHaveLength(1);
  });

  it.each([
    ["server/main.ts", 'import { start } from "./graphql/server.ts"; const demo = await import("../demo/backend.ts");'],
    [
      "server/domain/job.ts",
      'import { notFound } from "../errors.ts"; import type { Store } from "../storage/store.ts"; import { z } from "zod";',
    ],
    ["server/graphql/job.ts", 'import { submitJob } from "../domain/job.ts"; import { type Engine } from "../engines/engine.ts";'],
    ["server/engines/engine.ts", 'import { x } from "../images/decode.ts"; import { readFile } from "node:fs/promises";'],
    [
      "components/studio/Studio.tsx",
      'import { SkuList } from "../sku-list/SkuList.tsx"; import "./studio.module.css"; export const S = () => <SkuList />;',
    ],
    [
      "demo/app/App.tsx",
      'import { Studio } from "@image-studio/react"; import "@image-studio/react/styles.css"; export const App = () => <Studio />;',
    ],
    ["server/domain/job.test.ts", 'import { createTestDatabase } from "../../tests/testkit/database.ts"; import sharp from "sharp";'],
  ])("lets pass in %s: %s", (file, source) => {
    expect(faultsOf(file, source)).toEqual([]);
  });

  it("names the place and where the line belongs", () => {
    const [fault] = faultsOf("server/domain/job.ts", '// Jobs.\nimport sharp from "sharp";');
    expect(fault).toContain("server/domain/job.ts:2 server/domain/ must not import sharp");
    expect(fault).toContain("Pixels belong in images/");
  });

  it("finds a circle, but not one of types alone", () => {
    const circle = (keyword: string): string[] =>
      faultsIn(
        new Map([
          ["server/domain/job.ts", 'import { pair } from "./pair.ts";'],
          ["server/domain/pair.ts", `import ${keyword}{ job } from "./job.ts";`],
        ]),
      );
    expect(circle("")).toEqual([expect.stringContaining("server/domain/job.ts -> server/domain/pair.ts -> server/domain/job.ts")]);
    expect(circle("type ")).toEqual([]);
  });
});
