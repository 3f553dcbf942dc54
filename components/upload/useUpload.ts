// Photos on their way in: checked, sent straight to the store through signed links, then made into pairs; what failed can be sent again.
import type { CombinedError } from "@urql/core";
import { useCallback, useEffect, useRef, useState } from "react";
import { useClient } from "urql";
import { failureText } from "../api/failure.ts";
import { CompleteUploadsDocument, CreateUploadsDocument } from "../api/generated/graphql.ts";
import { useStudio } from "../shared/context.ts";
import { faultOf, mimeTypeOf } from "./accepted.ts";
import { type Batch, type Batches, begun, changed, type FailedFile, type Fits, summed, type UploadState, without } from "./batches.ts";
import { sendFiles } from "./send-files.ts";

/** As the API has it: files in one call. */
const filesAtOnce = 100;
const everything: Fits = () => true;

export interface Upload extends UploadState {
  /** Sends the files into the SKU, which is made when it does not exist, after those that are on their way; resolves when all have ended. */
  readonly send: (sku: string, files: readonly File[]) => Promise<void>;
  /** Sends those files again that failed through no fault of their own. */
  readonly retry: () => Promise<void>;
  /** Forgets what failed. */
  readonly dismiss: () => void;
}

export interface Uploads extends Upload {
  /** Only what goes into this SKU. */
  readonly into: (sku: string) => Upload;
  /** All but what goes into this SKU. */
  readonly besides: (sku: string | undefined) => Upload;
}

/** @param onAdded called with the SKU's code each time photos were added */
export function useUpload(onAdded?: (sku: string) => void): Uploads {
  const [batches, setBatches] = useState<Batches>([]);
  const sendInto = useSendInto(setBatches, onAdded);
  // One after the other, so that a drop of many folders does not take every connection.
  const last = useRef<Promise<void>>(Promise.resolve());
  const { t } = useStudio();

  const send = useCallback(
    (sku: string, files: readonly File[]): Promise<void> => {
      const faults = files.map((file) => ({ file, fault: faultOf(file) }));
      const good = files.filter((_, index) => faults[index]?.fault === undefined);
      const refused = faults.flatMap(({ file, fault }) =>
        fault === undefined ? [] : [{ sku, file, name: file.name, reason: t(fault), canRetry: false }],
      );
      setBatches((now) => withFailures(begun(now, sku, good), sku, refused));
      if (good.length === 0) return Promise.resolve();
      const turn = last.current.then(() => sendInto(sku, good));
      const ended = turn.finally(() => setBatches((now) => changed(now, sku, ({ underWay }) => ({ underWay: underWay - 1 }))));
      // Whoever waits for this one is told of its failure; the next one goes on.
      last.current = ended.catch(() => {});
      return ended;
    },
    [sendInto, t],
  );

  const part = (fits: Fits): Upload => {
    const meant = batches.filter(fits);
    return {
      ...summed(meant),
      send,
      dismiss: () => setBatches((now) => without(now, fits)),
      retry: async () => {
        setBatches((now) => without(now, fits, ({ canRetry }) => canRetry));
        const again = meant.map(({ sku, failures }) => ({ sku, files: failures.flatMap((each) => (each.canRetry ? [each.file] : [])) }));
        await Promise.all(again.flatMap(({ sku, files }) => (files.length === 0 ? [] : [send(sku, files)])));
      },
    };
  };
  return {
    ...part(everything),
    into: (sku) => part((batch) => batch.sku === sku),
    besides: (sku) => part((batch) => batch.sku !== sku),
  };
}

const withFailures = (batches: Batches, sku: string, failures: readonly FailedFile[]): Batches =>
  changed(batches, sku, (batch) => ({ failures: [...batch.failures, ...failures] }));

/** Sends files that may be sent; what becomes of each is written into the batches. */
function useSendInto(setBatches: (step: (now: Batches) => Batches) => void, onAdded: ((sku: string) => void) | undefined) {
  const client = useClient();
  const { t, transport, widths } = useStudio();
  const running = useRef(new AbortController());
  useEffect(() => {
    running.current = new AbortController();
    return () => running.current.abort();
  }, []);

  return useCallback(
    async (sku: string, files: readonly File[]): Promise<void> => {
      const { signal } = running.current;
      const count = (change: (batch: Batch) => Partial<Batch>): void => setBatches((now) => changed(now, sku, change));
      const failed = (file: File, reason: string, canRetry = true): FailedFile => ({ sku, file, name: file.name, reason, canRetry });
      const fail = (failures: readonly FailedFile[]): void => setBatches((now) => withFailures(now, sku, failures));
      const wordsOf = (error: CombinedError): string => failureText(error) ?? t("uploadNotSent");

      for (let start = 0; start < files.length && !signal.aborted; start += filesAtOnce) {
        const some = files.slice(start, start + filesAtOnce);
        const input = { sku, files: some.map((file) => ({ name: file.name, mimeType: mimeTypeOf(file) ?? file.type, bytes: file.size })) };
        const { data, error } = await client.mutation(CreateUploadsDocument, { input });
        const tickets = data?.createUploads ?? [];
        if (error !== undefined) {
          const reason = wordsOf(error);
          fail(some.map((file) => failed(file, reason)));
          continue;
        }
        const statuses = await sendFiles(some, tickets, {
          signal,
          transport,
          onBytes: (more) => count(({ sentBytes }) => ({ sentBytes: sentBytes + more })),
          onDone: () => count(({ done }) => ({ done: done + 1 })),
        });
        const sent = new Map<string, File>();
        for (const [index, file] of some.entries()) {
          const status = statuses[index] ?? 0;
          const id = tickets[index]?.id;
          if (id !== undefined && status >= 200 && status < 300) sent.set(id, file);
          else fail([failed(file, status === 0 ? t("uploadNotSent") : t("uploadStoreRefused", { status: String(status) }))]);
        }
        if (sent.size === 0) continue;
        const completed = await client.mutation(CompleteUploadsDocument, { ids: [...sent.keys()], ...widths });
        if (completed.error !== undefined) {
          const reason = wordsOf(completed.error);
          fail([...sent.values()].map((file) => failed(file, reason)));
        }
        for (const { subject, code, message } of completed.data?.completeUploads.failures ?? []) {
          const file = sent.get(subject);
          if (file !== undefined) fail([failed(file, message, code !== "BAD_USER_INPUT")]);
        }
        if ((completed.data?.completeUploads.pairs.length ?? 0) > 0) onAdded?.(sku);
      }
    },
    [client, t, transport, widths, onAdded, setBatches],
  );
}
