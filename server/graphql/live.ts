// What stays open for a viewer, sockets and subscriptions: counted, bounded, and ended when the credentials end that opened it.
//
// The bounds are those of one process, because what they protect is its memory and its connections; with several API processes behind a
// balancer a viewer may hold as much at each.
import { type ExecutionResult, GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Viewer } from "../auth/viewer.ts";
import { UserError } from "../errors.ts";
import { say } from "../say.ts";
import type { Context } from "./context.ts";
import { EndableValues } from "./endable-values.ts";
import { toGraphQLError } from "./errors.ts";

/** Sockets of one viewer: a browser's tab has one. Stops a client that connects in a loop. */
export const maxSockets = 50;
/** Subscriptions of one viewer: a tab with the studio has some five. Each costs reads at every change. */
export const maxSubscriptions = 200;

type Kind = "socket" | "subscription";
const most: Readonly<Record<Kind, number>> = { socket: maxSockets, subscription: maxSubscriptions };

/** Node's timers fire at once past this delay, milliseconds; credentials that hold longer are looked at again then. */
const longestTimerMs = 2_147_483_647;

export type WhyEnded = "expired" | "revoked";

type End = (why: WhyEnded) => void;

interface Open {
  readonly kind: Kind;
  readonly end: End | null;
}

export class LiveConnections {
  readonly #open = new Map<string, { readonly viewer: Viewer; readonly all: Set<Open> }>();

  /**
   * @param end called when the credentials end; null: something else sees to it
   * @returns what to call at its end, or null where the viewer has too many
   */
  add(viewer: Viewer, kind: Kind, end: End | null): (() => void) | null {
    const key = JSON.stringify([viewer.workspace, viewer.userId]);
    const of = this.#open.get(key) ?? { viewer, all: new Set<Open>() };
    if (count(of.all, kind) >= most[kind]) return null;
    this.#open.set(key, of);
    const entry: Open = { kind, end };
    of.all.add(entry);
    const timer = endAtExpiry(viewer, end);
    return () => {
      clearTimeout(timer);
      of.all.delete(entry);
      if (of.all.size === 0 && this.#open.get(key) === of) this.#open.delete(key);
    };
  }

  /** How many are open, of all viewers. */
  size(kind: Kind): number {
    return [...this.#open.values()].reduce((sum, { all }) => sum + count(all, kind), 0);
  }

  /** The user ids of those who have something open. */
  users(): string[] {
    return [...new Set([...this.#open.values()].map(({ viewer }) => viewer.userId))];
  }

  /** Ends all that these users have open. */
  revoke(userIds: readonly string[]): void {
    for (const { viewer, all } of this.#open.values()) {
      if (userIds.includes(viewer.userId)) for (const { end } of all) end?.("revoked");
    }
  }
}

const count = (all: ReadonlySet<Open>, kind: Kind): number => [...all].filter((each) => each.kind === kind).length;

function endAtExpiry({ expiresAt }: Viewer, end: End | null): NodeJS.Timeout | undefined {
  if (expiresAt === null || end === null) return undefined;
  const leftMs = expiresAt.getTime() - Date.now();
  return setTimeout(() => end("expired"), Math.min(leftMs, longestTimerMs));
}

/** Counts subscriptions, refuses those too many as LIMIT_EXCEEDED, and ends them with UNAUTHENTICATED when their credentials end. */
export function boundedSubscriptions(live: LiveConnections, onRefused: () => void): Plugin<Context> {
  return {
    onSubscribe({ args, setResultAndStopExecution }) {
      const { viewer, overSocket } = args.contextValue;
      const ended = new AbortController();
      // A socket is closed as a whole: its client comes again and subscribes anew, which it would not after an end in order.
      const release = live.add(viewer, "subscription", overSocket ? null : (why) => ended.abort(why));
      if (release === null) {
        onRefused();
        setResultAndStopExecution({ errors: [tooMany()] });
        return;
      }
      return {
        onSubscribeResult({ result, setResult }) {
          if (!isIterable(result)) return release();
          const values = new EndableValues(result, release);
          const end = (): void => values.end({ errors: [credentialsEnded(ended.signal.reason)] });
          if (ended.signal.aborted) end();
          else ended.signal.addEventListener("abort", end, { once: true });
          setResult(values);
        },
        onSubscribeError: () => release(),
      };
    },
  };
}

const tooMany = (): GraphQLError =>
  toGraphQLError(new UserError("LIMIT_EXCEEDED", say("TOO_MANY_SUBSCRIPTIONS", { most: maxSubscriptions })), {
    extensions: { http: { status: 429 } },
  });

const credentialsEnded = (why: WhyEnded): GraphQLError =>
  new GraphQLError(`The subscription has ended: its credentials were ${why === "revoked" ? "revoked" : "valid until now"}. Use new ones.`, {
    extensions: { code: "UNAUTHENTICATED" },
  });

const isIterable = (result: unknown): result is AsyncIterableIterator<ExecutionResult> =>
  typeof result === "object" && result !== null && Symbol.asyncIterator in result;
