// The guarded fetch: a file by a URL that a user gave, or a service's answer, kept away from everything that is not the public web.
//
// Each hop: check the URL -> resolve its name once -> check every address -> connect to those addresses alone -> read the headers.
// A redirect is a new hop with all checks made again; anything else is read to its end, counted as it arrives.
import http, { type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import https from "node:https";
import { isIPv6, type LookupFunction } from "node:net";
import { messageOf } from "../errors.ts";
import { say } from "../say.ts";
import { FetchRefusal } from "./refusal.ts";
import { type FetchGuard, findTarget, readUrl, type Target } from "./target.ts";

export interface FetchOptions {
  /** Bytes of the body at most. Stops endless bodies. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for all of it, redirects included. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds without a byte. */
  readonly idleMs?: number | undefined;
  /** The `accept` header. */
  readonly accept?: string | undefined;
  /** Sent to the URL's own origin alone: a redirect elsewhere goes without them. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly guard?: FetchGuard | undefined;
}

/** What a photo's link is asked for. JPEG and PNG first: servers that can choose then send what every engine and marketplace reads. */
export const photoTypes = "image/jpeg, image/png, image/*;q=0.8, */*;q=0.1";

export interface RequestOptions extends FetchOptions {
  /** Left out: GET. Otherwise it is POSTed. */
  readonly body?: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** A server's own refusal of a file; whoever fetches many may heed its wish for patience. */
export class StatusError extends FetchRefusal {
  readonly status: number;
  /** Milliseconds; null where it asked for none. */
  readonly retryAfterMs: number | null;
  constructor({ statusCode = 0, headers }: IncomingMessage) {
    super(say("FETCH_STATUS", { status: statusCode }), "LINK_IN_BROWSER");
    this.status = statusCode;
    this.retryAfterMs = retryAfterOf(headers["retry-after"]);
  }
}

export interface Fetched {
  readonly bytes: Buffer;
  /** After redirects. */
  readonly finalUrl: string;
  /** As the server says it, which proves nothing; empty where it says none. */
  readonly contentType: string;
}

/** Redirects followed at most: real links need one or two, rings never end. */
const maxRedirects = 5;
/** 50 MB come over 10 Mbit/s in 40 s. Stops servers that send a byte now and then. */
const defaultTimeoutMs = 60_000;
/** Stops servers that accept a connection and fall silent. */
const defaultIdleMs = 10_000;
/** Bytes of an answer's headers: stops servers that send headers for ever. */
const maxHeaderBytes = 16_384;
/** Bytes that a body's buffer begins with; it doubles from there. */
const firstBufferBytes = 65_536;
const redirectStatuses: readonly number[] = [301, 302, 303, 307, 308];

/**
 * Fetches a URL that nobody vouches for.
 * @throws FetchRefusal BAD_USER_INPUT or LIMIT_EXCEEDED in words that tell nothing of the network inside; the signal's reason when it aborts
 */
export async function guardedFetch(text: string, options: FetchOptions): Promise<Fetched> {
  const { guard = {}, headers } = options;
  return guarded(options, async (signal) => {
    const first = readUrl(text, guard);
    for (let url = first, redirects = 0; ; redirects++) {
      const own = { ...options, headers: url.origin === first.origin ? headers : undefined };
      const response = await send(await findTarget(url, guard, signal), own, signal);
      if (!redirectStatuses.includes(response.statusCode ?? 0)) return await read(response, url, options.maxBytes);
      response.destroy();
      if (redirects === maxRedirects) throw new FetchRefusal(say("URL_REDIRECTS_OFTEN", { count: maxRedirects }), "LINK_AT_THE_END");
      url = nextUrl(url, response.headers.location, guard);
    }
  });
}

/**
 * Asks a service. Whatever its status is, that is its answer; a redirect too, for following it would carry keys elsewhere.
 * @throws as guardedFetch
 */
export async function guardedRequest(text: string, options: RequestOptions): Promise<Answer> {
  const { guard = {} } = options;
  return guarded(options, async (signal) => {
    const response = await send(await findTarget(readUrl(text, guard), guard, signal), options, signal);
    return { status: response.statusCode ?? 0, headers: response.headers, bytes: await readAnswer(response, options.maxBytes) };
  });
}

/** Within the time, and with every fault in words. */
async function guarded<T>(options: FetchOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { timeoutMs = defaultTimeoutMs } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
  try {
    return await work(signal);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof FetchRefusal) throw error;
    if (timeout.aborted) throw new FetchRefusal(say("FETCH_TOO_SLOW", { seconds: timeoutMs / 1000 }), "LINK_LATER_OR_UPLOAD");
    throw refusalOf(error);
  }
}

function send(
  { url, addresses }: Target,
  { accept = "*/*", idleMs = defaultIdleMs, headers, body }: RequestOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = (url.protocol === "https:" ? https : http).request(url, {
    // A connection of its own: one kept from before could lead to an address that was checked for another name.
    agent: false,
    lookup: pinnedTo(addresses),
    signal,
    timeout: idleMs,
    maxHeaderSize: maxHeaderBytes,
    method: body === undefined ? "GET" : "POST",
    headers: { accept, "accept-encoding": "identity", "user-agent": "image-studio", ...headers },
  });
  request.on("response", (response) => {
    request.on("timeout", () => response.destroy(new Silent()));
    resolve(response);
  });
  request.on("error", reject);
  request.on("timeout", () => request.destroy(new Silent()));
  request.on("close", () => reject(new Error("closed without an answer")));
  request.end(body);
  return promise;
}

class Silent extends Error {}

/** Answers the addresses that were checked, whatever name is asked for: a second question could get another answer. */
function pinnedTo(addresses: readonly string[]): LookupFunction {
  const entries = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_host, { all }, callback) => {
    const [first] = entries;
    if (all || first === undefined) callback(null, entries);
    else callback(null, first.address, first.family);
  };
}

function nextUrl(from: URL, location: string | undefined, guard: FetchGuard): URL {
  // Servers send UTF-8 where the header knows Latin-1 alone; browsers read it so too.
  const given = Buffer.from(location ?? "", "latin1").toString("utf8");
  if (given === "" || !URL.canParse(given, from)) throw new FetchRefusal(say("URL_REDIRECTS_NOWHERE"), "LINK_MEANT");
  const next = readUrl(new URL(given, from).href, guard);
  if (from.protocol === "https:" && next.protocol === "http:") {
    throw new FetchRefusal(say("URL_REDIRECTS_TO_HTTP"), "LINK_HTTPS");
  }
  return next;
}

async function read(response: IncomingMessage, url: URL, maxBytes: number): Promise<Fetched> {
  if (response.statusCode !== 200) {
    response.destroy();
    throw new StatusError(response);
  }
  const bytes = await readAnswer(response, maxBytes);
  return { bytes, finalUrl: url.href, contentType: response.headers["content-type"] ?? "" };
}

async function readAnswer(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const refuse = (error: FetchRefusal): FetchRefusal => {
    response.destroy();
    return error;
  };
  const encoding = response.headers["content-encoding"] ?? "identity";
  // Never unpacked: a few kilobytes could become gigabytes.
  if (encoding !== "identity") {
    throw refuse(new FetchRefusal(say("FETCH_PACKED"), "LINK_OTHER_TO_IT"));
  }
  const announced = Number(response.headers["content-length"] ?? 0);
  if (announced > maxBytes) throw refuse(tooLarge(maxBytes));
  return readBody(response, maxBytes);
}

/** Milliseconds of a Retry-After header, which holds seconds or a date; null where it says nothing that can be read. */
export function retryAfterOf(header: string | undefined): number | null {
  if (header === undefined || header.trim() === "") return null;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, Math.round(ms)) : null;
}

