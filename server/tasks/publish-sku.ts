// The task that sends a SKU's approved pictures to a gallery, and asks after them until they are there.
import type { App } from "../app.ts";
import { runPublication } from "../domain/publication-run.ts";
import { publishSkuPayload } from "../queue/galleries.ts";

/** @param signal aborted when the worker stops: what is not sent goes back to the queue */
export async function publishSku(
  app: App,
  payload: unknown,
  { workerId, signal }: { workerId: string; signal: AbortSignal },
): Promise<void> {
  await runPublication(app, { ...publishSkuPayload.parse(payload), workerId, signal });
}
