// The task that runs one photo: claim, read, engine, encode and verify, store, finish. Bytes first, row last.
import type { App } from "../app.ts";
import { databaseFaultOf } from "../db/faults.ts";
import { enterLane, type Lane, leaveLane, skipLane } from "../domain/engine-lane.ts";
import { type ItemSteps, standsAlready } from "../domain/item-steps.ts";
import { type Claim, failItem, type ItemFailure, nextSpentNote, noteSpent, setStage } from "../domain/job-item.ts";
import { giveBackItem, retryItem } from "../domain/job-requeue.ts";
import { newId } from "../domain/new-id.ts";
import { maxUploadBytes } from "../domain/upload.ts";
import { EngineError, type EngineOutput } from "../engines/engine.ts";
import { messageOf, UserError } from "../errors.ts";
import { outputMimeTypes } from "../images/encode.ts";
import { brokenSentence, type Finished, type FinishPicture } from "../images/finish.ts";
import { giveBack } from "../images/give-back.ts";
import { findPreset } from "../images/presets.ts";
import { withLogContext } from "../log.ts";
import type { ItemOutcome } from "../metrics/metrics.ts";
import { isOfEnlarging, type Sentence, say } from "../say.ts";
import { extensionOf, keys } from "../storage/keys.ts";
import { ObjectMissingError, StoreUnavailableError } from "../storage/store.ts";
import { boundedRun, type RunLimits } from "./bounded-run.ts";
import { patiently } from "./patience.ts";

/** Why an item's signal was aborted. */
export class Cancelled extends Error {
  override name = "Cancelled";
}
export class ShuttingDown extends Error {
  override name = "ShuttingDown";
}

export interface ProcessItem {
  readonly steps: ItemSteps;
  readonly itemId: string;
  readonly signal: AbortSignal;
  readonly limits: RunLimits;
  readonly finishPicture: FinishPicture;
  /** Told the job once the item is claimed, so that a cancel finds it. */
  readonly onClaim: (jobId: string) => void;
  /** Told when the picture is made, checked, and only has to be kept. Not told of one that fails before. */
  readonly onMade: () => void;
  /** Told when the store could not be used, and how many bytes it did not take: 0 where it was not about keeping. */
  readonly onStoreAway: (refusedBytes: number) => void;
}

/** Ends the item, gives it back to the queue, or finds nothing to do; throws only when the database is away. */
export async function processItem(app: App, { itemId, onClaim, ...way }: ProcessItem): Promise<void> {
  const { steps } = way;
  const lane = await enterLane(app, { workerId: steps.workerId, itemId });
  if (lane === "full") return;
  const claim = await steps.claim({ itemId, onClaim });
  if (claim === null) return skipLane(app, lane);
  await withLogContext({ jobId: claim.item.jobId }, () => runClaimed(app, claim, { lane, ...way }));
}

type Way = Omit<ProcessItem, "itemId" | "onClaim">;

async function runClaimed(app: App, claim: Claim, { lane, ...way }: Way & { readonly lane: Lane }): Promise<void> {
  const startedAt = performance.now();
  const { engine } = claim.item.job;
  const spent: Spent = { usd: 0, imageId: null, isKept: false };
  // The provider's place is free as soon as it has answered: fitting and comparing are this machine's work.
  const onAnswered = (usd: number): void => {
    spent.usd += usd;
    void leaveLane(app, lane).catch((error) => app.log.debug({ error: messageOf(error) }, "a lane was not left early"));
  };
  // Where even its end can not be written down, the queue brings the item back.
  let outcome: ItemOutcome = "requeued";
  let pauseMs = 0;
  try {
    const fault = await faultOf(run(app, claim, { ...way, spent, onAnswered }));
    // Before the item's end, which may be its job's: whoever sees that a job has ended reads all that it cost.
    if (!spent.isKept) await noteUnkept(app, claim, { spent, signal: way.signal });
    if (fault === null || spent.isKept) outcome = spent.isKept ? "succeeded" : "cancelled";
    else {
      if (fault.error instanceof StoreUnavailableError) way.onStoreAway(0);
      if (fault.error instanceof EngineError) pauseMs = fault.error.retryAfterMs ?? 0;
      outcome = await settle(app, claim, way.signal.aborted ? way.signal.reason : fault.error);
    }
  } finally {
    app.metrics.countItem(engine, outcome);
    app.log.info({ engine, outcome, durationMs: Math.round(performance.now() - startedAt) }, "a run of an item ended");
    await leaveLane(app, lane, pauseMs);
  }
}

/** What a piece of work threw; null where it ended well. */
const faultOf = (work: Promise<void>): Promise<{ error: unknown } | null> =>
  work.then(
    () => null,
    (error: unknown) => ({ error }),
  );

/** What a run has cost, and whether a result stands for it: what was paid for nothing is noted too. */
interface Spent {
  /** US dollars. */
  usd: number;
  /** The picture whose row may have been written without an answer; null before that is tried, and once it is known. */
  imageId: string | null;
  isKept: boolean;
}

/** A cancelled run's costs are noted too: only a worker that stops has no time to wait for the database. */
async function noteUnkept(app: App, claim: Claim, { spent, signal }: { spent: Spent; signal: AbortSignal }): Promise<void> {
  const isOver = (): boolean => signal.reason instanceof ShuttingDown;
  const { imageId, usd } = spent;
  if (imageId !== null) spent.isKept = await patiently(isOver, () => standsAlready(app, imageId));
  if (spent.isKept || usd === 0) return;
  const id = await patiently(isOver, () => nextSpentNote(app));
  await patiently(isOver, () => noteSpent(app, claim, { id, usd }));
}

