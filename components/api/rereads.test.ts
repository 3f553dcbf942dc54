// A burst of news is one reading of what it changes, which has all of it; an answer to a mutation that nothing shows yet is read at once.
import { createRequest } from "@urql/core";
import { expect, it } from "vitest";
import { createStudioClient } from "./client.ts";
import type { Connection } from "./connection.ts";
import { createRereads, shownAlready } from "./rereads.ts";

const sku = (title: string) => ({ __typename: "Sku", id: "1", title });
const change = (title: string) => ({ data: { updateSku: sku(title) } });

/** A client whose list has been read, what was read of it in order, and a way to tell it news. */
async function listening() {
  const rereads = createRereads();
  let tell: (title: string) => void = () => {};
  const forward: Connection["forward"] = (_payload, sink) => {
    tell = (title) => sink.next({ data: { pairs: { __typename: "Pair", id: "p", sku: sku(title) } } } as never);
    return () => {};
  };
  const answers = [{ data: { sku: sku("first") } }, change("answered"), change("answered later")];
  const client = createStudioClient({
    endpoint: "http://api/graphql",
    tokens: { get: async () => "key", drop: () => {}, expiresAt: () => undefined },
    connection: { forward } as Connection,
    transport: { fetch: async () => Response.json(answers.shift()) },
    rereads,
    onError: (error) => {
      throw error;
    },
  });
  const titles: string[] = [];
  await new Promise<void>((resolve) => {
    client.executeQuery(createRequest("query { sku { id title } }", {})).subscribe(({ data }) => {
      titles.push(data.sku.title);
      resolve();
    });
  });
  client.executeSubscription(createRequest("subscription { pairs { id sku { id title } } }", {})).subscribe(() => {});
  return { client, rereads, titles, tell: (title: string) => tell(title) };
}

const mutation = "mutation { updateSku { id title } }";

it("gathers news", async () => {
  const { rereads, titles, tell } = await listening();
  for (const title of ["one", "two", "three"]) tell(title);
  expect(titles).toEqual(["first"]);
  await rereads.settled();
  await Promise.resolve();
  expect(titles).toEqual(["first", "three"]);
});

it("reads an answer at once, unless what it says is shown already", async () => {
  const { client, rereads, titles } = await listening();
  await client.mutation(mutation, {});
  await Promise.resolve();
  expect(titles).toEqual(["first", "answered"]);
  await client.mutation(mutation, {}, shownAlready);
  await Promise.resolve();
  expect(titles).toEqual(["first", "answered"]);
  await rereads.settled();
  await Promise.resolve();
  expect(titles).toEqual(["first", "answered", "answered later"]);
});
