// Photos by URL: each is fetched under guard, looked over like an upload, and becomes a pair.
import type { App } from "../app.ts";
import { assertRole, type Viewer } from "../auth/viewer.ts";
import { badUserInput, limitExceeded, messageOf, UserError } from "../errors.ts";
import type { Fetched } from "../fetch/guarded-fetch.ts";
import { say } from "../say.ts";
import { inOrder } from "./in-order.ts";
import { cleanFileName, maxCodeLength, requireName } from "./names.ts";
import { addSource, type PairRow } from "./pair.ts";
import { ensureSku, type SkuRow } from "./sku.ts";
import { type Failure, maxFilesPerCall, type SourcesOutcome, sourcesOutcome } from "./upload.ts";

/** Photos that a call holds at once, from fetching on: each may take 50 MB of memory. */
const photosAtOnce = 4;
/** Milliseconds that one call fetches for: below what proxies wait. Stops a hundred slow servers from holding a request for hours. */
const importTimeoutMs = 4 * 60_000;

export interface ImportSourcesInput {
  readonly sku: string;
  readonly urls: readonly string[];
}

/**
 * The order of the URLs is kept; positions follow it. A URL given twice is fetched and answered once. The SKU is made with the first
 * photo that was fetched.
 */
export async function importSources(app: App, viewer: Viewer, input: ImportSourcesInput): Promise<SourcesOutcome> {
  assertRole(viewer, "EDITOR");
  const code = requireName("sku", input.sku, maxCodeLength);
  const urls = [...new Set(input.urls)];
  if (urls.length === 0) throw badUserInput("urls is empty: give at least one.");
  if (input.urls.length > maxFilesPerCall) {
    throw limitExceeded(`urls holds ${input.urls.length} URLs: ${maxFilesPerCall} a call at most. Import the rest in another call.`);
  }
  const signal = AbortSignal.timeout(importTimeoutMs);
  let sku: SkuRow | undefined;
  const outcomes = await inOrder<string, Fetched, PairRow | Failure>(urls, {
    atOnce: photosAtOnce,
    hold: (task) => app.importGate(viewer.workspace, task, signal),
    prepare: (url) => app.fetchPhoto(url, signal),
    finish: async (url, { bytes }) => {
      sku ??= await ensureSku(app.db, viewer.workspace, code);
      return addSource(app, viewer.workspace, { skuId: sku.id, name: nameOf(url), bytes });
    },
    fail: (url, error) => failureOf(app, url, signal.aborted && error === signal.reason ? outOfTime() : error),
  });
  return sourcesOutcome(outcomes);
}

const outOfTime = (): UserError => limitExceeded(say("IMPORT_OUT_OF_TIME", { count: importTimeoutMs / 60_000 }));

/** The last part of the URL's path, as people read it. */
function nameOf(url: string): string {
  const last = new URL(url).pathname.split("/").at(-1) ?? "";
  try {
    return cleanFileName(decodeURIComponent(last));
  } catch {
    return cleanFileName(last);
  }
}

function failureOf(app: App, url: string, error: unknown): Failure {
  if (error instanceof UserError) return { subject: url, code: error.code, message: error.message };
  // Without its parameters, which may hold a signature.
  app.log.error({ error: messageOf(error), host: new URL(url).host }, "a photo could not be imported");
  return { subject: url, code: "INTERNAL_SERVER_ERROR", message: say("IMPORT_FAULT") };
}
