// Bytes on their way to the store through signed links, a few files at a time.
import type { CreateUploadsMutation } from "../api/generated/graphql.ts";
import type { Transport } from "../api/transport.ts";

/** Files sent at the same time: browsers allow six connections to a host, the rest stays free for pictures. */
const sendsAtOnce = 3;

export type Ticket = CreateUploadsMutation["createUploads"][number];

export interface Sending {
  readonly signal: AbortSignal;
  readonly transport: Transport;
  readonly onBytes: (more: number) => void;
  readonly onDone: () => void;
}

/** @returns a status for each file, in their order; 0 where none came */
export async function sendFiles(files: readonly File[], tickets: readonly Ticket[], sending: Sending): Promise<readonly number[]> {
  const statuses: number[] = files.map(() => 0);
  const waiting = files.map((file, index) => ({ file, index }));
  const take = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const ticket = tickets[next.index];
      if (ticket === undefined || sending.signal.aborted) continue;
      statuses[next.index] = await put(next.file, ticket, sending);
      sending.onDone();
    }
  };
  await Promise.all(Array.from({ length: sendsAtOnce }, take));
  return statuses;
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
