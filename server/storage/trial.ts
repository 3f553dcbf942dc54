// Whether a store takes objects of a size: one that is nearly full, or whose quota is, takes a few bytes and refuses a picture.
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { keys } from "./keys.ts";
import type { Store } from "./store.ts";

/** Off the event loop: pictures have megabytes. Random, for a disk that compresses has room for any number of zeros. */
const noise = promisify(randomBytes);

/**
 * Puts an object of so many bytes and takes it away.
 * @param bytes 0 asks only whether the store can be used at all @throws StoreUnavailableError
 */
export async function tryStore(store: Store, bytes: number): Promise<void> {
  await store.check();
  if (bytes === 0) return;
  await store.put(keys.trial, await noise(bytes), { contentType: "application/octet-stream" });
  await store.delete([keys.trial]);
}
