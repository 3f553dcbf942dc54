// A WebSocket that ends in the page: the server's side of the graphql-transport-ws protocol, as far as subscriptions need it.
import type { Context } from "./context.ts";
import { listen, type Operation } from "./execute.ts";

/** How the API closes a socket: for good manners, for a token that it no longer accepts, and as a network that went away. */
const closed = { usual: 1000, forbidden: 4403, gone: 1006 } as const;

interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

type Handler<Kind extends Event> = ((event: Kind) => void) | null;

export interface SocketSupply {
  readonly StorySocket: new (url: string | URL, protocols?: string | string[]) => WebSocket;
  /** Ends all sockets as a lost network does, or as a server that no longer takes their token. */
  readonly cut: (how: "gone" | "forbidden") => void;
}

export function supplySockets(context: Context): SocketSupply {
  const open = new Set<StorySocket>();

  class StorySocket {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSING = 2;
    static readonly CLOSED = 3;
    readonly protocol = "graphql-transport-ws";
    readyState: number = StorySocket.CONNECTING;
    onopen: Handler<Event> = null;
    onmessage: Handler<MessageEvent> = null;
    onclose: Handler<CloseEvent> = null;
    onerror: Handler<Event> = null;
    readonly #readings = new Map<string, AsyncIterator<unknown>>();

    constructor() {
      queueMicrotask(() => {
        if (context.switches.isOffline) {
          this.onerror?.(new Event("error"));
          this.end(closed.gone);
          return;
        }
        open.add(this);
        this.readyState = StorySocket.OPEN;
        this.onopen?.(new Event("open"));
      });
    }

    send(text: string): void {
      void this.#take(JSON.parse(text) as Message);
    }

    close(code: number = closed.usual, reason = ""): void {
      this.end(code, reason);
    }

    end(code: number, reason = ""): void {
      if (this.readyState === StorySocket.CLOSED) return;
      this.readyState = StorySocket.CLOSED;
      open.delete(this);
      for (const reading of this.#readings.values()) void reading.return?.();
      this.#readings.clear();
      queueMicrotask(() => this.onclose?.(new CloseEvent("close", { code, reason, wasClean: code === closed.usual })));
    }

    #tell(message: Message): void {
      if (this.readyState === StorySocket.OPEN) this.onmessage?.(new MessageEvent("message", { data: JSON.stringify(message) }));
    }

    async #take({ type, id = "", payload }: Message): Promise<void> {
      if (type === "connection_init") {
        if (context.switches.isTokenRefused) this.end(closed.forbidden, "Forbidden");
        else this.#tell({ type: "connection_ack" });
      } else if (type === "ping") this.#tell({ type: "pong" });
      else if (type === "subscribe") await this.#listen(id, payload as Operation);
      else if (type === "complete") {
        await this.#readings.get(id)?.return?.();
        this.#readings.delete(id);
      }
    }

    async #listen(id: string, operation: Operation): Promise<void> {
      const results = await listen(operation, context);
      if (!(Symbol.asyncIterator in results)) {
        this.#tell({ id, type: "error", payload: results.errors ?? [] });
        return;
      }
      const reading = results[Symbol.asyncIterator]();
      this.#readings.set(id, reading);
      for (let next = await reading.next(); next.done !== true; next = await reading.next()) {
        this.#tell({ id, type: "next", payload: next.value });
      }
      if (this.#readings.delete(id)) this.#tell({ id, type: "complete" });
    }
  }

  return {
    // The client uses what is above and nothing else of a WebSocket.
    StorySocket: StorySocket as unknown as SocketSupply["StorySocket"],
    cut(how) {
      for (const socket of open) socket.end(closed[how]);
    },
  };
}
