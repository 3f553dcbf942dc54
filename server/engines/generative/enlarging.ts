// Enlarges what a model painted smaller than the output asks for, on a thread of its own; this is the calling process's side.
import { Piscina } from "piscina";
import type { Picture } from "../../images/picture.ts";
import type { EnlargeTask } from "./enlarge.worker.ts";

/** Milliseconds after which the idle thread ends and gives back its network and buffers. */
const idleTimeoutMs = 30_000;
/** Milliseconds that closing waits for what is under way. */
const closeTimeoutMs = 5_000;

export interface Enlarging {
  /** A picture of that size with the same channels. @throws the signal's reason */
  enlarge(picture: Picture, size: { width: number; height: number; signal: AbortSignal }): Promise<Picture>;
  /** Of running enlargements the signal must have been aborted. */
  close(): Promise<void>;
}

/** No thread before the first picture. */
export function createEnlarging(): Enlarging {
  let pool: Piscina<EnlargeTask, Uint8Array | null> | undefined;
  const running = new Set<Promise<unknown>>();
  return {
    async enlarge(picture, { width, height, signal }) {
      signal.throwIfAborted();
      pool ??= openPool();
      const cancelled = new Int32Array(new SharedArrayBuffer(4));
      const onAbort = (): void => void Atomics.store(cancelled, 0, 1);
      signal.addEventListener("abort", onAbort, { once: true });
      const answered = pool.run({ picture, width, height, cancelled }, { name: "enlarge" });
      running.add(answered);
      try {
        const data = await answered;
        signal.throwIfAborted();
        if (data === null) throw new Error("An enlargement ended that nobody had cancelled");
        return { data: Buffer.from(data.buffer, data.byteOffset, data.byteLength), width, height, channels: picture.channels };
      } finally {
        running.delete(answered);
        signal.removeEventListener("abort", onAbort);
      }
    },
    close: async () => {
      // A thread that is ended in the middle of an inference takes the whole process down.
      await Promise.allSettled(running);
      await pool?.close();
    },
  };
}

function openPool(): Piscina<EnlargeTask, Uint8Array | null> {
  return new Piscina({
    filename: new URL("./enlarge.worker.ts", import.meta.url).href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: idleTimeoutMs,
    closeTimeout: closeTimeoutMs,
    atomics: "disabled",
    recordTiming: false,
  });
}
