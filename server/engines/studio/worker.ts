// The worker thread's side of the studio engine: works on one photo after the other.
import type { MessagePort } from "node:worker_threads";
import { move, transferableSymbol, valueSymbol } from "piscina";
import { messageOf, UserError } from "../../errors.ts";
import type { Sentence } from "../../say.ts";
import { EngineError, type EngineOutput } from "../engine.ts";
import { type Model, ModelFault } from "./model-slot/spec.ts";
import type { Network } from "./network.ts";
import { type Assignment, NoProductError, produce } from "./produce.ts";
import { networkOver } from "./remote-network.ts";
import { type Enlarger, loadEnlarger } from "./upscale.ts";

export interface Task extends Omit<Assignment, "source" | "mask"> {
  readonly source: Uint8Array;
  readonly mask?: Uint8Array;
  readonly model: Model;
  /** Where the network's thread answers looks. */
  readonly network: MessagePort;
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

let enlarging: Promise<Enlarger | null> | null = null;

function enlarger(): Promise<Enlarger | null> {
  enlarging ??= loadEnlarger();
  return enlarging;
}

/** What the pool calls by name. */
export async function work(task: Task): Promise<Answer | ReturnType<typeof move>> {
  try {
    const checkpoint = (): void => {
      if (Atomics.load(task.cancelled, 0) !== 0) throw new Cancelled();
    };
    checkpoint();
    const { mask, ...rest } = task;
    const assignment = { ...rest, source: bufferOver(task.source), ...(mask === undefined ? {} : { mask: bufferOver(mask) }) };
    let model: string | null = null;
    const network = async (): Promise<Network> => {
      model = task.model.name;
      return stoppable(networkOver(task.network, task.model.spec), checkpoint);
    };
    const hooks = { checkpoint, onStage: (stage: Sentence) => task.stages.postMessage(stage, []) };
    const output = await produce({ network, enlarger }, assignment, hooks);
    return transferred({ ...output, model });
  } catch (error) {
    if (error instanceof Cancelled) return { kind: "cancelled" };
    if (error instanceof NoProductError || error instanceof UserError) return { kind: "input", message: messageOf(error) };
    if (error instanceof EngineError && error.kind !== "passing") return { kind: error.kind, message: error.message };
    if (error instanceof ModelFault) return { kind: "lasting", message: error.message };
    throw error;
  } finally {
    task.network.close();
    task.stages.close();
  }
}

/** Between threads a Buffer becomes a plain Uint8Array over the same memory. */
const bufferOver = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);

/** A large network takes seconds for each look: whoever cancels waits for one of them and not for all. */
const stoppable = (network: Network, checkpoint: () => void): Network => ({
  ...network,
  predict(picture) {
    checkpoint();
    return network.predict(picture);
  },
});

/** The picture's bytes change hands instead of being copied. */
function transferred(output: EngineOutput): ReturnType<typeof move> {
  const answer: Answer = { kind: "done", output };
  return move({ [transferableSymbol]: [output.picture.data.buffer], [valueSymbol]: answer });
}
