#!/usr/bin/env node
// Prisma's schema engine without a download: the argv and the JSON-RPC of its native program, answered by the WebAssembly engine over adapter-pg.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import * as wasm from "@prisma/schema-engine-wasm/schema_engine_bg";
import pg from "pg";

/** PostgreSQL's internal type "char" and its text: https://www.postgresql.org/docs/18/catalog-pg-type.html */
const charOid = 18;
const textOid = 25;
/** JSON-RPC's code for an error of the engine, as the native program sends it. */
const engineErrorCode = 4466;
const panicExitCode = 101;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: {
    datamodels: { type: "string", multiple: true },
    datasource: { type: "string" },
    "enabled-preview-features": { type: "string" },
    "extension-types": { type: "string" },
    version: { type: "boolean" },
  },
});
const datasource = options.datasource ? JSON.parse(options.datasource) : {};

async function loadWasm() {
  globalThis.PRISMA_WASM_PANIC_REGISTRY = {
    message: "",
    set_message(message) {
      this.message = `RuntimeError: ${message}`;
    },
  };
  const entry = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm");
  const binary = readFileSync(entry.replace(/schema_engine\.js$/, "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(binary, { "./schema_engine_bg.js": wasm });
  wasm.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start?.();
}

/** The native program's log: one JSON object a line on stderr. */
function log(level, message, extra = {}) {
  const entry = { timestamp: new Date().toISOString(), level, fields: { message, ...extra }, target: "schema_engine::logger" };
  process.stderr.write(`${JSON.stringify(entry)}\n`);
}

// --- Commands: `schema-engine cli create-database` and its like ---

async function runCommand(command) {
  try {
    if (command === "can-connect-to-database") await withClient(datasource.url, (client) => client.query("SELECT 1"));
    else if (command === "create-database") await createDatabase(datasource.url);
    else if (command === "drop-database") await dropDatabase(datasource.url);
    else throw new Error(`unknown command ${command}`);
    process.exit(0);
  } catch (error) {
    const [code, message] = toKnownError(error, datasource.url);
    // The Prisma CLI drops the first line.
    process.stderr.write("\n");
    log("ERROR", message, { error_code: code, is_panic: false });
    process.exit(1);
  }
}

async function withClient(url, action) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await action(client);
  } finally {
    await client.end();
  }
}

/** The server's own database, from which others are created and dropped. */
function adminOf(databaseUrl) {
  const url = new URL(databaseUrl);
  const name = decodeURIComponent(url.pathname.slice(1));
  url.pathname = "/postgres";
  url.searchParams.delete("schema");
  return { name, url: url.href };
}

async function createDatabase(databaseUrl) {
  const { name, url } = adminOf(databaseUrl);
  await withClient(url, (client) => client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`));
  return { databaseName: name };
}

async function dropDatabase(databaseUrl) {
  const { name, url } = adminOf(databaseUrl);
  await withClient(url, (client) => client.query(`DROP DATABASE ${pg.escapeIdentifier(name)} WITH (FORCE)`));
}

/** Prisma's codes for what the CLI handles by itself: https://www.prisma.io/docs/orm/reference/error-reference */
function toKnownError(error, databaseUrl) {
  const url = new URL(databaseUrl);
  if (error.code === "3D000") return ["P1003", `Database \`${url.pathname.slice(1)}\` does not exist`];
  if (error.code === "28P01" || error.code === "28000")
    return ["P1000", `Authentication failed against database server at \`${url.hostname}\``];
  return ["P1001", `Can't reach database server at \`${url.hostname}:${url.port || 5432}\``];
}

// --- What adapter-pg lacks for migrations ---

/** adapter-pg 7.10 does not know "char", which the catalogue's rows hold: let it through as text, then tell the engine what it is. */
async function teachCharType() {
  // Pools connect lazily: no connection is made.
  const probe = await new PrismaPg({ connectionString: "postgresql://localhost/x" }).connect();
  const queryable = Object.getPrototypeOf(Object.getPrototypeOf(probe));
  const { performIO, queryRaw } = queryable;
  const charColumns = new WeakMap();
  queryable.performIO = async function (query) {
    const result = await performIO.call(this, query);
    const columns = [];
    for (const [index, field] of (result.fields ?? []).entries()) {
      if (field.dataTypeID !== charOid) continue;
      field.dataTypeID = textOid;
      columns.push(index);
    }
    charColumns.set(query, columns);
    return result;
  };
  queryable.queryRaw = async function (query) {
    const result = await queryRaw.call(this, query);
    for (const index of charColumns.get(query) ?? []) result.columnTypes[index] = ColumnTypeEnum.Character;
    return result;
  };
}

/** How to drop the shadow databases made for the present request. */
const shadows = [];