/** Copied into one buffer as it comes: kept in pieces, a body sent byte by byte would take a hundred times its size. */
async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  let body = Buffer.allocUnsafe(Math.min(firstBufferBytes, maxBytes));
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (length + chunk.length > maxBytes) throw tooLarge(maxBytes);
    if (length + chunk.length > body.length) {
      const larger = Buffer.allocUnsafe(Math.min(maxBytes, Math.max(body.length * 2, length + chunk.length)));
      body.copy(larger, 0, 0, length);
      body = larger;
    }
    length += chunk.copy(body, length);
  }
  return body.subarray(0, length);
}

const tooLarge = (maxBytes: number): FetchRefusal =>
  new FetchRefusal(say("FETCH_TOO_HEAVY", { bytes: maxBytes }), "LINK_TO_SMALLER", "LIMIT_EXCEEDED");

/** The error's code says which; its message may name addresses. */
function refusalOf(error: unknown): FetchRefusal {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (error instanceof Silent) return new FetchRefusal(say("FETCH_SILENT"), "LINK_LATER");
  if (/CERT|TLS|SSL|SELF_SIGNED|EPROTO/.test(code) || /certificate/i.test(messageOf(error)))
    return new FetchRefusal(say("FETCH_NO_CERTIFICATE"), "LINK_OTHER");
  if (code.startsWith("HPE_")) return new FetchRefusal(say("FETCH_NO_HTTP"), "LINK_OTHER");
  if (code === "ECONNRESET" || code === "ERR_STREAM_PREMATURE_CLOSE") return new FetchRefusal(say("FETCH_BROKE_OFF"), "LINK_AGAIN");
  return new FetchRefusal(say("FETCH_UNREACHABLE"), "LINK_IN_BROWSER_OR_UPLOAD");
}
