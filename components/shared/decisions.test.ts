// Decisions, the way back from each, and the walk from one undecided photo to the next.
import { describe, expect, it } from "vitest";
import type { PairStatus } from "../api/generated/graphql.ts";
import type { Decision } from "./context.ts";
import { nextUndecided, stepBack, stepFor } from "./decisions.ts";

const statuses: readonly PairStatus[] = ["WAITING", "QUEUED", "PROCESSING", "READY", "APPROVED", "REJECTED", "FAILED", "ARCHIVED"];
const decisions: readonly Decision[] = ["approve", "reject", "archive", "reopen", "activate"];

describe("a decision", () => {
  it("says nothing about a photo in a run, and nothing twice", () => {
    for (const decision of decisions) {
      expect(stepFor(decision, "QUEUED")).toBeUndefined();
      expect(stepFor(decision, "PROCESSING")).toBeUndefined();
    }
    expect(stepFor("approve", "APPROVED")).toBeUndefined();
    expect(stepFor("reject", "REJECTED")).toBeUndefined();
    expect(stepFor("approve", "WAITING")).toBeUndefined();
  });

  it("can always be taken back", () => {
    const oneWay = decisions.flatMap((decision) =>
      statuses.filter((status) => {
        const step = stepFor(decision, status);
        return step !== undefined && stepBack(step, status) === undefined;
      }),
    );
    expect(oneWay).toEqual([]);
  });

  it("changes its mind in one step", () => {
    expect(stepFor("approve", "REJECTED")).toBe("reapprove");
    expect(stepBack("reapprove", "REJECTED")).toBe("reject");
    expect(stepBack("reject", "APPROVED")).toBe("reapprove");
  });
});

describe("the next photo", () => {
  const pairs = (...all: PairStatus[]) => all.map((status, index) => ({ id: String(index), status }));

  it("is the next undecided one", () => {
    expect(nextUndecided(pairs("READY", "APPROVED", "WAITING", "READY"), new Set(["0"]), "approve")).toBe("3");
  });

  it("is found from the top again", () => {
    expect(nextUndecided(pairs("READY", "READY", "APPROVED"), new Set(["1"]), "reject")).toBe("0");
  });

  it("comes after the last of several", () => {
    expect(nextUndecided(pairs("READY", "READY", "READY", "READY"), new Set(["0", "2"]), "approve")).toBe("3");
  });

  it("stays where nothing is left, and steps aside where the photo goes out of sight", () => {
    expect(nextUndecided(pairs("READY", "APPROVED"), new Set(["0"]), "approve")).toBeUndefined();
    expect(nextUndecided(pairs("WAITING", "APPROVED", "APPROVED"), new Set(["1"]), "archive")).toBe("2");
    expect(nextUndecided(pairs("APPROVED", "WAITING"), new Set(["1"]), "archive")).toBe("0");
  });
});
