// Decisions on their way: while the API cannot be reached they are kept, and sent again when it is back. What they show stays in sight
// meanwhile, since their requests have no answer yet.
import type { Connection } from "./connection.ts";

/** How the way to the API says that the API itself is not there. */
const awayStatuses: readonly number[] = [502, 503, 504];
/** First wait before a new try without word from the socket; doubled each time. */
const firstWaitMs = 2000;
const longestWaitMs = 30_000;

export interface Outbox {
  /** `fetch` for a decision on these photos: it does not fail while the API is away. */
  readonly fetchFor: (ids: readonly string[]) => typeof fetch;
  /** Photos whose decisions are not sent yet; the same set until it changes. */
  readonly read: () => ReadonlySet<string>;
  readonly subscribe: (listener: () => void) => () => void;
}

const nothing: ReadonlySet<string> = new Set();

export function createOutbox(send: typeof fetch, connection: Pick<Connection, "read" | "subscribe">): Outbox {
  const waiting = new Map<object, readonly string[]>();
  const listeners = new Set<() => void>();
  let ids = nothing;
  const set = (key: object, value: readonly string[] | undefined): void => {
    const had = waiting.size > 0;
    if (value === undefined) waiting.delete(key);
    else waiting.set(key, value);
    const has = waiting.size > 0;
    // A page that is left now would take them along.
    if (has !== had) (has ? addEventListener : removeEventListener)("beforeunload", holdPage);
    ids = has ? new Set([...waiting.values()].flat()) : nothing;
    for (const listener of listeners) listener();
  };

  return {
    fetchFor: (photos) => async (input, init) => {
      const key = {};
      for (let tries = 0; ; tries++) {
        const answer = await attempt(send, input, init);
        if (answer !== undefined) {
          if (tries > 0) set(key, undefined);
          return answer;
        }
        if (tries === 0) set(key, photos);
        await untilBack(connection, Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(tries, 10)));
      }
    },
    read: () => ids,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** @returns undefined where the API was not reached. @throws where it was given up, or the token could not be had */
async function attempt(
  send: typeof fetch,
  input: Parameters<typeof fetch>[0],
  init: RequestInit | undefined,
): Promise<Response | undefined> {
  try {
    const response = await send(input, init);
    return awayStatuses.includes(response.status) ? undefined : response;
  } catch (error) {
    // `fetch` fails with a TypeError where no answer came at all.
    if (error instanceof TypeError && init?.signal?.aborted !== true) return undefined;
    throw error;
  }
}

/** Until the socket or the browser says that the network is back, or the time has come to ask again. */
function untilBack(connection: Pick<Connection, "read" | "subscribe">, waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      unsubscribe();
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, waitMs);
    let before = connection.read().status;
    const unsubscribe = connection.subscribe(() => {
      const now = connection.read().status;
      if (now === "online" && before !== "online") done();
      before = now;
    });
    addEventListener("online", done);
  });
}

function holdPage(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
