// The studio engine: cuts the product out and retouches it, offline, on threads of its own; this is the calling process's side.
import { availableParallelism } from "node:os";
import { setTimeout } from "node:timers/promises";
import { MessageChannel } from "node:worker_threads";
import { Piscina } from "piscina";
import type { StudioModelChoice } from "../../config.ts";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { type Sentence, say } from "../../say.ts";
import { type Availability, type Engine, EngineError, type EngineInput, type EngineOutput } from "../engine.ts";
import { type ModelSlot, openModelSlot } from "./model-slot/slot.ts";
import { type Model, ModelFault } from "./model-slot/spec.ts";
import type { Service } from "./network.worker.ts";
import { parseStudioOptions, studioOptionsSchema } from "./options.ts";
import type { Answer, Task } from "./worker.ts";

const workerFile = new URL("./worker.ts", import.meta.url).href;
const networkFile = new URL("./network.worker.ts", import.meta.url).href;

/** Milliseconds after which an idle thread ends and gives back its network and buffers. */
const idleTimeoutMs = 60_000;
/** Megabytes of a thread's fresh objects before they are collected: pixels lie outside of it, and by itself it grows to three times as much. */
const maxYoungGenerationSizeMb = 6;
/** Runs that the network's thread may wait for questions of: those that wait for a thread of their own hold a place too. */
const maxServices = 10_000;
/** Milliseconds that closing waits for running stages to notice. */
const closeTimeoutMs = 10_000;

export interface StudioConfig {
  /** Undefined: the built-in model. */
  readonly studioModel: StudioModelChoice | undefined;
  /** Photos at once; no more threads than cores are used. */
  readonly concurrency: number;
}

export function createStudioEngine(config: StudioConfig, log: Log): Engine {
  const slot = openModelSlot(config.studioModel);
  const cores = Math.max(1, Math.min(config.concurrency, availableParallelism()));
  const running = new Set<Run>();
  let floor: Floor | undefined;
  return {
    name: "studio",
    title: "Studio (built in)",
    promptable: false,
    acceptsMask: true,
    get models() {
      return [slot.name];
    },
    optionsSchema: studioOptionsSchema,
    get availability() {
      return availabilityOf(slot);
    },
    parseOptions: parseStudioOptions,
    async run(input) {
      const model = findModel(slot);
      floor ??= { ...openPools(model, cores, log), running };
      return runOnThread(floor, model, input);
    },
    close: async () => {
      for (const { abandon } of running) abandon(new EngineError("passing", say("ENGINE_CLOSING", { engine: "studio" })));
      // A thread that is ended in the middle of an inference takes the whole process down, and the pool's own close does not wait for
      // every thread: so the runs are waited for here.
      await Promise.race([Promise.all([...running].map(({ settled }) => settled)), setTimeout(closeTimeoutMs, undefined, { ref: false })]);
      await Promise.all([floor?.pool.close(), floor?.networks.close()]);
    },
  };
}

/**
 * Opened at the first run, because only then the model must be there. All threads ask one network, on a thread of its own: a copy for each would
 * take as many times the memory. A heavy one gets all cores for one inference, and photos one by one, for it is what they would wait for.
 */
function openPools({ spec }: Model, cores: number, log: Log): Omit<Floor, "running"> {
  const shared = {
    minThreads: 0,
    resourceLimits: { maxYoungGenerationSizeMb },
    idleTimeout: idleTimeoutMs,
    closeTimeout: closeTimeoutMs,
    // A thread that waits on an atomic would not let go of what it finished last.
    atomics: "disabled",
    recordTiming: false,
  } as const;
  const pool = new Piscina<Task, Answer>({ ...shared, filename: workerFile, name: "work", maxThreads: spec.heavy ? 1 : cores });
  const networks = new Piscina<Service, void>({
    ...shared,
    filename: networkFile,
    name: "serve",
    maxThreads: 1,
    concurrentTasksPerWorker: maxServices,
  });
  for (const each of [pool, networks])
    each.on("error", (error: unknown) => log.warn({ error: messageOf(error) }, "a studio thread failed"));
  return { pool, networks, threads: spec.heavy ? cores : 1 };
}

