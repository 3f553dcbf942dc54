// Photos on their way in: checked, sent straight to the store through signed links, then made into pairs; what failed can be sent again.
import { useCallback, useEffect, useRef, useState } from "react";
import { useClient } from "urql";
import { useStudio } from "../shared/context.ts";
import { faultOf, mimeTypeOf } from "./accepted.ts";
import { type Batch, type Batches, begun, changed, type Fits, summed, type UploadState, without } from "./batches.ts";
import type { Way } from "./send-into.ts";

const bring = () => import("./send-into.ts");
/** Brings what sends; a failure is left to the sending, which says it. */
export const prepareSending = (): Promise<unknown> => bring().catch(() => undefined);

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
  const client = useClient();
  const { t, say, transport, widths } = useStudio();
  const running = useRef(new AbortController());
  useEffect(() => {
    running.current = new AbortController();
    return () => running.current.abort();
  }, []);
  // One after the other, so that a drop of many folders does not take every connection.
  const last = useRef<Promise<void>>(Promise.resolve());

  const send = useCallback(
    (sku: string, files: readonly File[]): Promise<void> => {
      const change = (of: (batch: Batch) => Partial<Batch>): void => setBatches((now) => changed(now, sku, of));
      const fail: Way["fail"] = (failed, reason, canRetry = true) =>
        change(({ failures }) => ({
          failures: [...failures, ...failed.map((file) => ({ sku, file, name: file.name, reason, canRetry }))],
        }));
      const onSent: Way["onSent"] = (bytes, whole) =>
        change(({ sentBytes, done }) => ({ sentBytes: sentBytes + bytes, done: done + whole }));
      const good = files.filter((file) => faultOf(file) === undefined);
      setBatches((now) => begun(now, sku, good));
      for (const file of files) {
        const fault = faultOf(file);
        if (fault !== undefined) fail([file], t(fault), false);
      }
      if (good.length === 0) return last.current;

      const go = async (): Promise<void> => {
        try {
          const { sendInto } = await bring();
          await sendInto(sku, good, {
            client,
            t,
            say,
            transport,
            widths,
            typeOf: mimeTypeOf,
            signal: running.current.signal,
            fail,
            onSent,
            onAdded,
          });
        } catch {
          // Such as a new version deployed since the page was loaded: nothing was sent, and the files are kept.
          fail(good, t("partFailed"));
        }
        change(({ underWay }) => ({ underWay: underWay - 1 }));
      };
      last.current = last.current.then(go);
      return last.current;
    },
    [client, t, say, transport, widths, onAdded],
  );

  const part = (fits: Fits): Upload => {
    const meant = batches.filter(fits);
    return {
      ...summed(meant),
      send,
      dismiss: () => setBatches((now) => without(now, fits)),
      retry: async () => {
        setBatches((now) => without(now, fits, ({ canRetry }) => canRetry));
        await Promise.all(
          meant.map(({ sku, failures }) => {
            const again = failures.filter(({ canRetry }) => canRetry);
            return again.length === 0
              ? undefined
              : send(
                  sku,
                  again.map(({ file }) => file),
                );
          }),
        );
      },
    };
  };
  return { ...part(() => true), into: (code) => part(({ sku }) => sku === code), besides: (code) => part(({ sku }) => sku !== code) };
}
