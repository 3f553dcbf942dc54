// The way of photos into a SKU: tickets, bytes, pairs. It comes when the first are sent, since most visits send none.
import type { Client, CombinedError } from "@urql/core";
import { failureText } from "../api/failure.ts";
import { CompleteUploadsDocument, CreateUploadsDocument } from "../api/generated/graphql.ts";
import type { Studio } from "../shared/context.ts";
import type { mimeTypeOf } from "./accepted.ts";
import { sendFiles, type Ticket } from "./send-files.ts";

/** As the API has it: files in one call. */
const filesAtOnce = 100;

export interface Way extends Pick<Studio, "t" | "say" | "transport" | "widths"> {
  readonly client: Client;
  /** Handed in, since what both sides import becomes a file of its own for every visit to fetch. */
  readonly typeOf: typeof mimeTypeOf;
  /** Ends what is on its way. */
  readonly signal: AbortSignal;
  readonly fail: (files: readonly File[], reason: string, canRetry?: boolean) => void;
  /** Told of bytes and of whole files that have ended, sent or not. */
  readonly onSent: (bytes: number, files: number) => void;
  readonly onAdded: ((sku: string) => void) | undefined;
}

/** Sends files that may be sent; what becomes of each is told along the way. */
export async function sendInto(sku: string, files: readonly File[], way: Way): Promise<void> {
  const { client, t, say, widths, typeOf, signal, fail, onAdded } = way;
  const wordsOf = (error: CombinedError): string => failureText(error, say) ?? t("uploadNotSent");

  for (let start = 0; start < files.length && !signal.aborted; start += filesAtOnce) {
    const some = files.slice(start, start + filesAtOnce);
    const input = { sku, files: some.map((file) => ({ name: file.name, mimeType: typeOf(file) ?? file.type, bytes: file.size })) };
    const { data, error } = await client.mutation(CreateUploadsDocument, { input });
    if (error !== undefined) {
      fail(some, wordsOf(error));
      continue;
    }
    const { sent, unsent } = await store(some, data?.createUploads ?? [], way);
    for (const { file, status } of unsent)
      fail([file], status === 0 ? t("uploadNotSent") : t("uploadStoreRefused", { status: String(status) }));
    if (sent.size === 0) continue;
    const completed = await client.mutation(CompleteUploadsDocument, { ids: [...sent.keys()], ...widths });
    if (completed.error !== undefined) fail([...sent.values()], wordsOf(completed.error));
    for (const { subject, code, said } of completed.data?.completeUploads.failures ?? []) {
      const file = sent.get(subject);
      // What is no photo now is none the next time.
      if (file !== undefined) fail([file], say(said), code !== "BAD_USER_INPUT");
    }
    if ((completed.data?.completeUploads.pairs.length ?? 0) > 0) onAdded?.(sku);
  }
}

/** @returns the files that are in the store, by their tickets' ids, and those that are not */
async function store(files: readonly File[], tickets: readonly Ticket[], { signal, transport, onSent }: Way) {
  const statuses = await sendFiles(files, tickets, {
    signal,
    transport,
    onBytes: (bytes) => onSent(bytes, 0),
    onDone: () => onSent(0, 1),
  });
  const sent = new Map<string, File>();
  const unsent: { readonly file: File; readonly status: number }[] = [];
  for (const [index, file] of files.entries()) {
    const status = statuses[index] ?? 0;
    const id = tickets[index]?.id;
    if (id !== undefined && status >= 200 && status < 300) sent.set(id, file);
    else unsent.push({ file, status });
  }
  return { sent, unsent };
}
