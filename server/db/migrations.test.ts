// Every migration must leave the version before it working: while one is deployed, processes of both run on the same tables.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const folder = new URL("../../prisma/migrations/", import.meta.url);
const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .toSorted();

/** What breaks a version that is still running, and how it is done instead. */
const breaking: readonly (readonly [pattern: RegExp, why: string])[] = [
  [
    /\bDROP\s+(TABLE|COLUMN|TYPE|SCHEMA|VIEW)\b/i,
    "drops what the version before it reads: first release a version that does not, drop it with the next",
  ],
  [
    /\bRENAME\s+(TO|COLUMN|CONSTRAINT|VALUE)\b|\bRENAME\s+"?\w+"?\s+TO\b/i,
    "renames: add the new name, write both, drop the old one with the next version",
  ],
  [/\bALTER\s+COLUMN\s+\S+\s+(SET\s+DATA\s+)?TYPE\b/i, "changes a column's type, which rewrites the table under a lock: add a column"],
  [/\bALTER\s+COLUMN\s+\S+\s+SET\s+NOT\s+NULL\b/i, "makes a column NOT NULL that the version before it may leave empty"],
  [/\bALTER\s+COLUMN\s+\S+\s+DROP\s+DEFAULT\b/i, "drops a default that the version before it relies on"],
  [/\bTRUNCATE\b/i, "empties a table"],
];

/** Without comments and without the bodies of functions, which change no table by being there. */
const statements = (sql: string): string[] =>
  sql
    .replace(/--.*$/gm, "")
    .replace(/\$(\w*)\$[\s\S]*?\$\1\$/g, "''")
    .split(";")
    .map((statement) => statement.trim())
    .filter(Boolean);

/** Sentences, one for each thing that breaks the version before. */
function faultsOf(sql: string): string[] {
  const all = statements(sql);
  const own = new Set(all.flatMap((statement) => /^CREATE TABLE (?:IF NOT EXISTS )?"?(\w+)"?/i.exec(statement)?.[1] ?? []));
  return all.flatMap((statement) => {
    // A table that comes with this very migration is nobody's yet.
    const table = /^(?:ALTER TABLE|CREATE (?:UNIQUE )?INDEX[^(]*? ON) (?:ONLY )?"?(\w+)"?/i.exec(statement)?.[1];
    if (table !== undefined && own.has(table)) return [];
    const found = breaking.filter(([pattern]) => pattern.test(statement)).map(([, why]) => why);
    const added = statement.split(/,\s*(?=ADD\b)/i).filter((part) => /\bADD\s+COLUMN\b/i.test(part));
    if (added.some((part) => /\bNOT\s+NULL\b/i.test(part) && !/\bDEFAULT\b|\bGENERATED\b/i.test(part)))
      found.push("adds a NOT NULL column without a default, which the version before it does not fill");
    return found.map((why) => `${why}: ${statement.replace(/\s+/g, " ").slice(0, 120)}`);
  });
}

describe("migrations", () => {
  it.each(names.slice(1))("%s lets the version before it go on", (name) => {
    expect(faultsOf(readFileSync(new URL(`${name}/migration.sql`, folder), "utf8"))).toEqual([]);
  });

  it.each([
    ['ALTER TABLE "ai_job" DROP COLUMN "mode"', "drops"],
    ["DROP TABLE ai_job", "drops"],
    ['ALTER TABLE "ai_job" RENAME COLUMN "mode" TO "kind"', "renames"],
    ['ALTER TABLE "ai_job" RENAME TO "job"', "renames"],
    ["ALTER TYPE \"JobMode\" RENAME VALUE 'BATCH' TO 'BULK'", "renames"],
    ['ALTER TABLE "ai_job" ALTER COLUMN "mode" SET DATA TYPE TEXT', "type"],
    ['ALTER TABLE "ai_job" ALTER COLUMN "prompt" SET NOT NULL', "NOT NULL"],
    ['ALTER TABLE "ai_job" ALTER COLUMN "queued" DROP DEFAULT', "default"],
    ['ALTER TABLE "ai_job" ADD COLUMN "a" TEXT DEFAULT \'x\',\n ADD COLUMN "b" TEXT NOT NULL', "NOT NULL"],
    ["TRUNCATE ai_job", "empties"],
  ])("would not be let through as %s", (sql, why) => {
    expect(faultsOf(sql).join()).toContain(why);
  });

  it.each([
    'ALTER TABLE "ai_job" ADD COLUMN "a" TEXT, ADD COLUMN "b" INTEGER NOT NULL DEFAULT 0',
    'CREATE TABLE "ai_new" ("id" UUID NOT NULL); ALTER TABLE "ai_new" ALTER COLUMN "id" SET NOT NULL',
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DROP TABLE x; END $$; -- DROP TABLE y",
    'CREATE INDEX "i" ON "ai_job"("mode")',
  ])("may be %s", (sql) => {
    expect(faultsOf(sql)).toEqual([]);
  });
});
