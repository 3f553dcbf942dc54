// Publications: approved pictures on their way to a gallery. Which pairs may go, and what is left to do for them.
//
// QUEUED (asked for) -> SENT (the gallery has it and works on it) -> PUBLISHED | FAILED (asking again: QUEUED). A pair has one
// publication for each gallery; another result published later takes the place of the earlier.
import type { App } from "../app.ts";
import { assertRole, type Viewer } from "../auth/viewer.ts";
import type { Prisma, Tx } from "../db/client.ts";
import { conflict, notFound, type UserError } from "../errors.ts";
import { publish } from "../events/news.ts";
import { enqueuePublication } from "../queue/galleries.ts";
import { say } from "../say.ts";
import { checkBulk, eachOnce, failureOf, readableIds, type Subject } from "./bulk.ts";
import { type BrokenRules, checkRules } from "./compliance-check.ts";
import { presetOf, requireGallery } from "./gallery.ts";
import { pairNews } from "./job.ts";
import { type LockedPair, lockPairs, pairsById } from "./pair-lock.ts";
import type { PairsOutcome } from "./review.ts";
import type { Failure } from "./upload.ts";

export type PublicationRow = Prisma.PublicationGetPayload<object>;

export interface PublishPairsInput {
  readonly gallery: string;
  readonly subjects: readonly Subject[];
}

/**
 * Asks for what is not there yet, and for what stands in another place than it should. What is there or under way stays as it is.
 * @throws BAD_USER_INPUT for an unknown gallery or no pair, CONFLICT for a gallery that takes no pictures
 */
export async function publishPairs(app: App, viewer: Viewer, { gallery: name, subjects: given }: PublishPairsInput): Promise<PairsOutcome> {
  assertRole(viewer, "EDITOR");
  const gallery = requireGallery(app, viewer, name);
  checkBulk("input.pairs", given, "pair");
  if (gallery.put === undefined) {
    throw conflict(say(gallery.kind === "s3" ? "BUCKET_TAKES_NO_PICTURES" : "GALLERY_TAKES_NO_PICTURES", { gallery: name }));
  }
  const subjects = eachOnce(given);
  const preset = presetOf(gallery);
  const broken = preset === null ? null : await checkRules(app, viewer, { pairIds: await undone(app, viewer, name, subjects), preset });
  return app.db.$transaction(async (tx) => {
    const pairs = new Map((await lockPairs(tx, viewer.workspace, pairsById(readableIds(subjects)))).map((pair) => [pair.id, pair]));
    const rows = await tx.publication.findMany({ where: { gallery: name, skuId: { in: [...pairs.values()].map(({ skuId }) => skuId) } } });
    const byPair = new Map(rows.map((row) => [row.pairId, row]));
    const wanted: LockedPair[] = [];
    const failures: Failure[] = [];
    for (const { given: subject, id } of subjects) {
      const pair = pairs.get(id ?? "");
      const isDone = pair !== undefined && isSettled(pair, byPair.get(pair.id));
      const error =
        pair === undefined ? notFound("pair with this id") : (refusal(pair) ?? (isDone ? null : brokenBy(pair, broken, preset)));
      if (error !== null) failures.push(failureOf(subject, error));
      else if (pair !== undefined) wanted.push(pair);
    }
    const misplaced = await misplacedAmong(tx, rows, wanted);
    const toSend = wanted.filter((pair) => !isSettled(pair, byPair.get(pair.id)) || misplaced.has(pair.id));
    await request(tx, { viewer, gallery: name, pairs: toSend });
    return { ids: wanted.map(({ id }) => id), failures };
  });
}

/** Pairs whose current result is neither there nor under way: only those need to be measured. */
async function undone(app: App, viewer: Viewer, gallery: string, subjects: readonly Subject[]): Promise<string[]> {
  const where = { workspace: viewer.workspace, id: { in: readableIds(subjects) } };
  const pairs = await app.db.pair.findMany({ where, select: { id: true, currentResultId: true, publications: { where: { gallery } } } });
  return pairs.flatMap((pair) => (isSettled(pair, pair.publications[0]) ? [] : [pair.id]));
}

const isSettled = (pair: Pick<LockedPair, "currentResultId">, row: PublicationRow | undefined): boolean =>
  row !== undefined && row.status !== "FAILED" && row.resultId !== null && row.resultId === pair.currentResultId;

const refusal = ({ status, currentResultId }: LockedPair): UserError | null =>
  status === "APPROVED" && currentResultId !== null ? null : conflict(say("PAIR_NOT_APPROVED", { status }));

function brokenBy({ id, currentResultId }: LockedPair, broken: BrokenRules | null, preset: string | null): UserError | null {
  if (broken === null) return null;
  const checked = broken.get(id);
  if (checked === undefined || checked.resultId !== currentResultId) return conflict(say("PAIR_CHANGED_MEANWHILE"));
  if (checked.rules instanceof Error) return checked.rules;
  return checked.rules.length === 0 ? null : conflict(say("RESULT_BREAKS_RULES", { preset: preset ?? "", broken: checked.rules }));
}

/** The order in which a SKU's pictures are shown: the main one first. */
export const listingOrder = [{ isMain: "desc" }, { position: "asc" }, { id: "asc" }] satisfies Prisma.PairOrderByWithRelationInput[];

/** Published pairs that stand elsewhere in the gallery than the SKU's order says now. */
async function misplacedAmong(tx: Tx, rows: readonly PublicationRow[], wanted: readonly LockedPair[]): Promise<Set<string>> {
  const places = new Map(rows.flatMap(({ pairId, status, position }) => (status === "PUBLISHED" ? [[pairId, position] as const] : [])));
  const ids = new Set([...places.keys(), ...wanted.map(({ id }) => id)]);
  const ordered = await tx.pair.findMany({
    where: { id: { in: [...ids] }, status: "APPROVED" },
    orderBy: listingOrder,
    select: { id: true, skuId: true },
  });
  const misplaced = [...Map.groupBy(ordered, ({ skuId }) => skuId).values()].flatMap((ofSku) =>
    ofSku.flatMap(({ id }, index) => (places.has(id) && places.get(id) !== index ? [id] : [])),
  );
  return new Set(misplaced);
}

async function request(
  tx: Tx,
  { viewer, gallery, pairs }: { viewer: Viewer; gallery: string; pairs: readonly LockedPair[] },
): Promise<void> {
  const { workspace, userId } = viewer;
  for (const { id: pairId, skuId, currentResultId: resultId } of pairs) {
    const asked = {
      resultId,
      status: "QUEUED" as const,
      error: null,
      ticket: null,
      requestedBy: userId,
      requestedAt: new Date(),
      attempts: 0,
      crashes: 0,
    };
    await tx.publication.upsert({
      where: { pairId_gallery: { pairId, gallery } },
      create: { workspace, gallery, pairId, skuId, ...asked },
      update: { ...asked, workerId: null },
    });
  }
  for (const skuId of new Set(pairs.map((pair) => pair.skuId))) await enqueuePublication(tx, { skuId, gallery });
  await publish(tx, pairNews(workspace, pairs));
}
