// A local server of one file that does what a test says: whole or in ranges, cut, silent, of another version, or no file at all.
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How one request is answered; left out: the whole file, ranges and If-Range honoured. */
export interface Serving {
  readonly bytes?: Buffer;
  /** Null: none is sent. */
  readonly etag?: string | null;
  readonly lastModified?: string;
  readonly ignoresRange?: true;
  /** Answers a range whatever If-Range says. */
  readonly ignoresIfRange?: true;
  /** Position in the file at which the connection falls silent. */
  readonly silentAt?: number;
  /** The same, and `cutAt` of the server breaks it off: only the reader knows when so much has reached it. */
  readonly cutAt?: number;
  /** The length is not announced. */
  readonly chunked?: true;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SeenFileRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface FileServer {
  /** Without a path. */
  readonly url: string;
  readonly seen: SeenFileRequest[];
  /** How the next requests are answered, in order; the last one counts for all that follow. */
  plan(...servings: Serving[]): void;
  /** Told how far a reader has come: breaks the connection off where its plan says so. */
  cutAt(position: number): void;
  close(): Promise<void>;
}

export async function startFileServer(file: Buffer): Promise<FileServer> {
  const seen: SeenFileRequest[] = [];
  let servings: Serving[] = [{}];
  let held: { readonly at: number | undefined; readonly response: ServerResponse } | undefined;
  const server = createServer((request, response) => {
    seen.push({ path: request.url ?? "", headers: request.headers });
    const serving = (servings.length > 1 ? servings.shift() : servings[0]) ?? {};
    held = { at: serving.cutAt, response };
    serve(request, response, { bytes: file, etag: '"1"', ...serving });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    plan(...next) {
      servings = next;
    },
    cutAt(position) {
      if (held?.at === position) held.response.destroy();
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

type Filled = Serving & { readonly bytes: Buffer; readonly etag: string | null };

function serve(request: IncomingMessage, response: ServerResponse, serving: Filled): void {
  const { bytes, etag, lastModified, status, headers = {}, chunked } = serving;
  if (etag !== null) response.setHeader("etag", etag);
  if (lastModified !== undefined) response.setHeader("last-modified", lastModified);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (status !== undefined) return void response.writeHead(status).end("<html>no file</html>");
  const start = startOf(request, serving);
  if (start >= bytes.length) return void response.writeHead(416, { "content-range": `bytes */${bytes.length}` }).end();
  if (start > 0) response.setHeader("content-range", `bytes ${start}-${bytes.length - 1}/${bytes.length}`);
  if (!chunked) response.setHeader("content-length", bytes.length - start);
  response.writeHead(start > 0 ? 206 : 200);
  const stopAt = serving.cutAt ?? serving.silentAt;
  if (stopAt === undefined) return void response.end(bytes.subarray(start));
  response.write(bytes.subarray(start, stopAt));
}

function startOf({ headers }: IncomingMessage, { etag, lastModified, ignoresRange, ignoresIfRange }: Filled): number {
  const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
  if (ignoresRange) return 0;
  const condition = headers["if-range"];
  const holds = condition === undefined || condition === etag || condition === lastModified;
  return holds || ignoresIfRange ? start : 0;
}