function findModel(slot: ModelSlot): Model {
  try {
    return slot.find();
  } catch (error) {
    throw error instanceof ModelFault ? new EngineError("lasting", error.message, { cause: error }) : error;
  }
}

/** Looked up each time it is asked for, so that a model that was fetched meanwhile counts. */
function availabilityOf(slot: ModelSlot): Availability {
  try {
    slot.find();
    return { available: true };
  } catch (error) {
    if (error instanceof ModelFault) return { available: false, reason: error.message };
    throw error;
  }
}

interface Run {
  /** Rejects towards the caller; the thread notices at its next checkpoint. */
  readonly abandon: (reason: unknown) => void;
  /** Resolves once the thread is done with it. */
  readonly settled: Promise<void>;
}

interface Floor {
  readonly pool: Piscina<Task, Answer>;
  readonly networks: Piscina<Service, void>;
  readonly running: Set<Run>;
  /** Threads that one inference may use. */
  readonly threads: number;
}

/**
 * Rejects at once when aborted; the thread notices at its next checkpoint and is then free for the next photo. Threads are never
 * killed for it: that would take the network with them.
 */
function runOnThread({ pool, networks, running, threads }: Floor, model: Model, input: EngineInput): Promise<EngineOutput> {
  const { promise, resolve, reject } = Promise.withResolvers<EngineOutput>();
  if (input.signal.aborted) return Promise.reject(input.signal.reason);
  const cancelled = new Int32Array(new SharedArrayBuffer(4));
  const abandon = (reason: unknown): void => {
    Atomics.store(cancelled, 0, 1);
    reject(reason);
  };
  const onAbort = (): void => abandon(input.signal.reason);
  input.signal.addEventListener("abort", onAbort, { once: true });
  const { port1, port2 } = new MessageChannel();
  port1.on("message", (stage: Sentence) => {
    if (Atomics.load(cancelled, 0) === 0) input.onStage(stage);
  });
  port1.unref();
  const looks = new MessageChannel();
  const task: Task = {
    source: input.source,
    ...(input.mask === undefined ? {} : { mask: input.mask }),
    recipe: input.recipe,
    options: parseStudioOptions(input.options),
    output: input.output,
    model,
    network: looks.port2,
    cancelled,
    stages: port2,
  };
  // Where it fails before its port was handed over, that is closed here, and the run fails with it.
  const served = networks.run({ model, threads, port: looks.port1 }, { transferList: [looks.port1] }).catch(() => looks.port1.close());
  const settled = pool
    .run(task, { transferList: [port2, looks.port2] })
    .then((answer) => resolve(outputOf(answer)))
    .catch((error: unknown) => reject(error instanceof EngineError ? error : crashed(error)))
    .then(() => {
      // Of no effect but where the run never reached its thread: its service would wait for questions for ever.
      looks.port2.close();
      return served;
    })
    .finally(() => {
      input.signal.removeEventListener("abort", onAbort);
      running.delete(entry);
      port1.close();
    });
  const entry: Run = { abandon, settled };
  running.add(entry);
  return promise;
}

const crashed = (cause: unknown): EngineError => new EngineError("passing", say("ENGINE_BROKE", { reason: messageOf(cause) }), { cause });

function outputOf(answer: Answer): EngineOutput {
  if (answer.kind === "input" || answer.kind === "lasting") throw new EngineError(answer.kind, answer.message);
  if (answer.kind === "cancelled") throw new EngineError("passing", say("RUN_CANCELLED"));
  const { output } = answer;
  // Between threads a Buffer becomes a plain Uint8Array over the same memory.
  const { buffer, byteOffset, byteLength } = output.picture.data;
  return { ...output, picture: { ...output.picture, data: Buffer.from(buffer, byteOffset, byteLength) } };
}
