import { describe, expect, it } from "vitest";
import { databaseFaultOf, isRefused } from "./faults.ts";

/** As Prisma throws what PostgreSQL has answered. */
const answered = (originalCode: string, severity = "ERROR"): Error =>
  Object.assign(new Error("Raw query failed"), {
    code: "P2010",
    meta: { driverAdapterError: { cause: { kind: "postgres", originalCode, severity } } },
  });

describe("a fault of the database", () => {
  it("promises that nothing was changed where a statement was refused for want of room", () => {
    for (const fault of [answered("53100"), Object.assign(new Error("could not extend file"), { code: "53100", severity: "ERROR" })]) {
      expect(databaseFaultOf(fault)).toMatch(/disk is full\. Nothing was changed/);
      expect(isRefused(fault)).toBe(false);
    }
  });

  it("promises nothing where the database ended over it", () => {
    for (const fault of [answered("53100", "PANIC"), Object.assign(new Error("no log"), { code: "53100", severity: "PANIC" })]) {
      expect(databaseFaultOf(fault)).toMatch(/had to end: its disk is full/);
      expect(databaseFaultOf(fault)).not.toMatch(/Nothing was changed/);
    }
  });

  it("is none where it is the statement that is wrong", () => {
    expect(databaseFaultOf(answered("23505"))).toBeNull();
    expect(isRefused(answered("23505"))).toBe(true);
  });
});