async function dropShadows() {
  while (shadows.length > 0)
    await shadows
      .pop()()
      .catch((error) => log("WARN", `shadow database not dropped: ${error.message}`));
}

class MigrationAdapter extends PrismaPg {
  /** adapter-pg splits scripts at ";" and so breaks $$-quoted bodies: the script is sent as it is, by the simple query protocol. */
  async connect() {
    const adapter = await super.connect();
    adapter.executeScript = async (script) => {
      try {
        await adapter.underlyingDriver().query(script);
      } catch (error) {
        adapter.onError(error);
      }
    };
    return adapter;
  }

  /** adapter-pg drops its shadow database while its own pool is still connected; here it is dropped after the request. */
  async connectToShadowDb() {
    const name = `prisma_migrate_shadow_db_${crypto.randomUUID()}`;
    const { url: adminUrl } = adminOf(datasource.shadowDatabaseUrl ?? datasource.url);
    await withClient(adminUrl, (client) => client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`));
    shadows.push(() => withClient(adminUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`)));
    const url = new URL(adminUrl);
    url.pathname = `/${name}`;
    const adapter = await new MigrationAdapter({ connectionString: url.href }).connect();
    // Dropped by force while connected: that is no error.
    adapter.underlyingDriver().on("error", () => {});
    return adapter;
  }
}

// --- JSON-RPC: a request a line on stdin, an answer a line on stdout ---

let enginePromise;
let nextPrintId = 1;

function serve() {
  process.on("uncaughtException", (error) => {
    log("ERROR", globalThis.PRISMA_WASM_PANIC_REGISTRY.message || error.message, { is_panic: true, backtrace: error.stack });
    process.exit(panicExitCode);
  });
  const lines = createInterface({ input: process.stdin });
  let queue = Promise.resolve();
  lines.on("line", (line) => {
    queue = queue.then(() => answer(JSON.parse(line)));
  });
  lines.on("close", () => queue.then(() => process.exit(0)));
}

function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
}

async function answer({ id, method, params }) {
  // The answer to our own `print`.
  if (method === undefined) return;
  try {
    const result = await perform(method, params);
    await dropShadows();
    send({ id, result });
  } catch (error) {
    await dropShadows();
    send({ id, error: await toRpcError(error) });
  }
}

async function perform(method, params) {
  if (method === "createDatabase") return await createDatabase(params.datasource?.url ?? datasource.url);
  if (method === "dbExecute") {
    await withClient(params.datasourceType?.url ?? datasource.url, (client) => client.query(params.script));
    return null;
  }
  const { engine } = await startedEngine();
  if (method === "getDatabaseVersion") return await engine.version(params);
  if (typeof engine[method] !== "function") throw new Error(`method ${method} is not supported by the wasm schema engine`);
  const result = (await engine[method](params)) ?? null;
  if (method === "diff" && typeof result?.stdout === "string")
    send({ id: nextPrintId++, method: "print", params: { content: result.stdout } });
  return result;
}

function startedEngine() {
  enginePromise ??= startEngine();
  return enginePromise;
}

async function startEngine() {
  const schema = new URL(datasource.url ?? "postgresql://localhost/x").searchParams.get("schema") ?? undefined;
  const factory = new MigrationAdapter({ connectionString: datasource.url }, schema ? { schema } : undefined);
  const adapter = bindMigrationAwareSqlAdapterFactory(factory);
  const datamodels = options.datamodels?.map((path) => [path, readFileSync(path, "utf8")]);
  const debug = (line) => process.env.DEBUG && process.stderr.write(`${line}\n`);
  return { engine: await wasm.SchemaEngine.new({ datamodels }, debug, adapter), errors: adapter.errorRegistry };
}

/** None when the engine itself could not start. */
async function errorRegistry() {
  try {
    return (await enginePromise)?.errors;
  } catch {
    return undefined;
  }
}

/** The engine says "external error 3" where the adapter holds the real reason. */
async function toRpcError(error) {
  if (process.env.DEBUG) console.error(error);
  const raw = error?.message ?? String(error);
  const errors = await errorRegistry();
  const number = /external error.*?(\d+)/i.exec(raw)?.[1];
  const real = number === undefined ? undefined : errors?.consumeError?.(Number(number))?.error;
  const message = real ? String(real.message ?? real) : raw;
  const data = error?.data ?? { is_panic: false, message, meta: error?.meta ?? null, error_code: error?.code ?? null };
  return { code: engineErrorCode, message: "An error happened. Check the data field for details.", data };
}

await loadWasm();
if (options.version) {
  console.log(`schema-engine-cli ${wasm.version()} (wasm)`);
} else if (positionals[0] === "cli") {
  await runCommand(positionals[1]);
} else {
  await teachCharType();
  serve();
}
