// Where Prisma's command line finds the schema, the migrations, the database and a schema engine that needs no download.
import { fileURLToPath } from "node:url";
import { defineConfig } from "prisma/config";

process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= fileURLToPath(new URL("./tools/schema-engine.mjs", import.meta.url));

const url = new URL(process.env.DATABASE_URL || "postgresql://postgres:postgres@127.0.0.1:54329/postgres");
// Prisma hands the address to the engine as an argument, which every user of the machine can read in its list of processes; `pg`, by which
// the engine connects, takes the password from its environment as well.
if (url.password !== "") process.env.PGPASSWORD = decodeURIComponent(url.password);
url.password = "";

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: url.href },
});
