// Migrations on a real database: run once, by one process at a time, and never on a database that is newer.
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { onServer, urlOf } from "../../tests/testkit/database.ts";
import { createLog } from "../log.ts";
import { migrate } from "./migrate.ts";

const log = createLog("silent");
let name: string;
let url: string;

beforeEach(async () => {
  name = `migrate_${randomUUID().replaceAll("-", "")}`;
  url = urlOf(inject("database").adminUrl, name);
  await onServer(inject("database").adminUrl, (client) => client.query(`CREATE DATABASE ${name}`));
});
afterEach(() => vi.unstubAllEnvs());
afterEach(() => onServer(inject("database").adminUrl, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`)));

const query = async (sql: string): Promise<unknown[]> => (await onServer(url, (client) => client.query(sql))).rows;

describe("migrate", () => {
  it("brings an empty database to the newest state, however many processes start at once", async () => {
    await Promise.all([migrate(url, { log }), migrate(url, { log }), migrate(url, { log })]);
    expect(
      await query("SELECT to_regclass('ai_workspace') IS NOT NULL AS ours, to_regclass('graphile_worker.migrations') IS NOT NULL AS queue"),
    ).toEqual([{ ours: true, queue: true }]);
    expect(await query("SELECT migration_name FROM _prisma_migrations GROUP BY 1 HAVING count(*) > 1")).toEqual([]);
  });

  it("takes user and password from PostgreSQL's own variables where the address has none", async () => {
    const bare = new URL(url);
    vi.stubEnv("PGUSER", decodeURIComponent(bare.username));
    vi.stubEnv("PGPASSWORD", decodeURIComponent(bare.password));
    Object.assign(bare, { username: "", password: "" });
    await migrate(bare.href, { log });
    expect(await query("SELECT 1 AS n FROM _prisma_migrations WHERE finished_at IS NULL")).toEqual([]);
  });

  it("refuses a database that is newer than the code", async () => {
    await migrate(url, { log });
    await query(
      "INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at) VALUES ('x', 'x', '29990101000000_future', now(), now())",
    );
    await expect(migrate(url, { log })).rejects.toThrow("newer than this version of Image Studio: it has 29990101000000_future");
  });

  it("gives the reason when a migration cannot run", async () => {
    await query("CREATE TABLE somebody_elses (id int)");
    await expect(migrate(url, { log })).rejects.toThrow("The database schema is not empty");
  });

  it("names the database that cannot be reached, and keeps its password to itself", async () => {
    const failed = migrate("postgresql://user:secret-word@127.0.0.1:1/none", { log });
    await expect(failed).rejects.toThrow("Cannot reach the database none at 127.0.0.1:1");
    await expect(failed).rejects.not.toThrow("secret-word");
  });
});
