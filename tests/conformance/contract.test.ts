// The API's contract: what stands in it keeps its name, its nullability and its meaning, and the committed schema is the code's.
import { readFile } from "node:fs/promises";
import { findBreakingChanges, buildSchema as parseSchema, printSchema } from "graphql";
import { expect, it } from "vitest";
import { buildSchema } from "../../server/graphql/schema.ts";

const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), "utf8");

it("keeps everything that the contract promises", async () => {
  const contract = parseSchema(await read("contract.graphql"));
  const changes = findBreakingChanges(contract, buildSchema());
  expect(changes.map(({ description }) => description)).toEqual([]);
});

it("commits schema.graphql as the code defines it (else: node tools/print-schema.ts)", async () => {
  expect(await read("../../schema.graphql")).toBe(`${printSchema(buildSchema())}\n`);
});
