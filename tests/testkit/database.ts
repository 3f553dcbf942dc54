// A fresh, migrated database for each suite: a clone of the template that the global setup made.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { inject } from "vitest";

/** The server of this run and the migrated database that is cloned. */
export interface DatabaseServer {
  readonly adminUrl: string;
  readonly template: string;
}

declare module "vitest" {
  interface ProvidedContext {
    database: DatabaseServer;
  }
}

export interface TestDatabase {
  readonly url: string;
  /** Throws when somebody still holds a connection: a leak fails the suite. */
  drop(): Promise<void>;
}

/** A pool's `end` returns before the server has noticed, which takes its time on a busy machine; what is leaked stays for good. */
const closingMs = 15_000;

/** An empty database with all migrations, in about 30 ms. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { adminUrl, template } = inject("database");
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await onServer(adminUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  return { url: urlOf(adminUrl, name), drop: () => onServer(adminUrl, (client) => dropWatched(client, name)) };
}

async function dropWatched(client: pg.Client, name: string): Promise<void> {
  const held = await heldConnections(client, name);
  await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  if (held.length > 0) throw new Error(`${held.length} connections to the test database were left open: ${held.join("; ")}`);
}

async function heldConnections(client: pg.Client, name: string): Promise<string[]> {
  for (const end = Date.now() + closingMs; ; await sleep(20)) {
    const { rows } = await client.query<{ held: string }>(
      "SELECT concat_ws(' ', application_name, left(query, 80)) AS held FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'",
      [name],
    );
    if (rows.length === 0 || Date.now() > end) return rows.map(({ held }) => held);
  }
}

/** Runs the action on a connection of its own. */
export async function onServer<Result>(url: string, action: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await action(client);
  } finally {
    await client.end();
  }
}

/** The same server, another database. */
export function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}
