// Decisions on pairs, many at once: approve, reject, reopen, archive, activate; and which of a pair's results is the current one.
//
// READY -> APPROVED | REJECTED (a person decides), either -> READY (reopened, or another result made current), any of them and
// WAITING and FAILED -> ARCHIVED -> back to what it was. A pair in a run (QUEUED, PROCESSING) takes no decision: the run decides
// what it is next. Asking for what is so already is a success that changes nothing.
import type { App } from "../app.ts";
import { assertRole, type Viewer } from "../auth/viewer.ts";
import { Prisma, type Tx } from "../db/client.ts";
import { conflict, notFound, type UserError } from "../errors.ts";
import { publish } from "../events/news.ts";
import { say } from "../say.ts";
import { checkBulk, eachOnce, failureOf, readableIds, type Subject } from "./bulk.ts";
import { type BrokenRules, checkRules } from "./compliance-check.ts";
import { pairNews } from "./job.ts";
import { requireText } from "./names.ts";
import type { PairRow } from "./pair.ts";
import { isRunning, type LockedPair, lockPairs, pairsById, stillRunning } from "./pair-lock.ts";
import type { Failure } from "./upload.ts";

/** Characters of a rejection's reason: a few sentences; it stands beside the pair in every grid. */
const maxReasonLength = 1_000;

export interface PairsOutcome {
  /** Those that are now as asked, in the order of the input. */
  readonly ids: string[];
  readonly failures: Failure[];
}

type Status = PairRow["status"];

interface Decision {
  readonly from: readonly Status[];
  /** Where there is nothing left to do. */
  readonly already: readonly Status[];
  /** What is written where the decision holds; it sees the old row. */
  readonly set: Prisma.Sql;
  /** Why it can not be, and what to do first. */
  readonly refusals: Readonly<Partial<Record<Status, string>>>;
  /** A last word on a pair that is in the right state. */
  readonly check?: (pair: LockedPair) => UserError | null;
}

const archivedFirst = say("PAIR_ARCHIVED");
const noResultYet = say("PAIR_HAS_NO_RESULT");
const runFailed = say("PAIR_FAILED");

const approval: Decision = {
  from: ["READY"],
  already: ["APPROVED"],
  set: Prisma.sql`status = 'APPROVED', note = NULL`,
  refusals: {
    WAITING: noResultYet,
    FAILED: runFailed,
    REJECTED: say("PAIR_REJECTED"),
    ARCHIVED: archivedFirst,
  },
  check: ({ currentResultId }) => (currentResultId === null ? conflict(noResultYet) : null),
};

const reopening: Decision = {
  from: ["APPROVED", "REJECTED"],
  already: ["READY"],
  set: Prisma.sql`status = 'READY', note = NULL`,
  refusals: {
    WAITING: say("PAIR_NOTHING_TO_TAKE_BACK"),
    FAILED: say("PAIR_FAILED_NOTHING_TO_TAKE_BACK"),
    ARCHIVED: archivedFirst,
  },
};

const archiving: Decision = {
  from: ["WAITING", "READY", "APPROVED", "REJECTED", "FAILED"],
  already: ["ARCHIVED"],
  set: Prisma.sql`archived_from = status, status = 'ARCHIVED'`,
  refusals: {},
};

const activation: Decision = {
  from: ["ARCHIVED"],
  already: ["WAITING", "QUEUED", "PROCESSING", "READY", "APPROVED", "REJECTED", "FAILED"],
  // Without a note of where it came from, what it holds decides.
  set: Prisma.sql`status = coalesce(archived_from, (CASE WHEN current_result_id IS NULL THEN 'WAITING' ELSE 'READY' END)::"PairStatus"),
    archived_from = NULL`,
  refusals: {},
};

/** @param compliantWith a preset's name: pairs whose current result breaks one of its rules come back as failures */
export async function approvePairs(
  app: App,
  viewer: Viewer,
  { subjects, compliantWith }: { subjects: readonly Subject[]; compliantWith?: string | null | undefined },
): Promise<PairsOutcome> {
  assertRole(viewer, "REVIEWER");
  checkBulk("ids", subjects, "pair");
  if (compliantWith === null || compliantWith === undefined) return decide(app, viewer, subjects, approval);
  const broken = await checkRules(app, viewer, { pairIds: readableIds(eachOnce(subjects)), preset: compliantWith });
  const check = (pair: LockedPair): UserError | null => approval.check?.(pair) ?? brokenBy(pair, broken, compliantWith);
  // Those approved already are measured too: who asks for compliant ones takes the answer's pairs for compliant.
  return decide(app, viewer, subjects, { ...approval, check });
}

function brokenBy({ id, currentResultId }: LockedPair, broken: BrokenRules, preset: string): UserError | null {
  const checked = broken.get(id);
  if (checked === undefined || checked.resultId !== currentResultId) return conflict(say("PAIR_CHANGED_MEANWHILE"));
  if (checked.rules instanceof Error) return checked.rules;
  return checked.rules.length === 0 ? null : conflict(say("RESULT_BREAKS_RULES", { preset, broken: checked.rules }));
}

