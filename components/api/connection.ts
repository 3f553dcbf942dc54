// The socket that brings news: reconnects for as long as it is wanted, and says whether it stands.
import { createClient, type Client as SocketClient } from "graphql-ws";
import { renewalMs, type Tokens } from "./tokens.ts";
import type { Transport } from "./transport.ts";

/** First wait before a new try; doubled each time, with up to a quarter of chance so that clients do not come back in step. */
const firstWaitMs = 1000;
/** Longest wait before a new try. */
const longestWaitMs = 30_000;
/** The socket is kept this long without a subscription, for the next one. */
const lingerMs = 1000;
/** A break shorter than this, such as the change to a new token, is not worth a word. */
const graceMs = 2500;
/** The socket is renewed at most this long before its token expires. */
const renewBeforeMs = 10_000;
/** Longest delay that timers take, in milliseconds. */
const longestTimerMs = 2_147_483_647;
/** How the API closes a socket whose token it no longer accepts. */
const forbiddenCode = 4403;

export interface ConnectionState {
  readonly status: "idle" | "online" | "offline";
  /** When the next try comes, in milliseconds since 1970; undefined while one is under way. */
  readonly nextTryAt: number | undefined;
}

export interface Connection {
  /** Opens the socket with the first operation; so nothing is opened where the widget is only rendered to text. */
  forward: SocketClient["subscribe"];
  read(): ConnectionState;
  subscribe(listener: () => void): () => void;
  /** Calls back each time the socket stands after it did not, at first too: what was missed must be read anew. */
  onReconnect(listener: () => void): () => void;
  tryNow(): void;
}

const idle: ConnectionState = { status: "idle", nextTryAt: undefined };

/** `ws:` for `http:`, `wss:` for `https:`, on the same path. */
export function socketUrl(endpoint: string, base: string): string {
  const url = new URL(endpoint, base);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

export const waitMs = (retries: number, chance: number): number =>
  Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(retries, 10)) * (1 + chance / 4);

export function createConnection(endpoint: string, tokens: Tokens, transport: Transport): Connection {
  const listeners = new Set<() => void>();
  const returns = new Set<() => void>();
  let state = idle;
  let wasOnline = false;
  /** A try has failed, or the socket has gone, since it stood last. */
  let isBroken = false;
  let graceTimer: ReturnType<typeof setTimeout> | undefined;
  let renewTimer: ReturnType<typeof setTimeout> | undefined;
  let skipWait: (() => void) | undefined;
  let stopWait: (() => void) | undefined;
  let lingerTimer: ReturnType<typeof setTimeout> | undefined;
  let wanted = 0;

  const set = (next: ConnectionState): void => {
    state = next;
    for (const listener of listeners) listener();
  };
  const lost = (nextTryAt: number | undefined): void => {
    if (state.status === "offline") set({ status: "offline", nextTryAt });
    else graceTimer ??= setTimeout(() => set({ status: "offline", nextTryAt }), wasOnline ? graceMs : 0);
  };
  const stopTimers = (): void => {
    clearTimeout(graceTimer);
    clearTimeout(renewTimer);
    graceTimer = undefined;
  };

  const pause = (retries: number): Promise<void> => {
    isBroken = true;
    const wait = waitMs(retries, Math.random());
    lost(Date.now() + wait);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, wait);
      skipWait = () => {
        clearTimeout(timer);
        lost(undefined);
        resolve();
      };
      stopWait = () => clearTimeout(timer);
    });
  };
  /** The host may be away for a while; the client would take a failure of its own hooks for final. */
  const tokenOnceThere = async (): Promise<string> => {
    for (let tries = 0; ; tries++) {
      try {
        return await tokens.get();
      } catch {
        await pause(tries);
      }
    }
  };

  let opened: SocketClient | undefined;
  const open = (): SocketClient =>
    createClient({
      webSocketImpl: transport.WebSocket,
      // The token is fetched here and not in connectionParams, so that no socket waits for it.
      url: async () => {
        await tokenOnceThere();
        return socketUrl(endpoint, location.href);
      },
      connectionParams: async () => ({ authorization: `Bearer ${await tokenOnceThere()}` }),
      lazy: true,
      lazyCloseTimeout: lingerMs,
      keepAlive: 15_000,
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true,
      retryWait: pause,
      on: {
        connected: () => {
          stopTimers();
          const expiresAt = tokens.expiresAt();
          if (expiresAt !== undefined) {
            const leftMs = expiresAt - Date.now();
            const inMs = Math.max(1000, leftMs - renewalMs(leftMs, renewBeforeMs));
            // By a clock that goes wrong it has ended already: the API closes the socket when it really has.
            if (leftMs > 0 && inMs < longestTimerMs) {
              renewTimer = setTimeout(() => {
                tokens.drop();
                opened?.terminate();
              }, inMs);
            }
          }
          set({ status: "online", nextTryAt: undefined });
          wasOnline = true;
          if (!isBroken) return;
          isBroken = false;
          for (const listener of returns) listener();
        },
        closed: (event) => {
          clearTimeout(renewTimer);
          if (typeof event === "object" && event !== null && "code" in event) {
            if (event.code === forbiddenCode) tokens.drop();
            // 1000 is the client's own end: nothing subscribes any more.
            if (event.code === 1000) {
              stopTimers();
              wasOnline = false;
              isBroken = false;
              set(idle);
            }
          }
        },
      },
    });

  /** Nobody listens any more: no socket is left that still tries to connect, and no wait for one. */
  const end = (): void => {
    const client = opened;
    opened = undefined;
    stopWait?.();
    stopTimers();
    skipWait = undefined;
    wasOnline = false;
    isBroken = false;
    // Rejected where it was still connecting.
    Promise.resolve(client?.dispose()).catch(() => {});
    client?.terminate();
    if (state !== idle) set(idle);
  };

  return {
    forward: (payload, sink) => {
      clearTimeout(lingerTimer);
      opened ??= open();
      wanted++;
      let isOver = false;
      const finish = (): void => {
        if (isOver) return;
        isOver = true;
        wanted--;
        if (wanted === 0) lingerTimer = setTimeout(end, lingerMs);
      };
      const stop = opened.subscribe(payload, {
        next: (value) => sink.next(value as Parameters<typeof sink.next>[0]),
        error: (error) => {
          finish();
          sink.error(error);
        },
        complete: () => {
          finish();
          sink.complete();
        },
      });
      return () => {
        stop();
        finish();
      };
    },
    read: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onReconnect(listener) {
      returns.add(listener);
      return () => returns.delete(listener);
    },
    tryNow: () => skipWait?.(),
  };
}
