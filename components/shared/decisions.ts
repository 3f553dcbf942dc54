// Which decision a photo takes, the step to the server that makes it so, the step that takes it back, and which photo comes next.
import type { PairStatus } from "../api/generated/graphql.ts";
import type { Decision } from "./context.ts";

/** What the server is asked for; `reapprove` reopens and approves in one request, since a decided photo takes no decision. */
export type Step = Decision | "reapprove";

const steps: Readonly<Record<Decision, Readonly<Partial<Record<PairStatus, Step>>>>> = {
  approve: { READY: "approve", REJECTED: "reapprove" },
  reject: { READY: "reject", APPROVED: "reject" },
  archive: { WAITING: "archive", READY: "archive", APPROVED: "archive", REJECTED: "archive", FAILED: "archive" },
  reopen: { APPROVED: "reopen", REJECTED: "reopen", ARCHIVED: "activate" },
  activate: { ARCHIVED: "activate" },
};

/** Undefined where the decision says nothing about a photo that stands so. */
export const stepFor = (decision: Decision, status: PairStatus): Step | undefined => steps[decision][status];

const stepsBack: Readonly<Record<Step, Readonly<Partial<Record<PairStatus, Step>>>>> = {
  approve: { READY: "reopen" },
  reapprove: { REJECTED: "reject" },
  reject: { READY: "reopen", APPROVED: "reapprove" },
  reopen: { APPROVED: "approve", REJECTED: "reject" },
  archive: { WAITING: "activate", READY: "activate", APPROVED: "activate", REJECTED: "activate", FAILED: "activate" },
  activate: { ARCHIVED: "archive" },
};

/** What takes a step back, for a photo that stood so before it. */
export const stepBack = (step: Step, before: PairStatus): Step | undefined => stepsBack[step][before];

/** The server edits no photo that is in a run or archived. */
export const isEditable = (status: PairStatus): boolean => status !== "QUEUED" && status !== "PROCESSING" && status !== "ARCHIVED";

interface Standing {
  readonly id: string;
  readonly status: PairStatus;
}

/**
 * The next photo without a decision after those just decided, from the top again where none follows.
 * @returns where none is left: the neighbour of photos that go out of sight, else undefined
 */
export function nextUndecided(pairs: readonly Standing[], decided: ReadonlySet<string>, decision: Decision): string | undefined {
  const last = pairs.findLastIndex((pair) => decided.has(pair.id));
  const others = [...pairs.slice(last + 1), ...pairs.slice(0, Math.max(0, last))].filter((pair) => !decided.has(pair.id));
  const next = others.find((pair) => pair.status === "READY");
  if (next !== undefined || decision !== "archive") return next?.id;
  return (pairs.slice(last + 1).find((pair) => !decided.has(pair.id)) ?? pairs.slice(0, last).findLast((pair) => !decided.has(pair.id)))
    ?.id;
}