/** @param reason kept as the pair's note; blank is none */
export async function rejectPairs(
  app: App,
  viewer: Viewer,
  { subjects, reason }: { subjects: readonly Subject[]; reason?: string | null | undefined },
): Promise<PairsOutcome> {
  assertRole(viewer, "REVIEWER");
  checkBulk("ids", subjects, "pair");
  const note = reason?.trim() ? requireText("reason", reason.trim(), maxReasonLength) : null;
  return decide(app, viewer, subjects, {
    from: ["READY", "APPROVED", ...(note === null ? [] : (["REJECTED"] as const))],
    already: note === null ? ["REJECTED"] : [],
    set: Prisma.sql`status = 'REJECTED', note = ${note}`,
    refusals: { WAITING: say("PAIR_NOTHING_TO_REJECT"), FAILED: runFailed, ARCHIVED: archivedFirst },
  });
}

const bulk =
  (decision: Decision) =>
  async (app: App, viewer: Viewer, { subjects }: { subjects: readonly Subject[] }): Promise<PairsOutcome> => {
    assertRole(viewer, "REVIEWER");
    checkBulk("ids", subjects, "pair");
    return decide(app, viewer, subjects, decision);
  };

export const reopenPairs = bulk(reopening);
export const archivePairs = bulk(archiving);
export const activatePairs = bulk(activation);

/** Three statements, however many pairs: lock, write, tell. */
async function decide(app: App, viewer: Viewer, given: readonly Subject[], decision: Decision): Promise<PairsOutcome> {
  const subjects = eachOnce(given);
  return app.db.$transaction(async (tx) => {
    const rows = await lockPairs(tx, viewer.workspace, pairsById(readableIds(subjects)));
    const byId = new Map(rows.map((row) => [row.id, row]));
    const ids: string[] = [];
    const changed: LockedPair[] = [];
    const failures: Failure[] = [];
    for (const { given: subject, id } of subjects) {
      const pair = byId.get(id ?? "");
      const error = pair === undefined ? notFound("pair with this id") : judge(pair, decision);
      if (pair === undefined || error !== null) {
        if (error !== null) failures.push(failureOf(subject, error));
        continue;
      }
      ids.push(pair.id);
      if (decision.from.includes(pair.status)) changed.push(pair);
    }
    await writePairs(tx, viewer.workspace, { pairs: changed, set: decision.set });
    return { ids, failures };
  });
}

function judge(pair: LockedPair, { from, already, refusals, check }: Decision): UserError | null {
  if (from.includes(pair.status) || already.includes(pair.status)) return check?.(pair) ?? null;
  return isRunning(pair) ? stillRunning() : conflict(refusals[pair.status] ?? `The pair is ${pair.status}, which does not allow this.`);
}

/** One statement for all of them, and the news. */
async function writePairs(tx: Tx, workspace: string, { pairs, set }: { pairs: readonly LockedPair[]; set: Prisma.Sql }): Promise<void> {
  if (pairs.length === 0) return;
  await tx.$executeRaw`UPDATE ai_image_pair SET ${set}, updated_at = now() WHERE ${pairsById(pairs.map(({ id }) => id))}`;
  await publish(tx, pairNews(workspace, pairs));
}

/** Approves locked pairs that stand at READY, for whoever has chosen them by other means than their ids. */
export const approveLocked = (tx: Tx, workspace: string, pairs: readonly LockedPair[]): Promise<void> =>
  writePairs(tx, workspace, { pairs, set: approval.set });

/**
 * Makes an earlier result the current one. The pair is READY then, also where it was approved, rejected or failed: whatever was
 * decided was decided on another picture. A result that is current already changes nothing.
 * @returns the pair's id
 * @throws NOT_FOUND, CONFLICT while the pair is in a run or archived
 */
export async function selectResult(app: App, viewer: Viewer, resultId: string | null): Promise<string> {
  assertRole(viewer, "REVIEWER");
  const { workspace } = viewer;
  return app.db.$transaction(async (tx) => {
    const result = resultId === null ? null : await tx.result.findFirst({ where: { id: resultId, workspace } });
    const [pair] = result === null ? [] : await lockPairs(tx, workspace, pairsById([result.pairId]));
    if (result === null || pair === undefined) throw notFound("result with this id");
    if (pair.currentResultId === result.id) return pair.id;
    // Looked for again under the pair's lock: a sweep of old results may have been faster.
    if ((await tx.result.count({ where: { id: result.id } })) === 0) throw notFound("result with this id");
    if (isRunning(pair)) throw stillRunning();
    if (pair.status === "ARCHIVED") throw conflict(archivedFirst);
    const set = Prisma.sql`status = 'READY', current_result_id = ${result.id}::uuid, note = NULL`;
    await writePairs(tx, workspace, { pairs: [pair], set });
    return pair.id;
  });
}
