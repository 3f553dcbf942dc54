// What news and answered decisions make the cache read again, gathered: a burst of them is one reading of each list, and not one for each photo.
import type { Client, Exchange, Operation, OperationResult } from "@urql/core";

/** Milliseconds that they wait for others: too short to be seen. */
const gatherMs = 100;
/** Milliseconds that the page gets beyond that to have nothing more urgent to do, such as to show the next decision. */
const idleWithinMs = 200;

/** In the context of a mutation: what it changes is shown already, see decided.ts. */
export const shownAlready = { isShownAlready: true } as const;

export interface Rereads {
  /** Stands right behind the cache. */
  readonly exchange: Exchange;
  /** To be called once, with the client that the cache is in. */
  readonly begin: (client: Client) => void;
  /** Resolves when what has come until now can be read. */
  readonly settled: () => Promise<void>;
}

export function createRereads(): Rereads {
  const waiting = new Map<number, Operation>();
  let isGathering = false;
  let readAll = (): void => {};
  let gathered: Promise<void> | undefined;
  const gather = (operation: Operation): void => {
    waiting.set(operation.key, operation);
    gathered ??= new Promise((resolve) => {
      const read = (): void => {
        gathered = undefined;
        readAll();
        resolve();
      };
      setTimeout(() => {
        // Not every browser tells when it is idle.
        if (typeof requestIdleCallback === "function") requestIdleCallback(read, { timeout: idleWithinMs });
        else read();
      }, gatherMs);
    });
  };
  return {
    exchange:
      ({ forward }) =>
      (operations) =>
      (sink) =>
        forward(operations)((signal) => {
          // The cache takes in what is pushed, and asks for what depends on it, before this returns.
          isGathering = typeof signal === "object" && signal.tag === 1 && canWait(signal[0]);
          try {
            sink(signal);
          } finally {
            isGathering = false;
          }
        }),
    begin(client) {
      const reexecute = client.reexecuteOperation;
      client.reexecuteOperation = (operation) => {
        if (isGathering && operation.kind === "query") gather(operation);
        else reexecute.call(client, operation);
      };
      readAll = () => {
        const operations = [...waiting.values()];
        waiting.clear();
        for (const operation of operations) reexecute.call(client, operation);
      };
    },
    settled: () => gathered ?? Promise.resolve(),
  };
}

const canWait = ({ operation: { kind, context } }: OperationResult): boolean =>
  kind === "subscription" || (kind === "mutation" && context["isShownAlready"] === true);