interface Run extends Way {
  readonly spent: Spent;
  readonly onAnswered: (usd: number) => void;
}

async function run(app: App, claim: Claim, { limits, spent, onAnswered, ...way }: Run): Promise<void> {
  const startedAt = performance.now();
  const { signal } = way;
  const { item, output, prompt, recipe } = claim;
  const engine = app.engines.get(item.job.engine);
  if (engine === undefined) throw new EngineError("lasting", say("ENGINE_MISSING", { engine: item.job.engine }));
  const read = (key: string): Promise<Buffer> => timed(app, claim, "read", () => app.store.get(key, { maxBytes: maxUploadBytes, signal }));
  const source = await read(item.pair.source.key);
  const mask = item.job.mask === null ? null : await read(item.job.mask.key);
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
    onStage: (stage: Sentence) =>
      void setStage(app, claim, stage).catch((error) => app.log.debug({ error: messageOf(error) }, "a stage was not told")),
    onAnswered,
  };
  const made = await timed(app, claim, "engine", () => boundedRun(signal, limits, (bounded) => engine.run({ ...input, signal: bounded })));
  giveBack(source, ...(mask === null ? [] : [mask]));
  await keep(app, claim, made, { ...way, spent, startedAt });
}

/** Tells `spent` whether the result was still wanted. */
async function keep(
  app: App,
  claim: Claim,
  made: EngineOutput,
  { steps, signal, finishPicture, onMade, onStoreAway, spent, startedAt }: Omit<Way, "limits"> & Pick<Run, "spent"> & { startedAt: number },
): Promise<void> {
  const { item, output, recipe } = claim;
  const { upscaled, placement, fill } = made;
  const enlargement = placement === null ? null : placement.width / item.pair.source.width;
  const name = `result.${extensionOf(outputMimeTypes[output.format])}`;
  const facts = { upscaled, enlargement, name, fill };
  const imageId = newId();
  const key = keys.image(item.workspace, imageId, outputMimeTypes[output.format]);
  // Meanwhile: nothing of it is stored before both are done.
  const isOver = (): boolean => signal.aborted;
  const noted = patiently(isOver, () => steps.expectImage(key));
  noted.catch(() => {});
  const file = await timed(app, claim, "finish", () =>
    finishPicture(made.picture, { output, recipe, disclosure: made.disclosure ?? null, facts }),
  );
  giveBack(made.picture.data);
  onMade();
  await timed(app, claim, "store", async () => {
    await noted;
    const put = (): Promise<void> =>
      app.store.put(key, file.data, { contentType: file.mimeType, signal }).catch((error) => {
        if (error instanceof StoreUnavailableError) onStoreAway(file.data.byteLength);
        throw error;
      });
    await patiently(isOver, put);
  });
  giveBack(file.data);
  const durationMs = Math.round(performance.now() - startedAt);
  const warned = { ...made, warnings: [...made.warnings, ...warningsOf(file, claim, made)] };
  const finish = { claim, made: warned, stored: { imageId, key, photo: file.photo, durationMs } };
  // A commit whose answer was lost may stand: where that is not known, only the sweep, which sees whether the row is there, may remove the object.
  spent.imageId = imageId;
  spent.isKept = await timed(app, claim, "commit", () =>
    patiently(isOver, async () => (await steps.finish(finish)) || standsAlready(app, imageId)),
  );
  spent.imageId = null;
  if (!spent.isKept) await app.store.delete([key]);
}

type Stage = "read" | "engine" | "finish" | "store" | "commit";

/** Does the work and tells how long it took, also where it failed. */
async function timed<Result>(app: App, { item }: Claim, stage: Stage, work: () => Promise<Result>): Promise<Result> {
  const startedAt = performance.now();
  try {
    return await work();
  } finally {
    app.metrics.observeStage({ engine: item.job.engine, stage, seconds: (performance.now() - startedAt) / 1000 });
  }
}

/** What the file does not keep of its preset's rules, save what the engine has said already. */
function warningsOf({ broken }: Finished, { output }: Claim, { warnings }: EngineOutput): Sentence[] {
  const title = findPreset(output.preset ?? "")?.title ?? "its preset";
  const saysEnlarged = warnings.some(isOfEnlarging);
  return broken.filter(({ rule }) => rule !== "upscaled" || !saysEnlarged).map((outcome) => brokenSentence(title, outcome));
}

/** What follows from the way a run ended; see the three kinds of errors in EngineError. */
async function settle(app: App, claim: Claim, error: unknown): Promise<ItemOutcome> {
  const fail = async (failure: ItemFailure): Promise<ItemOutcome> => {
    await failItem(app, claim, failure);
    return "failed";
  };
  if (error instanceof Cancelled) return "cancelled";
  if (error instanceof ShuttingDown) {
    await giveBackItem(app, claim, say("WORKER_STOPPING"));
    return "requeued";
  }
  if (error instanceof UserError) return fail({ code: error.code, sentence: error.message });
  if (error instanceof ObjectMissingError) {
    return fail({ code: "SOURCE_MISSING", sentence: say("PHOTO_MISSING") });
  }
  if (error instanceof EngineError && error.kind !== "passing") {
    return fail({ code: error.kind === "input" ? "BAD_PHOTO" : "ENGINE_REFUSED", sentence: error.message });
  }
  const known = error instanceof EngineError || error instanceof StoreUnavailableError ? messageOf(error) : databaseFaultOf(error);
  if (known === null) app.log.error({ err: error }, "an item met an unexpected fault");
  const why = known ?? say("UNEXPECTED_FAULT");
  return retryItem(app, claim, why, error instanceof EngineError ? error.retryAfterMs : null);
}
