// The API's contract: what stands in it keeps its name, its nullability and its meaning, and the committed schema is the code's.
import { readFile } from "node:fs/promises";
import { BreakingChangeType, findBreakingChanges, buildSchema as parseSchema, printSchema } from "graphql";
import { expect, it } from "vitest";
import { buildSchema } from "../../server/graphql/schema.ts";

const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), "utf8");

/** What is only missing yet is no change of what stands; everything else is. */
const notYetBuilt: readonly string[] = [BreakingChangeType.TYPE_REMOVED, BreakingChangeType.FIELD_REMOVED];

it("changes nothing that the contract promises", async () => {
  const contract = parseSchema(await read("contract.graphql"));
  const changes = findBreakingChanges(contract, buildSchema()).filter(({ type }) => !notYetBuilt.includes(type));
  expect(changes.map(({ description }) => description)).toEqual([]);
});

it("commits schema.graphql as the code defines it (else: node tools/print-schema.ts)", async () => {
  expect(await read("../../schema.graphql")).toBe(`${printSchema(buildSchema())}\n`);
});
