// Decisions on their way: while the API cannot be reached they are kept, and sent again when it is back. What they show stays in sight
// meanwhile, since their requests have no answer yet. Decisions on the same photo reach the API in the order in which they were taken.
import type { Connection } from "./connection.ts";
import { createTurns } from "./turns.ts";

/** How the way to the API says that the API itself is not there. */
const awayStatuses: readonly number[] = [502, 503, 504];
/** First wait before a new try without word from the socket; doubled each time. */
const firstWaitMs = 2000;
const longestWaitMs = 30_000;

export interface Outbox {
  /**
   * `fetch` for one decision on these photos, whose place among the decisions on them it takes at once.
   * @param isKept whether it waits while the API is away, and does not fail; default true
   */
  readonly fetchFor: (ids: readonly string[], isKept?: boolean) => typeof fetch;
  /** Photos whose decisions are not sent yet; the same set until it changes. */
  readonly read: () => ReadonlySet<string>;
  readonly subscribe: (listener: () => void) => () => void;
}

const nothing: ReadonlySet<string> = new Set();

export function createOutbox(send: typeof fetch, connection: Pick<Connection, "read" | "subscribe">): Outbox {
  const turns = createTurns();
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

  const keep = async (photos: readonly string[], ...request: Parameters<typeof fetch>): Promise<Response> => {
    const key = {};
    for (let tries = 0; ; tries++) {
      const answer = await attempt(send, ...request);
      if (answer !== undefined) {
        if (tries > 0) set(key, undefined);
        return answer;
      }
      if (tries === 0) set(key, photos);
      await untilBack(connection, Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(tries, 10)));
    }
  };

  return {
    fetchFor(photos, isKept = true) {
      const turn = turns.take(photos);
      return async (...request) => {
        await turn.before;
        try {
          const answer = await (isKept ? keep(photos, ...request) : send(...request));
          // The same decision comes again, with its document.
          if (!(await isDocumentUnknown(answer))) turn.done();
          return answer;
        } catch (error) {
          turn.done();
          throw error;
        }
      };
    },
    read: () => ids,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Whether the API knows the hash of the request's document no longer, or not yet. */
const isDocumentUnknown = async (answer: Response): Promise<boolean> => (await answer.clone().text()).includes("PersistedQueryNotFound");

/** @returns undefined where the API was not reached. @throws where it was given up, or the token could not be had */
async function attempt(send: typeof fetch, ...[input, init]: Parameters<typeof fetch>): Promise<Response | undefined> {
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
