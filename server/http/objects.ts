// Bytes of the disk store over HTTP: what S3 answers to presigned requests, answered here. Only signed links open anything.
import { Readable } from "node:stream";
import type { Log } from "../log.ts";
import type { DiskStore, ObjectLink } from "../storage/disk.ts";
import { ObjectMissingError, StoreUnavailableError } from "../storage/store.ts";
import { readableBy } from "./cors.ts";

/** How long a browser may remember a preflight's answer, seconds. */
const preflightMaxAgeSeconds = 600;
/** What a slow client may make the server hold of an object, bytes. */
const sendBufferBytes = 256 * 1024;
const allowedMethods = "GET, HEAD, PUT, OPTIONS";

/** Stops a stored file that pretends to be a page from running as one under the server's own origin. */
const safeHeaders = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; sandbox",
  "cross-origin-resource-policy": "cross-origin",
  "cache-control": "private",
} as const;

export interface ObjectsHandlerOptions {
  readonly store: DiskStore;
  readonly log: Log;
  /** Origins whose scripts may send and read objects. */
  readonly corsOrigins: readonly string[];
}

/** Answers every request below `/objects/`; never rejects. */
export function createObjectsHandler({ store, log, corsOrigins }: ObjectsHandlerOptions): (request: Request) => Promise<Response> {
  return async (request) => {
    const response = await answer(request, store).catch((error: unknown) => failure(error, request, log));
    for (const [name, value] of Object.entries(corsHeaders(request, corsOrigins))) response.headers.set(name, value);
    return response;
  };
}

async function answer(request: Request, store: DiskStore): Promise<Response> {
  if (request.method === "OPTIONS") return new Response(null, { status: 204 });
  if (request.method !== "GET" && request.method !== "HEAD" && request.method !== "PUT") {
    throw new Refusal(405, `Objects take ${allowedMethods} but received ${request.method}. Use the method that the link was made for.`);
  }
  const verdict = store.checkLink(request.method, request.url);
  if (!verdict.ok) throw new Refusal(403, verdict.reason);
  return request.method === "PUT" ? receive(request, store, verdict.link) : send(request, store, verdict.link);
}

async function receive(request: Request, store: DiskStore, link: ObjectLink): Promise<Response> {
  const bytes = signedLength(request, link);
  const contentType = request.headers.get("content-type");
  if (link.contentType === null || contentType !== link.contentType) {
    throw new Refusal(
      403,
      `Expected the content type ${link.contentType} but received ${contentType ?? "none"}: the link was signed for the first.`,
    );
  }
  const body = Readable.from(exactly(request.body, bytes));
  await store.put(link.key, body, { contentType, signal: request.signal });
  return new Response(null, { status: 200 });
}

/** The length that was both signed and announced. */
function signedLength(request: Request, link: ObjectLink): number {
  const announced = request.headers.get("content-length");
  if (announced === null)
    throw new Refusal(411, "Expected a Content-Length but received none: the link was signed for an exact length. Send it.");
  if (link.bytes === null || announced !== String(link.bytes)) {
    throw new Refusal(
      403,
      `Expected ${link.bytes} bytes but ${announced} are announced: the link was signed for the first. Ask for a new one.`,
    );
  }
  return link.bytes;
}

/** Passes a body on while counting. Stops a client that announces little from filling the disk. @throws Refusal at the first byte too many or missing. */
async function* exactly(body: ReadableStream<Uint8Array> | null, bytes: number): AsyncGenerator<Uint8Array> {
  let received = 0;
  try {
    for await (const chunk of body ?? []) {
      received += chunk.byteLength;
      if (received > bytes) throw new Refusal(413, `Expected ${bytes} bytes but received more: the link was signed for that length.`);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(400, `The body broke off after ${received} of ${bytes} bytes. Send it again.`);
  }
  if (received < bytes) throw new Refusal(400, `Expected ${bytes} bytes but the body ended after ${received}. Send it again.`);
}

async function send(request: Request, store: DiskStore, link: ObjectLink): Promise<Response> {
  if (request.method === "HEAD") {
    const info = await store.info(link.key);
    if (info === null) throw new ObjectMissingError(link.key);
    return new Response(null, { headers: objectHeaders(info, link) });
  }
  const { body, ...info } = await store.stream(link.key, { signal: request.signal });
  // Without a size in bytes the default counts chunks: a slow reader would draw the whole object into memory.
  const strategy = new ByteLengthQueuingStrategy({ highWaterMark: sendBufferBytes });
  return new Response(Readable.toWeb(body, { strategy }) as ReadableStream<Uint8Array>, { headers: objectHeaders(info, link) });
}

const objectHeaders = (info: { bytes: number; contentType: string }, link: ObjectLink): Record<string, string> => ({
  ...safeHeaders,
  "content-type": info.contentType,
  "content-length": String(info.bytes),
  ...(link.contentDisposition === null ? {} : { "content-disposition": link.contentDisposition }),
});

function corsHeaders(request: Request, corsOrigins: readonly string[]): Record<string, string> {
  const allowed = readableBy(request, corsOrigins);
  if (!("access-control-allow-origin" in allowed)) return allowed;
  return {
    ...allowed,
    "access-control-allow-methods": allowedMethods,
    "access-control-allow-headers": "content-type",
    "access-control-max-age": String(preflightMaxAgeSeconds),
  };
}

/** A request that is refused; the message is fit for the client's eyes. */
class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function failure(error: unknown, request: Request, log: Log): Response {
  const [status, message] = refusalOf(error, request);
  // The path alone: the parameters hold the signature.
  if (status >= 500) log.error({ err: error, method: request.method, path: new URL(request.url).pathname }, "objects: request failed");
  const headers = { ...safeHeaders, "cache-control": "no-store", ...(status === 405 ? { allow: allowedMethods } : {}) };
  return Response.json({ error: message }, { status, headers });
}

function refusalOf(error: unknown, request: Request): [status: number, message: string] {
  if (error instanceof Refusal) return [error.status, error.message];
  if (error instanceof ObjectMissingError) return [404, "There is no such object. It may have been deleted."];
  if (request.signal.aborted) return [400, "The request was given up by its client."];
  if (error instanceof StoreUnavailableError) return [503, "The object store cannot be used at the moment. Try again later."];
  return [500, "Something went wrong on the server. Its log says what."];
}
