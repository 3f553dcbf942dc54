// The task that runs one photo: claim, read, engine, encode and verify, store, finish. Bytes first, row last.
import { randomUUID } from "node:crypto";
import type { App } from "../app.ts";
import { databaseFaultOf } from "../db/faults.ts";
import { enterLane, leaveLane, skipLane } from "../domain/engine-lane.ts";
import { storeImage } from "../domain/image.ts";
import { type Claim, claimItem, failItem, finishItem, noteSpent, setStage } from "../domain/job-item.ts";
import { giveBackItem, retryItem } from "../domain/job-requeue.ts";
import { maxUploadBytes } from "../domain/upload.ts";
import { EngineError, type EngineOutput } from "../engines/engine.ts";
import { messageOf, UserError } from "../errors.ts";
import { outputMimeTypes } from "../images/encode.ts";
import { brokenSentence, type Finished, finishPicture } from "../images/finish.ts";
import { findPreset } from "../images/presets.ts";
import { extensionOf, keys } from "../storage/keys.ts";
import { ObjectMissingError, StoreUnavailableError } from "../storage/store.ts";
import { boundedRun, type RunLimits } from "./bounded-run.ts";

/** Why an item's signal was aborted. */
export class Cancelled extends Error {
  override name = "Cancelled";
}
export class ShuttingDown extends Error {
  override name = "ShuttingDown";
}

export interface ProcessItem {
  readonly workerId: string;
  readonly itemId: string;
  readonly signal: AbortSignal;
  readonly limits: RunLimits;
  /** Told the job once the item is claimed, so that a cancel finds it. */
  readonly onClaim: (jobId: string) => void;
}

/** Ends the item, gives it back to the queue, or finds nothing to do; throws only when the database is away. */
export async function processItem(app: App, { workerId, itemId, signal, limits, onClaim }: ProcessItem): Promise<void> {
  const lane = await enterLane(app, { workerId, itemId });
  if (lane === "full") return;
  const claim = await claimItem(app, { workerId, itemId, onClaim });
  if (claim === null) return skipLane(app, lane);
  const spent: Spent = { usd: 0, isKept: false };
  let pauseMs = 0;
  try {
    // The provider's place is free as soon as it has answered: fitting and comparing are this machine's work.
    const onAnswered = (usd: number): void => {
      spent.usd += usd;
      void leaveLane(app, lane).catch((error) => app.log.debug({ error: messageOf(error) }, "a lane was not left early"));
    };
    await run(app, claim, { signal, limits, spent, onAnswered });
  } catch (error) {
    if (error instanceof EngineError) pauseMs = error.retryAfterMs ?? 0;
    await settle(app, claim, signal.aborted ? signal.reason : error);
  } finally {
    if (spent.usd > 0 && !spent.isKept) await noteSpent(app, claim, spent.usd);
    await leaveLane(app, lane, pauseMs);
  }
}

/** What a run has cost, and whether a result stands for it: what was paid for nothing is noted too. */
interface Spent {
  /** US dollars. */
  usd: number;
  isKept: boolean;
}

interface Run extends Pick<ProcessItem, "signal" | "limits"> {
  readonly spent: Spent;
  readonly onAnswered: (usd: number) => void;
}

async function run(app: App, claim: Claim, { signal, limits, spent, onAnswered }: Run): Promise<void> {
  const startedAt = performance.now();
  const { item, output, prompt, recipe } = claim;
  const engine = app.engines.get(item.job.engine);
  if (engine === undefined)
    throw new EngineError("lasting", `This worker has no engine ${item.job.engine}. Choose another engine and run again.`);
  const source = await app.store.get(item.pair.source.key, { maxBytes: maxUploadBytes, signal });
  const mask = item.job.mask === null ? null : await app.store.get(item.job.mask.key, { maxBytes: maxUploadBytes, signal });
  // Nobody hears an abort that came while the source was read: an engine would run, and be paid, for nothing.
  signal.throwIfAborted();
  const input = {
    source,
    ...(mask === null ? {} : { mask }),
    prompt,
    recipe,
    model: item.job.model,
    options: engine.parseOptions(item.job.options),
    output,
    onStage: (stage: string) =>
      void setStage(app, claim, stage).catch((error) => app.log.debug({ error: messageOf(error) }, "a stage was not told")),
    onAnswered,
  };
  const made = await boundedRun(signal, limits, (bounded) => engine.run({ ...input, signal: bounded }));
  spent.isKept = await keep(app, claim, made, { startedAt, signal });
}

/** Whether the result was still wanted. */
async function keep(
  app: App,
  claim: Claim,
  made: EngineOutput,
  { startedAt, signal }: { startedAt: number; signal: AbortSignal },
): Promise<boolean> {
  const { item, output, recipe } = claim;
  const { upscaled, placement, fill } = made;
  const enlargement = placement === null ? null : placement.width / item.pair.source.width;
  const name = `result.${extensionOf(outputMimeTypes[output.format])}`;
  const file = await finishPicture(made.picture, {
    output,
    recipe,
    disclosure: made.disclosure ?? null,
    facts: { upscaled, enlargement, name, fill },
  });
  const imageId = randomUUID();
  const key = keys.image(item.workspace, imageId, file.mimeType);
  await storeImage(app, key, file, signal);
  const durationMs = Math.round(performance.now() - startedAt);
  const warned = { ...made, warnings: [...made.warnings, ...warningsOf(file, claim, made)] };
  // A commit whose answer was lost may stand: only the sweep, which sees whether the row is there, may remove the object then.
  const kept = await finishItem(app, claim, warned, { imageId, key, photo: file.photo, durationMs });
  if (!kept) await app.store.delete([key]);
  return kept;
}

/** What the file does not keep of its preset's rules, save what the engine has said already. */
function warningsOf({ broken }: Finished, { output }: Claim, { warnings }: EngineOutput): string[] {
  const title = findPreset(output.preset ?? "")?.title ?? "its preset";
  const saysEnlarged = warnings.some((warning) => warning.includes("enlarged"));
  return broken.filter(({ rule }) => rule !== "upscaled" || !saysEnlarged).map((outcome) => brokenSentence(title, outcome));
}

/** What follows from the way a run ended; see the three kinds of errors in EngineError. */
async function settle(app: App, claim: Claim, error: unknown): Promise<void> {
  const { item } = claim;
  if (error instanceof Cancelled) return;
  if (error instanceof ShuttingDown) return giveBackItem(app, claim, "The worker is shutting down.");
  if (error instanceof UserError) return failItem(app, claim, { code: error.code, sentence: error.message });
  if (error instanceof ObjectMissingError) {
    return failItem(app, claim, { code: "SOURCE_MISSING", sentence: "The source photo is no longer in the store. Upload it again." });
  }
  if (error instanceof EngineError && error.kind !== "passing") {
    return failItem(app, claim, { code: error.kind === "input" ? "BAD_PHOTO" : "ENGINE_REFUSED", sentence: error.message });
  }
  const known = error instanceof EngineError || error instanceof StoreUnavailableError ? messageOf(error) : databaseFaultOf(error);
  if (known === null) app.log.error({ err: error, itemId: item.id, jobId: item.jobId }, "an item met an unexpected fault");
  const why = known ?? "It met an unexpected fault here.";
  return retryItem(app, claim, why, error instanceof EngineError ? error.retryAfterMs : null);
}
