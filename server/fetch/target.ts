// From a URL that somebody gave to where it may be fetched from: the checks before any connection is made.
import { isIP } from "node:net";
import { say } from "../say.ts";
import { isPublicAddress } from "./addresses.ts";
import { FetchRefusal } from "./refusal.ts";
import { type Resolve, resolveName } from "./resolve.ts";

/** What is let through beyond the rules. Set by tests and by whoever runs the server, never from what a user sends. */
export interface FetchGuard {
  /** Ports besides 80 and 443. */
  readonly allowedPorts?: readonly number[];
  /** Servers that may be connected to though they are not public: `ADDRESS PORT`, the address exactly as a resolver answers it. */
  readonly allowedServers?: readonly string[];
  /** Hosts that may be at any address and port, as `host:port` in the URL's own spelling. */
  readonly allowedHosts?: readonly string[];
  /** Left out: the name servers of this machine. */
  readonly resolve?: Resolve;
}

export interface Target {
  /** Without a fragment, and without the dot that a full name may end in. */
  readonly url: URL;
  /** Every one checked; at least one. */
  readonly addresses: readonly string[];
}

/** Ports of the web. Stops requests to mail servers, databases and admin pages on hosts that are otherwise public. */
const webPorts: readonly number[] = [80, 443];
/** Characters of a URL: longer ones are refused by most servers, and would only fill logs. */
const maxUrlLength = 8_000;
/** Addresses of one name. More is no host's honest answer, and each would be tried in turn. */
const maxAddresses = 32;

/** @throws FetchRefusal BAD_USER_INPUT for what is no http or https URL, carries credentials or names another port */
export function readUrl(text: string, guard: FetchGuard): URL {
  if (text.length > maxUrlLength) throw new FetchRefusal(say("URL_TOO_LONG", { count: text.length, most: maxUrlLength }), "LINK_SHORTER");
  if (!URL.canParse(text)) throw new FetchRefusal(say("URL_INCOMPLETE"), null);
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new FetchRefusal(say("URL_OTHER_PROTOCOL", { protocol: url.protocol.slice(0, 20) }), "LINK_OF_THE_WEB");
  }
  if (url.username !== "" || url.password !== "") {
    throw new FetchRefusal(say("URL_WITH_PASSWORD"), "LINK_WITHOUT_PASSWORD");
  }
  const port = url.port === "" ? null : Number(url.port);
  if (port !== null && !webPorts.includes(port) && !guard.allowedPorts?.includes(port) && !isAllowedHost(url, guard)) {
    throw new FetchRefusal(say("URL_OTHER_PORT", { port: url.port }), "LINK_WITHOUT_PORT");
  }
  url.hash = "";
  // A full name may end in a dot; certificates are made out without it.
  if (url.hostname.endsWith(".")) url.hostname = url.hostname.slice(0, -1);
  return url;
}

const portOf = (url: URL): string => url.port || (url.protocol === "https:" ? "443" : "80");
const isAllowedHost = (url: URL, { allowedHosts }: FetchGuard): boolean =>
  allowedHosts?.includes(`${url.hostname.replace(/\.$/, "")}:${portOf(url)}`) === true;

/**
 * Resolves the URL's host, once, and checks every address: one that is not public spoils all, for the next answer could hold it alone.
 * @throws FetchRefusal BAD_USER_INPUT, in the same words for unknown names and for what is inside the network
 */
export async function findTarget(url: URL, guard: FetchGuard, signal: AbortSignal): Promise<Target> {
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const addresses = isIP(host) === 0 ? await abortable((guard.resolve ?? resolveName)(host, signal), signal) : [host];
  const isAllowed = isAllowedHost(url, guard);
  const mayConnect = (address: string): boolean =>
    isAllowed || isPublicAddress(address) || guard.allowedServers?.includes(`${address} ${portOf(url)}`) === true;
  if (addresses.length === 0 || addresses.length > maxAddresses || !addresses.every(mayConnect))
    throw new FetchRefusal(say("URL_NOT_PUBLIC"), "LINK_FOR_ANYBODY");
  return { url, addresses };
}

/** Resolvers may take their time to notice. */
function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", abort));
}
