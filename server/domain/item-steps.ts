// The steps that every photo of a job takes, each taken together by all photos of a worker that are at it: see docs/decisions/0010-one-statement-a-step.md.
import type { App } from "../app.ts";
import { isRefused } from "../db/faults.ts";
import type { EngineOutput } from "../engines/engine.ts";
import type { PhotoInfo } from "../images/inspect.ts";
import { say } from "../say.ts";
import { gather } from "./gather.ts";
import { outputOf } from "./job.ts";
import { type Claim, claimedItem, label } from "./job-item.ts";
import { storableJson } from "./json-object.ts";
import { newId } from "./new-id.ts";
import { expectImages } from "./orphan.ts";
import { assemblePrompt, parsePlannedTemplates } from "./prompt.ts";

/** Photos that take a step together at most: their job's row is locked for some 10 ms then, and their ids fit one notification (150). */
const mostTogether = 50;

/**
 * Milliseconds between two such statements of a worker: a crowd of quick photos goes by the handful, a photo of seconds does not feel it. A photo
 * that waits for its claim takes a place in the worker; one that is made takes none, so that more of those can wait for each other.
 */
const claimPaceMs = 16;
const keepPaceMs = 32;

/** One worker's. */
export interface ItemSteps {
  readonly workerId: string;
  /** Null when there is nothing to do: cancelled, paused, ended, or another worker's. */
  claim(item: ClaimItem): Promise<Claim | null>;
  /** Before a result's object is stored: should this process die before its row is written, the sweep removes it. */
  expectImage(key: string): Promise<void>;
  /** Result, pair, item, counts, log and news. False when the item was taken away meanwhile: nothing is written. */
  finish(finish: Finish): Promise<boolean>;
}

export interface ClaimItem {
  readonly itemId: string;
  /** Told the job as soon as the claim is known. */
  readonly onClaim: (jobId: string) => void;
}

export interface Finish {
  readonly claim: Claim;
  readonly made: EngineOutput;
  readonly stored: StoredPicture;
}

export interface StoredPicture {
  readonly imageId: string;
  readonly key: string;
  readonly photo: PhotoInfo;
  readonly durationMs: number;
}

export function createItemSteps(app: App, workerId: string): ItemSteps {
  const together = { most: mostTogether, isOneOnes: isRefused };
  const claim = gather({ ...together, paceMs: claimPaceMs, ask: (itemIds: readonly string[]) => claimItems(app, workerId, itemIds) });
  return {
    workerId,
    async claim({ itemId, onClaim }) {
      const claimed = await claim(itemId);
      return claimed === null ? null : readClaim(workerId, claimed, onClaim);
    },
    expectImage: gather({
      ...together,
      paceMs: keepPaceMs,
      ask: (keys: readonly string[]) => expectImages(app.db, keys).then(() => keys.map(() => undefined)),
    }),
    finish: gather({ ...together, paceMs: keepPaceMs, ask: (finishes: readonly Finish[]) => finishItems(app, workerId, finishes) }),
  };
}

/** Whether the result stands whose picture this is: a `finish` whose answer was lost may have been committed. */
export const standsAlready = async (app: App, imageId: string): Promise<boolean> =>
  (await app.db.image.count({ where: { id: imageId } })) > 0;

/** What is known of each, null for those that were not claimed. */
async function claimItems(app: App, workerId: string, itemIds: readonly string[]): Promise<unknown[]> {
  const rows = await app.db.$queryRaw<{ id: string; claimed: unknown }[]>`
    SELECT claimed->>'id' AS id, claimed FROM ai_claim_items(${itemIds}::uuid[], ${workerId}::uuid) AS claimed`;
  const claims = new Map(rows.map(({ id, claimed }) => [id, claimed]));
  return itemIds.map((itemId) => claims.get(itemId) ?? null);
}

function readClaim(workerId: string, claimed: unknown, onClaim: ClaimItem["onClaim"]): Claim {
  const item = claimedItem.parse(claimed);
  onClaim(item.jobId);
  const output = outputOf(item.job);
  const { sku, source, position, isFirst } = item.pair;
  const subject = { sku, image: { name: source.name, position, isMain: isFirst }, output };
  return { workerId, item, output, ...assemblePrompt(parsePlannedTemplates(item.job.templates), item.job.prompt, subject) };
}

async function finishItems(app: App, workerId: string, finishes: readonly Finish[]): Promise<boolean[]> {
  // Lines of one moment are read in the order of their ids: a job's end comes after its last photo's.
  const lineIds = Array.from({ length: finishes.length * 2 }, () => newId()).toSorted();
  const rows = finishes.map((finish, index) => finishRow(finish, { line: lineIds[index], end: lineIds[finishes.length + index] }));
  const done = await app.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM ai_finish_items(${workerId}::uuid, ${storableJson(rows)}::jsonb) AS id`;
  const ids = new Set(done.map(({ id }) => id));
  return finishes.map(({ claim }) => ids.has(claim.item.id));
}

function finishRow(
  { claim: { item, prompt, recipe }, made, stored }: Finish,
  lineIds: { line: string | undefined; end: string | undefined },
) {
  const { imageId, key, photo, durationMs } = stored;
  return {
    item: item.id,
    attempt: item.attempts,
    picture: { ...photo, id: imageId, key, name: item.pair.source.name },
    result: {
      id: newId(),
      engine: item.job.engine,
      model: made.model,
      prompt: made.promptSent ?? prompt,
      recipe,
      durationMs,
      costUsd: made.costUsd,
      confidence: made.confidence,
      fidelity: made.fidelity ?? null,
      warnings: made.warnings,
      placement: made.placement,
      upscaled: made.upscaled,
    },
    line: { id: lineIds.line, message: say("LOG_DONE", { photo: label(item), seconds: durationMs / 1000 }) },
    end: lineIds.end,
  };
}
