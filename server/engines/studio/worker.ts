// The worker thread's side of the studio engine: loads the network once, then works on one photo after the other.
import { basename } from "node:path";
import type { MessagePort } from "node:worker_threads";
import { move, transferableSymbol, valueSymbol } from "piscina";
import { messageOf, UserError } from "../../errors.ts";
import type { EngineOutput } from "../engine.ts";
import { loadNetwork, type Network } from "./network.ts";
import { type Assignment, NoProductError, produce } from "./produce.ts";

export interface Task extends Omit<Assignment, "source"> {
  readonly source: Uint8Array;
  readonly modelPath: string;
  /** One number, shared: not 0 once the run was cancelled. */
  readonly cancelled: Int32Array;
  /** Where stages are told. */
  readonly stages: MessagePort;
}

/** Errors are answered, not thrown: their classes would not survive the way between threads. */
export type Answer =
  | { readonly kind: "done"; readonly output: EngineOutput }
  | { readonly kind: "input"; readonly message: string }
  | { readonly kind: "lasting"; readonly message: string }
  | { readonly kind: "cancelled" };

class Cancelled extends Error {
  override name = "Cancelled";
}

class ModelFault extends Error {
  override name = "ModelFault";
}

let loading: Promise<Network> | null = null;

/** Loaded at the first photo that needs it; a failed load is tried again by the next one. */
function networkOf(modelPath: string): () => Promise<Network> {
  return () => {
    loading ??= loadNetwork(modelPath).catch((error: unknown) => {
      loading = null;
      throw new ModelFault(`The model ${basename(modelPath)} cannot be loaded: ${messageOf(error)}. Check STUDIO_MODEL.`, { cause: error });
    });
    return loading;
  };
}

/** What the pool calls by name. */
export async function work(task: Task): Promise<Answer | ReturnType<typeof move>> {
  try {
    const checkpoint = (): void => {
      if (Atomics.load(task.cancelled, 0) !== 0) throw new Cancelled();
    };
    checkpoint();
    const assignment = { ...task, source: Buffer.from(task.source.buffer, task.source.byteOffset, task.source.byteLength) };
    const output = await produce(networkOf(task.modelPath), assignment, {
      checkpoint,
      onStage: (stage) => task.stages.postMessage(stage, []),
    });
    return transferred(output);
  } catch (error) {
    if (error instanceof Cancelled) return { kind: "cancelled" };
    if (error instanceof NoProductError || error instanceof UserError) return { kind: "input", message: messageOf(error) };
    if (error instanceof ModelFault) return { kind: "lasting", message: error.message };
    throw error;
  } finally {
    task.stages.close();
  }
}

/** The picture's bytes change hands instead of being copied. */
function transferred(output: EngineOutput): ReturnType<typeof move> {
  const answer: Answer = { kind: "done", output };
  return move({ [transferableSymbol]: [output.picture.data.buffer], [valueSymbol]: answer });
}
