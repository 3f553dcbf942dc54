// From a host's name to its addresses: asked of the name servers alone, so that a slow one holds up nothing else.
import { Resolver } from "node:dns/promises";

/** Every address of a name; empty for a name that is not known. */
export type Resolve = (host: string, signal: AbortSignal) => Promise<string[]>;

/** Milliseconds for one try, and tries. Stops name servers that never answer. */
const tryTimeoutMs = 3_000;
const tries = 2;

/**
 * IPv4 first: more machines can reach it. Not by getaddrinfo, for it occupies the few threads that files and pictures need as long as
 * a name server pleases, and it completes names with the network's own domain.
 */
export const resolveName: Resolve = async (host, signal) => {
  const resolver = new Resolver({ timeout: tryTimeoutMs, tries });
  const cancel = (): void => resolver.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    return answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  } finally {
    signal.removeEventListener("abort", cancel);
  }
};
