// SKUs' codes are composed (NFC) in the database, whatever version of the server writes them.
import { readFile } from "node:fs/promises";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tests/testkit/database.ts";

const migration = new URL("../../prisma/migrations/20261130000100_compose_codes/migration.sql", import.meta.url);
const [composed, decomposed] = ["caf\u00e9", "cafe\u0301"];
/** One letter with two marks, composed and in either order. */
const [marked, ...orders] = ["\u1e69", "s\u0323\u0307", "s\u0307\u0323"];

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query("INSERT INTO ai_workspace (id) VALUES ('shop'), ('other')");
});
afterAll(async () => {
  await client.end();
  await database.drop();
});
beforeEach(() => client.query("DELETE FROM ai_workflow_state"));

/** As every version writes them: none is written whose code is taken. */
const insert = (code: string, workspace = "shop"): Promise<unknown> =>
  client.query(
    "INSERT INTO ai_workflow_state (id, workspace, code, updated_at) VALUES (gen_random_uuid(), $1, $2, now()) ON CONFLICT DO NOTHING",
    [workspace, code],
  );
const codes = async (workspace = "shop"): Promise<string[]> => {
  const { rows } = await client.query<{ code: string }>("SELECT code FROM ai_workflow_state WHERE workspace = $1", [workspace]);
  return rows.map(({ code }) => code).toSorted();
};

describe("a SKU's code", () => {
  it("is composed when a version writes it that keeps codes as they come, and no second one stands beside it", async () => {
    for (const code of [decomposed, composed, ...orders]) await insert(code);
    expect(await codes()).toEqual([composed, marked]);
  });

  it("is composed when such a version renames a SKU", async () => {
    await insert("A-1");
    await client.query("UPDATE ai_workflow_state SET code = $1", [decomposed]);
    expect(await codes()).toEqual([composed]);
  });

  it("follows where it was written before the database composed any, save one whose composed twin is there", async () => {
    await client.query("DROP FUNCTION ai_compose_code CASCADE");
    await insert(decomposed);
    for (const code of orders) await insert(code);
    for (const code of [composed, decomposed]) await insert(code, "other");
    await client.query(await readFile(migration, "utf8"));
    expect(await codes()).toHaveLength(3);
    expect(await codes()).toEqual(expect.arrayContaining([composed, marked]));
    expect(await codes("other")).toEqual([composed, decomposed].toSorted());
    await insert(decomposed, "other");
    expect(await codes("other")).toHaveLength(2);
  });
});
