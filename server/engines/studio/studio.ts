// The studio engine: cuts the product out and retouches it, offline, on threads of its own; this is the calling process's side.
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { MessageChannel } from "node:worker_threads";
import { Piscina } from "piscina";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { type Availability, type Engine, EngineError, type EngineInput, type EngineOutput } from "../engine.ts";
import { parseStudioOptions, studioOptionsSchema } from "./options.ts";
import type { Answer, Task } from "./worker.ts";

const builtInModel = fileURLToPath(new URL("./model/product-seg-384.onnx", import.meta.url));
const workerFile = new URL("./worker.ts", import.meta.url).href;

/** Milliseconds after which an idle thread ends and gives back its network and buffers. */
const idleTimeoutMs = 60_000;
/** Milliseconds that closing waits for running stages to notice. */
const closeTimeoutMs = 10_000;

export interface StudioConfig {
  /** Path of an ONNX file with the built-in model's inputs; undefined: the built-in model. */
  readonly studioModel: string | undefined;
  /** Photos at once; no more threads than cores are used. */
  readonly concurrency: number;
}

export function createStudioEngine(config: StudioConfig, log: Log): Engine {
  const modelPath = config.studioModel ?? builtInModel;
  const pool = new Piscina<Task, Answer>({
    filename: workerFile,
    name: "work",
    minThreads: 0,
    maxThreads: Math.max(1, Math.min(config.concurrency, availableParallelism())),
    idleTimeout: idleTimeoutMs,
    closeTimeout: closeTimeoutMs,
    // A thread that waits on an atomic would not let go of what it finished last.
    atomics: "disabled",
    recordTiming: false,
  });
  pool.on("error", (error: unknown) => log.warn({ error: messageOf(error) }, "a studio thread failed"));
  const running = new Set<Run>();
  return {
    name: "studio",
    title: "Studio (built in)",
    promptable: false,
    acceptsMask: false,
    models: [],
    optionsSchema: studioOptionsSchema,
    availability: availabilityOf(modelPath),
    parseOptions: parseStudioOptions,
    run: (input) => runOnThread({ pool, running, modelPath }, input),
    close: async () => {
      for (const { abandon } of running) abandon(new EngineError("passing", "The studio engine is closing."));
      // A thread that is ended in the middle of an inference takes the whole process down, and the pool's own close does not wait for
      // every thread: so the runs are waited for here.
      await Promise.race([Promise.all([...running].map(({ settled }) => settled)), setTimeout(closeTimeoutMs, undefined, { ref: false })]);
      await pool.close();
    },
  };
}

function availabilityOf(modelPath: string): Availability {
  if (existsSync(modelPath)) return { available: true };
  return {
    available: false,
    reason: `STUDIO_MODEL is ${modelPath}, but there is no such file. Give the path of an ONNX file, or leave it out for the built-in model.`,
  };
}

interface Run {
  /** Rejects towards the caller; the thread notices at its next checkpoint. */
  readonly abandon: (reason: unknown) => void;
  /** Resolves once the thread is done with it. */
  readonly settled: Promise<void>;
}

interface Floor {
  readonly pool: Piscina<Task, Answer>;
  readonly running: Set<Run>;
  readonly modelPath: string;
}

/**
 * Rejects at once when aborted; the thread notices at its next checkpoint and is then free for the next photo. Threads are never
 * killed for it: that would take the network with them.
 */
function runOnThread({ pool, running, modelPath }: Floor, input: EngineInput): Promise<EngineOutput> {
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
  port1.on("message", (stage: string) => {
    if (Atomics.load(cancelled, 0) === 0) input.onStage(stage);
  });
  port1.unref();
  const task: Task = {
    source: input.source,
    recipe: input.recipe,
    options: parseStudioOptions(input.options),
    output: input.output,
    modelPath,
    cancelled,
    stages: port2,
  };
  const settled = pool
    .run(task, { transferList: [port2] })
    .then((answer) => resolve(outputOf(answer)))
    .catch((error: unknown) => reject(error instanceof EngineError ? error : crashed(error)))
    .finally(() => {
      input.signal.removeEventListener("abort", onAbort);
      running.delete(entry);
      port1.close();
    });
  const entry: Run = { abandon, settled };
  running.add(entry);
  return promise;
}

const crashed = (cause: unknown): EngineError =>
  new EngineError("passing", `The studio engine broke down on this photo: ${messageOf(cause)}. It will be tried again.`, { cause });

function outputOf(answer: Answer): EngineOutput {
  if (answer.kind === "input" || answer.kind === "lasting") throw new EngineError(answer.kind, answer.message);
  if (answer.kind === "cancelled") throw new EngineError("passing", "The run was cancelled.");
  const { output } = answer;
  // Between threads a Buffer becomes a plain Uint8Array over the same memory.
  const { buffer, byteOffset, byteLength } = output.picture.data;
  return { ...output, picture: { ...output.picture, data: Buffer.from(buffer, byteOffset, byteLength) } };
}
