// From a URL that somebody gave to where it may be fetched from: the checks before any connection is made.
import { isIP } from "node:net";
import { badUserInput, type UserError } from "../errors.ts";
import { isPublicAddress } from "./addresses.ts";
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

/** @throws UserError BAD_USER_INPUT for what is no http or https URL, carries credentials or names another port */
export function readUrl(text: string, guard: FetchGuard): URL {
  if (text.length > maxUrlLength)
    throw badUserInput(`The URL has ${text.length} characters: ${maxUrlLength} are the most. Use a shorter link.`);
  if (!URL.canParse(text)) throw badUserInput("This is no complete URL: give one as in https://example.com/photo.jpg.");
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw badUserInput(
      `The URL begins with ${url.protocol.slice(0, 20)} and only http: and https: are fetched. Use such a link, or upload the file.`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw badUserInput(
      "The URL carries a user name or a password, which are not sent on. Use a link that opens without them, or upload the file.",
    );
  }
  const port = url.port === "" ? null : Number(url.port);
  if (port !== null && !webPorts.includes(port) && !guard.allowedPorts?.includes(port) && !isAllowedHost(url, guard)) {
    throw badUserInput(
      `The URL names port ${port} and only the web's own, 80 and 443, are used. Use a link without a port, or upload the file.`,
    );
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
 * @throws UserError BAD_USER_INPUT, in the same words for unknown names and for what is inside the network
 */
export async function findTarget(url: URL, guard: FetchGuard, signal: AbortSignal): Promise<Target> {
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const addresses = isIP(host) === 0 ? await abortable((guard.resolve ?? resolveName)(host, signal), signal) : [host];
  const isAllowed = isAllowedHost(url, guard);
  const mayConnect = (address: string): boolean =>
    isAllowed || isPublicAddress(address) || guard.allowedServers?.includes(`${address} ${portOf(url)}`) === true;
  if (addresses.length === 0 || addresses.length > maxAddresses || !addresses.every(mayConnect)) throw notPublic();
  return { url, addresses };
}

const notPublic = (): UserError =>
  badUserInput(
    "The URL leads to a host that is not known on the public internet. Use a link that anybody anywhere can open, or upload the file.",
  );

/** Resolvers may take their time to notice. */
function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", abort));
}
