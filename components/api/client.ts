// The urql client of one studio: fetch with a token, the cache, and subscriptions over the socket.
import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";
import { createCache } from "./cache.ts";
import type { Connection } from "./connection.ts";
import type { Rereads } from "./rereads.ts";
import type { Tokens } from "./tokens.ts";
import { createToldErrors } from "./told-errors.ts";
import type { Transport } from "./transport.ts";

export interface ClientOptions {
  readonly endpoint: string;
  readonly tokens: Tokens;
  readonly connection: Connection;
  readonly transport: Transport;
  readonly rereads: Rereads;
  /** Told of what failed, once for each cause. */
  readonly onError: (error: Error) => void;
}

/** `fetch` with the host's token; one refusal (401) is answered by asking the host for another. */
export function authorizedFetch(tokens: Tokens, send: typeof fetch = fetch): typeof fetch {
  return async (input, init) => {
    const attempt = async (): Promise<Response> => {
      const headers = new Headers(init?.headers);
      headers.set("authorization", `Bearer ${await tokens.get()}`);
      return send(input, { ...init, headers });
    };
    const response = await attempt();
    if (response.status !== 401) return response;
    tokens.drop();
    return attempt();
  };
}

/** SHA-256 in hex; empty, which sends the whole document each time, where the browser has no cryptography: on pages without HTTPS. */
export async function generateHash(document: string): Promise<string> {
  if (globalThis.crypto?.subtle === undefined) return "";
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(document)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function createStudioClient({ endpoint, tokens, connection, transport, rereads, onError }: ClientOptions): Client {
  const client = new Client({
    url: endpoint,
    preferGetMethod: false,
    fetch: authorizedFetch(tokens, transport.fetch),
    exchanges: [
      createToldErrors(onError),
      createCache(),
      rereads.exchange,
      // The server knows each document by its hash after the first time; where it has forgotten it, the document is sent again.
      persistedExchange({ preferGetForPersistedQueries: false, enableForMutation: true, generateHash }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables, operationName }) => ({
          subscribe: (sink) => ({
            unsubscribe: connection.forward(
              { query: query ?? "", variables: { ...variables }, operationName: operationName ?? null },
              {
                next: ({ data, errors }) => sink.next({ data: data ?? null, ...(errors === undefined ? {} : { errors: [...errors] }) }),
                error: (error) => sink.error(error),
                complete: () => sink.complete(),
              },
            ),
          }),
        }),
      }),
    ],
  });
  rereads.begin(client);
  return numbered(client);
}

/** What no document asks for: the cache takes it away before anything is sent. */
const numberVariable = "numberOfMutation";

/** Of mutations alike that are under way at once, the cache would tell the end of the last alone: with a number, no two are alike. */
function numbered(client: Client): Client {
  const send = client.mutation;
  let count = 0;
  client.mutation = (query, variables, context) => send.call(client, query, { ...variables, [numberVariable]: ++count }, context) as never;
  return client;
}
