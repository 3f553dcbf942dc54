// The network as a run sees it: each look is asked of the thread that has it.
import type { MessagePort } from "node:worker_threads";
import { ModelFault, type NetworkSpec } from "./model-slot/spec.ts";
import type { Network } from "./network.ts";
import type { Question, Seen } from "./network.worker.ts";

/** @param port to `serve`; closing the network closes it */
export function networkOver(port: MessagePort, { looks }: NetworkSpec): Network {
  // Answers bear no names: the next question waits for the last one's.
  let turn: Promise<unknown> = Promise.resolve();
  return {
    looks,
    predict({ data, width, height, channels }) {
      const seen = turn.then(() => ask(port, { data, width, height, channels }));
      turn = seen.catch(() => {});
      return seen.then(planeOf);
    },
    close: async () => port.close(),
  };
}

function ask(port: MessagePort, question: Question): Promise<Seen> {
  const { promise, resolve, reject } = Promise.withResolvers<Seen>();
  const onClose = (): void => reject(new Error("the network's thread ended"));
  port.once("message", resolve);
  port.once("close", onClose);
  port.postMessage(question, []);
  return promise.finally(() => port.off("close", onClose));
}

function planeOf(seen: Seen): Float32Array {
  if (seen.kind === "fault") throw new ModelFault(seen.message);
  if (seen.kind === "broken") throw new Error(seen.message);
  return seen.plane;
}
