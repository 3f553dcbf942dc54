// Which of a SKU's pairs is the main one, and in what order they stand.
import type { App } from "../app.ts";
import { assertRole, type Viewer } from "../auth/viewer.ts";
import { badUserInput, conflict, limitExceeded, notFound } from "../errors.ts";
import { publish } from "../events/news.ts";
import { say } from "../say.ts";
import type { Subject } from "./bulk.ts";
import { pairNews } from "./job.ts";
import { askedCode } from "./names.ts";
import { maxPairsPerSku } from "./pair.ts";
import { lockPairs, pairsOfSkus } from "./pair-lock.ts";

/** Ids named in an error message: enough to find the mistake, not a message of 500 lines. */
const maxNamed = 5;

/**
 * Marks a pair as its SKU's main one, and the earlier one as that no more.
 * @returns the pair's id
 * @throws NOT_FOUND, CONFLICT for an archived pair
 */
export async function setMainPair(app: App, viewer: Viewer, id: string | null): Promise<string> {
  assertRole(viewer, "REVIEWER");
  const { workspace } = viewer;
  return app.db.$transaction(async (tx) => {
    const found = id === null ? null : await tx.pair.findFirst({ where: { id, workspace }, select: { id: true, skuId: true } });
    // All of the SKU's pairs are held: two that choose at once do so one after the other.
    const pairs = found === null ? [] : await lockPairs(tx, workspace, pairsOfSkus([found.skuId]));
    const chosen = pairs.find((pair) => pair.id === found?.id);
    if (chosen === undefined) throw notFound("pair with this id");
    if (chosen.status === "ARCHIVED") throw conflict(say("PAIR_NOT_MAIN"));
    const earlier = await tx.pair.findFirst({ where: { skuId: chosen.skuId, isMain: true }, select: { id: true, skuId: true } });
    if (earlier?.id === chosen.id) return chosen.id;
    // The earlier one first: the index that lets a SKU have one main pair is checked at every row.
    if (earlier !== null) await tx.pair.update({ where: { id: earlier.id }, data: { isMain: false } });
    await tx.pair.update({ where: { id: chosen.id }, data: { isMain: true } });
    await publish(tx, pairNews(workspace, earlier === null ? [chosen] : [earlier, chosen]));
    return chosen.id;
  });
}

/**
 * Puts a SKU's pairs in order: position 0 for the first id.
 * @param subjects all pairs of the SKU, each once
 * @returns the SKU's id
 * @throws NOT_FOUND for the SKU; BAD_USER_INPUT saying which ids are missing, doubled or no pair of the SKU
 */
export async function reorderPairs(
  app: App,
  viewer: Viewer,
  { sku: code, subjects }: { sku: string; subjects: readonly Subject[] },
): Promise<string> {
  assertRole(viewer, "REVIEWER");
  if (subjects.length === 0) throw badUserInput("ids is empty: name all pairs of the SKU, each once, in their new order.");
  if (subjects.length > maxPairsPerSku) {
    throw limitExceeded(`ids holds ${subjects.length} pairs: a SKU has ${maxPairsPerSku} at most. Name each of its pairs once.`);
  }
  const { workspace } = viewer;
  return app.db.$transaction(async (tx) => {
    const sku = await tx.sku.findUnique({ where: { workspace_code: { workspace, code: askedCode(code) } } });
    if (sku === null) throw notFound("SKU with this code");
    const pairs = await lockPairs(tx, workspace, pairsOfSkus([sku.id]));
    const ids = requireWhole(
      pairs.map(({ id }) => id),
      subjects,
    );
    const moved = await tx.$queryRaw<{ id: string; skuId: string }[]>`
      UPDATE ai_image_pair p SET position = o.n - 1, updated_at = now()
      FROM unnest(${ids}::uuid[]) WITH ORDINALITY AS o(id, n) WHERE p.id = o.id AND p.position <> o.n - 1
      RETURNING p.id, p.sku_id AS "skuId"`;
    await publish(tx, pairNews(workspace, moved));
    return sku.id;
  });
}

/** The ids in their new order. @throws BAD_USER_INPUT when they are not exactly the SKU's pairs */
function requireWhole(pairIds: readonly string[], subjects: readonly Subject[]): string[] {
  const ids = subjects.map(({ id }) => id?.toLowerCase() ?? "");
  const named = new Set(ids);
  const own = new Set(pairIds);
  const foreign = subjects.filter((_subject, index) => !own.has(ids[index] ?? ""));
  const doubled = subjects.filter((_subject, index) => ids.indexOf(ids[index] ?? "") < index && own.has(ids[index] ?? ""));
  const missing = pairIds.filter((id) => !named.has(id)).length;
  const faults = [
    ...(foreign.length > 0 ? [`${foreign.length} ids are no pair of the SKU (${some(foreign)})`] : []),
    ...(doubled.length > 0 ? [`${doubled.length} stand twice (${some(doubled)})`] : []),
    ...(missing > 0 ? [`${missing} of the SKU's ${pairIds.length} pairs are missing`] : []),
  ];
  if (faults.length === 0) return ids;
  throw badUserInput(`ids must be all pairs of the SKU, each once, in their new order: ${faults.join("; ")}. Read the SKU's pairs again.`);
}

const some = (subjects: readonly Subject[]): string =>
  [...new Set(subjects.map(({ given }) => given.slice(0, 80)))].slice(0, maxNamed).join(", ");
