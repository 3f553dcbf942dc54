// One request for a file: from where the part ends if the server can, else from the start; written as it arrives.
import { DownloadError, diskFailure, Interruption, networkFailure, StartAnew } from "./failures.ts";
import type { Part, PartNote } from "./part.ts";

export interface Transfer {
  readonly url: URL;
  /** Of the whole file. */
  readonly bytes: number;
  readonly sha256: string;
  readonly part: Part;
  /** For messages. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Milliseconds without a byte after which the connection counts as dead. */
  readonly stallMs: number;
  readonly onBytes: (done: number) => void;
}

/** The address without what may be secret in it: the query can hold a signature, the front a password. */
export const publicAddress = ({ origin, pathname }: URL): string => `${origin}${pathname}`;

/**
 * Ends when the whole file has arrived.
 * @throws Interruption where trying again may help, StartAnew where the part was dropped, DownloadError where nothing helps, or the signal's reason
 */
export async function transfer(order: Transfer): Promise<void> {
  const stalled = new AbortController();
  const alarm = setTimeout(() => stalled.abort(), order.stallMs);
  const signal = AbortSignal.any([order.signal, stalled.signal]);
  try {
    const response = await request(order, signal);
    await takeAnswer(order, response);
    for await (const bytes of response.body ?? []) {
      alarm.refresh();
      if (order.part.size + bytes.length > order.bytes) throw await notThatFile(order, `more than ${order.bytes}`);
      await order.part.append(bytes);
      order.onBytes(order.part.size);
    }
  } catch (error) {
    order.signal.throwIfAborted();
    if (error instanceof DownloadError || error instanceof StartAnew || error instanceof Interruption) throw error;
    if (stalled.signal.aborted) throw new Interruption(`${order.url.host} sent nothing for ${order.stallMs / 1000} seconds.`);
    throw diskFailure(error, order.folder) ?? networkFailure(error, order.url.host);
  } finally {
    clearTimeout(alarm);
    // Of an answer that was not read to its end the connection is closed too.
    stalled.abort();
  }
  if (order.part.size < order.bytes) throw new Interruption(`The connection to ${order.url.host} broke off.`);
}

function request({ url, part }: Transfer, signal: AbortSignal): Promise<Response> {
  const headers = new Headers({ "accept-encoding": "identity", "user-agent": "image-studio" });
  if (url.username !== "") {
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers.set("authorization", `Basic ${Buffer.from(credentials).toString("base64")}`);
  }
  if (part.size > 0) {
    headers.set("range", `bytes=${part.size}-`);
    const { source, validator } = part.note ?? {};
    // Another server's word for the version means nothing here; the hash of the whole will tell.
    if (validator && source === publicAddress(url)) headers.set("if-range", validator);
  }
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  return fetch(bare, { headers, signal });
}

/** Prepares the part for the answer's body. */
async function takeAnswer(order: Transfer, response: Response): Promise<void> {
  const { part, bytes } = order;
  if (response.status === 206 && part.size > 0) {
    if (continues(order, response)) {
      part.goOn();
      return;
    }
    await part.drop();
    throw new StartAnew("What had arrived is of another version than what the server has now.");
  }
  if (response.status === 416 && part.size > 0) {
    await part.drop();
    throw new StartAnew("The server has less than what had arrived.");
  }
  if (response.status !== 200) throw refusal(order, response);
  const announced = response.headers.get("content-length");
  const isPacked = (response.headers.get("content-encoding") ?? "identity") !== "identity";
  if (announced !== null && !isPacked && Number(announced) !== bytes) throw await notThatFile(order, announced);
  // The whole file, whether asked for or not: some servers know no ranges, and this one may have another version by now.
  await part.begin(noteOf(order, response, isPacked));
}

/** Whether the answer begins where the part ends, in a file of the right size that is still the same. */
function continues({ part, bytes, url }: Transfer, { headers }: Response): boolean {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("content-range") ?? "") ?? [];
  const etag = strongTag(headers);
  const { source, validator } = part.note ?? {};
  const isOther = source === publicAddress(url) && validator?.startsWith('"') && etag !== null && etag !== validator;
  return Number(start) === part.size && (total === "*" || Number(total) === bytes) && !isOther;
}

const strongTag = (headers: Headers): string | null => {
  const etag = headers.get("etag");
  return etag?.startsWith('"') ? etag : null;
};

/** What was packed on the way cannot be continued by bytes: nothing says so to If-Range but the lack of a validator. */
function noteOf({ sha256, url }: Transfer, { headers }: Response, isPacked: boolean): PartNote {
  return { sha256, source: publicAddress(url), validator: isPacked ? null : (strongTag(headers) ?? headers.get("last-modified")) };
}

async function notThatFile({ part, url, bytes }: Transfer, got: string): Promise<DownloadError> {
  await part.drop();
  return new DownloadError(
    `${publicAddress(url)} is another file: it has ${got} bytes and not ${bytes}. A login page or a proxy may answer in its place. Open the address in a browser, or name a mirror by --from.`,
  );
}

function refusal({ url }: Transfer, { status }: Response): Error {
  const address = publicAddress(url);
  if (status === 408 || status === 429 || status >= 500) return new Interruption(`${url.host} is busy or broken (status ${status}).`);
  if (status === 404 || status === 410)
    return new DownloadError(`There is no file at ${address} (status ${status}). Check the address, or name a mirror by --from.`);
  if (status === 401 || status === 403 || status === 407)
    return new DownloadError(`${url.host} gives ${address} to nobody who is not let in (status ${status}). Name a mirror by --from.`);
  return new DownloadError(`${address} answered with status ${status} in place of the file. Name a mirror by --from.`);
}
