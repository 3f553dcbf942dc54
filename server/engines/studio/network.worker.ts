// The network's own thread: one copy of it, however many photos are worked on at once. Each run asks for its looks over a port.
import type { MessagePort } from "node:worker_threads";
import { messageOf } from "../../errors.ts";
import type { Picture } from "../../images/picture.ts";
import { type Model, ModelFault } from "./model-slot/spec.ts";
import { loadNetwork, type Network } from "./network.ts";

export interface Service {
  readonly model: Model;
  /** Threads that one inference may use. */
  readonly threads: number;
  /** Where a run asks, one look after the other; it is closed when the run is over. */
  readonly port: MessagePort;
}

/** What a run sends: between threads a Buffer becomes a Uint8Array. */
export type Question = Omit<Picture, "data"> & { readonly data: Uint8Array };

/** Errors are answered, not thrown: their classes would not survive the way between threads. */
export type Seen =
  | { readonly kind: "seen"; readonly plane: Float32Array<ArrayBuffer> }
  | { readonly kind: "fault"; readonly message: string }
  | { readonly kind: "broken"; readonly message: string };

let loaded: { readonly version: string; readonly network: Network } | null = null;
/** Resolves when the looks that were asked for so far are done: no network is closed under one. */
let turn: Promise<unknown> = Promise.resolve();

/** Loaded at the first look that needs it, and anew when its file was replaced; a failed load is tried again by the next one. */
async function networkOf({ model, threads }: Service): Promise<Network> {
  if (loaded?.version === model.version) return loaded.network;
  // First out, then in: two large networks at once may be more than there is memory for.
  await loaded?.network.close();
  loaded = null;
  const network = await loadNetwork(model, threads);
  loaded = { version: model.version, network };
  return network;
}

async function look(service: Service, { data, ...size }: Question): Promise<Seen> {
  try {
    const network = await networkOf(service);
    const plane = await network.predict({ ...size, data: Buffer.from(data.buffer, data.byteOffset, data.byteLength) });
    return { kind: "seen", plane: plane as Float32Array<ArrayBuffer> };
  } catch (error) {
    return { kind: error instanceof ModelFault ? "fault" : "broken", message: messageOf(error) };
  }
}

/** What the pool calls by name: answers until the port is closed. */
export function serve(service: Service): Promise<void> {
  const { port } = service;
  const { promise, resolve } = Promise.withResolvers<void>();
  port.on("message", (question: Question) => {
    const answered = turn.then(() => look(service, question));
    turn = answered;
    void answered.then((seen) => port.postMessage(seen, seen.kind === "seen" ? [seen.plane.buffer] : []));
  });
  port.once("close", resolve);
  return promise;
}
