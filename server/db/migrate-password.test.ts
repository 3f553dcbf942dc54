// What the machine's list of processes tells while the database is migrated.
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, inject, it } from "vitest";
import { onServer, urlOf } from "../../tests/testkit/database.ts";

const root = join(import.meta.dirname, "../..");

it("keeps the database's password out of the arguments of Prisma's engine, and still connects by it", async () => {
  const { adminUrl } = inject("database");
  const name = `migrate_${randomUUID().replaceAll("-", "")}`;
  const word = randomUUID();
  const password = `a:/@%#${word}`;
  const dir = await mkdtemp(join(tmpdir(), "studio-engine-"));
  const [engine, seen] = [join(dir, "engine.mjs"), join(dir, "arguments")];
  const program = `#!/usr/bin/env node
    import { appendFileSync } from "node:fs";
    appendFileSync(${JSON.stringify(seen)}, process.argv.join(" ") + "\\n");
    await import(${JSON.stringify(join(root, "tools/schema-engine.mjs"))});`;
  await writeFile(engine, program, { mode: 0o700 });
  await onServer(adminUrl, async (client) => {
    await client.query(`CREATE ROLE ${name} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
    await client.query(`CREATE DATABASE ${name} OWNER ${name}`);
  });
  const url = new URL(urlOf(adminUrl, name));
  url.username = name;
  url.password = encodeURIComponent(password);
  try {
    const prisma = createRequire(import.meta.url).resolve("prisma/build/index.js");
    const env = {
      DATABASE_URL: url.href,
      PRISMA_SCHEMA_ENGINE_BINARY: engine,
      PATH: `${dirname(process.execPath)}${delimiter}/usr/bin`,
      CHECKPOINT_DISABLE: "1",
    };
    const { stdout } = await promisify(execFile)(process.execPath, [prisma, "migrate", "deploy"], { cwd: root, env });
    expect(stdout).toContain("All migrations have been successfully applied.");
    const lines = await readFile(seen, "utf8");
    expect(lines).toContain(name);
    expect(lines).not.toContain(word);
  } finally {
    await rm(dir, { recursive: true });
    await onServer(adminUrl, async (client) => {
      await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await client.query(`DROP ROLE ${name}`);
    });
  }
});
