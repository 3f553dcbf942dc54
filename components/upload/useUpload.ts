// Photos on their way in: checked, sent straight to the store through signed links, then made into pairs.
import { useCallback, useEffect, useRef, useState } from "react";
import { useClient } from "urql";
import { failureText } from "../api/failure.ts";
import { CompleteUploadsDocument, CreateUploadsDocument, type CreateUploadsMutation } from "../api/generated/graphql.ts";
import type { Transport } from "../api/transport.ts";
import { useStudio } from "../shared/context.ts";

/** As the API has it: a larger file would be refused after it was sent. */
export const maxUploadBytes = 50_000_000;
/** As the API has it: files in one call. */
const filesAtOnce = 100;
/** Files sent at the same time: browsers allow six connections to a host, the rest stays free for pictures. */
const sendsAtOnce = 3;

const mimeTypes: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  avif: "image/avif",
  tif: "image/tiff",
  tiff: "image/tiff",
  gif: "image/gif",
  heic: "image/heic",
  heif: "image/heif",
};
export const acceptedFiles = Object.keys(mimeTypes)
  .map((ending) => `.${ending}`)
  .join(",");

export interface UploadFailure {
  readonly name: string;
  readonly reason: string;
}

export interface UploadState {
  readonly isBusy: boolean;
  readonly total: number;
  readonly done: number;
  /** Bytes sent of all bytes, from 0 to 1. */
  readonly fraction: number;
  readonly failures: readonly UploadFailure[];
}

const idle: UploadState = { isBusy: false, total: 0, done: 0, fraction: 0, failures: [] };
type Ticket = CreateUploadsMutation["createUploads"][number];

export function mimeTypeOf(file: { readonly name: string; readonly type: string }): string | undefined {
  const known = mimeTypes[file.name.slice(file.name.lastIndexOf(".") + 1).toLowerCase()];
  return known ?? (Object.values(mimeTypes).includes(file.type) ? file.type : undefined);
}

export interface Upload extends UploadState {
  /** Sends the files into the SKU, which is made when it does not exist; resolves when all have ended. */
  readonly send: (sku: string, files: readonly File[]) => Promise<void>;
  readonly dismiss: () => void;
}

/** @param onAdded called with the SKU's code each time photos were added */
export function useUpload(onAdded?: (sku: string) => void): Upload {
  const client = useClient();
  const { t, transport, widths } = useStudio();
  const [state, setState] = useState(idle);
  const running = useRef(new AbortController());
  useEffect(() => {
    running.current = new AbortController();
    return () => running.current.abort();
  }, []);

  const send = useCallback(
    async (sku: string, files: readonly File[]): Promise<void> => {
      const { signal } = running.current;
      const fail = (failures: readonly UploadFailure[]): void => setState((now) => ({ ...now, failures: [...now.failures, ...failures] }));
      const good = files.filter((file) => file.size <= maxUploadBytes && mimeTypeOf(file) !== undefined);
      const refused = files.filter((file) => !good.includes(file));
      setState({ ...idle, isBusy: good.length > 0, total: good.length });
      fail(refused.map((file) => ({ name: file.name, reason: t(file.size > maxUploadBytes ? "uploadTooLarge" : "uploadWrongType") })));

      const bytes = good.reduce((sum, file) => sum + file.size, 0);
      let sentBytes = 0;
      const onBytes = (more: number): void => {
        sentBytes += more;
        setState((now) => ({ ...now, fraction: bytes === 0 ? 1 : Math.min(1, sentBytes / bytes) }));
      };

      for (let start = 0; start < good.length && !signal.aborted; start += filesAtOnce) {
        const batch = good.slice(start, start + filesAtOnce);
        const input = { sku, files: batch.map((file) => ({ name: file.name, mimeType: mimeTypeOf(file) ?? file.type, bytes: file.size })) };
        const tickets = await client.mutation(CreateUploadsDocument, { input });
        if (tickets.error !== undefined) {
          const reason = failureText(tickets.error) ?? t("uploadNotSent");
          fail(batch.map((file) => ({ name: file.name, reason })));
          continue;
        }
        const sent = await sendAll(batch, tickets.data?.createUploads ?? [], {
          signal,
          transport,
          onBytes,
          onDone: () => setState((now) => ({ ...now, done: now.done + 1 })),
        });
        fail(
          sent.failed.map(({ name, status }) => ({
            name,
            reason: status === 0 ? t("uploadNotSent") : t("uploadStoreRefused", { status: String(status) }),
          })),
        );
        if (sent.ids.length === 0) continue;
        const completed = await client.mutation(CompleteUploadsDocument, { ids: sent.ids, ...widths });
        if (completed.error !== undefined) fail([{ name: sku, reason: failureText(completed.error) ?? t("uploadNotSent") }]);
        const nameOf = new Map(tickets.data?.createUploads.map((ticket, index) => [ticket.id, batch[index]?.name]));
        fail(
          (completed.data?.completeUploads.failures ?? []).map(({ subject, message }) => ({
            name: nameOf.get(subject) ?? subject,
            reason: message,
          })),
        );
        if ((completed.data?.completeUploads.pairs.length ?? 0) > 0) onAdded?.(sku);
      }
      setState((now) => ({ ...now, isBusy: false }));
    },
    [client, t, transport, widths, onAdded],
  );

  return { ...state, send, dismiss: useCallback(() => setState(idle), []) };
}

interface Sending {
  readonly signal: AbortSignal;
  readonly transport: Transport;
  readonly onBytes: (more: number) => void;
  readonly onDone: () => void;
}

async function sendAll(files: readonly File[], tickets: readonly Ticket[], sending: Sending) {
  const statuses: number[] = files.map(() => 0);
  const waiting = files.map((file, index) => ({ file, index }));
  const take = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const ticket = tickets[next.index];
      if (ticket === undefined) continue;
      statuses[next.index] = await put(next.file, ticket, sending);
      sending.onDone();
    }
  };
  await Promise.all(Array.from({ length: sendsAtOnce }, take));
  const isSent = (status: number | undefined): boolean => status !== undefined && status >= 200 && status < 300;
  return {
    ids: tickets.filter((_, index) => isSent(statuses[index])).map((ticket) => ticket.id),
    failed: files.flatMap((file, index) => (isSent(statuses[index]) ? [] : [{ name: file.name, status: statuses[index] ?? 0 }])),
  };
}

/** PUTs one file with exactly the ticket's headers; answers the HTTP status, 0 where none came. XMLHttpRequest, since fetch tells no progress. */
function put(file: File, ticket: Ticket, { signal, transport, onBytes }: Sending): Promise<number> {
  return new Promise((resolve) => {
    const request = new (transport.XMLHttpRequest ?? XMLHttpRequest)();
    let told = 0;
    const tell = (sent: number): void => {
      onBytes(sent - told);
      told = sent;
    };
    request.open("PUT", ticket.url);
    for (const { name, value } of ticket.headers) {
      // The browser sets these two by itself, and forbids anybody else to.
      if (!/^(content-length|host)$/i.test(name)) request.setRequestHeader(name, value);
    }
    request.upload.onprogress = (event) => tell(event.loaded);
    request.onloadend = () => {
      tell(file.size);
      resolve(request.status);
    };
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}
