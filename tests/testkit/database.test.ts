// The test databases themselves: clones are separate, and a leak is noticed.
import pg from "pg";
import { describe, expect, it } from "vitest";
import { createTestDatabase, onServer } from "./database.ts";

describe("a test database", () => {
  it("is migrated, and no other test sees what is written into it", async () => {
    const [one, other] = [await createTestDatabase(), await createTestDatabase()];
    await onServer(one.url, (client) => client.query("INSERT INTO ai_workspace (id) VALUES ('mine')"));
    const { rows } = await onServer(other.url, (client) => client.query("SELECT id FROM ai_workspace"));
    expect(rows).toEqual([]);
    await Promise.all([one.drop(), other.drop()]);
  });

  it("tells of a connection that a suite has left open", async () => {
    const database = await createTestDatabase();
    const leak = new pg.Client({ connectionString: database.url, application_name: "leak" });
    leak.on("error", () => undefined);
    await leak.connect();
    await expect(database.drop()).rejects.toThrow("1 connections to the test database were left open: leak");
  });
});
