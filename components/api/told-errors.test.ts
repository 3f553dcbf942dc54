// What the host hears of failures: each cause once, in its own words, and again when it comes back.
import { Client, createRequest, fetchExchange } from "@urql/core";
import { expect, it } from "vitest";
import { createToldErrors } from "./told-errors.ts";

/** Requests that fail by what `faults` says of their names, and what the host was told. */
function listening() {
  const told: Error[] = [];
  const faults = new Map<string, Fault>();
  const client = new Client({
    url: "http://api/graphql",
    preferGetMethod: false,
    fetch: async (_input, init) => answer(faults.get((JSON.parse(String(init?.body)) as { operationName: string }).operationName)),
    exchanges: [createToldErrors((error) => told.push(error)), fetchExchange],
  });
  /** Reads until it is stopped. */
  const read = async (name: string) => {
    let hear = (): void => {};
    const heard = new Promise<void>((resolve) => (hear = resolve));
    const request = createRequest(`query ${name} { a }`, {});
    const { unsubscribe } = client.executeQuery(request, { requestPolicy: "network-only" }).subscribe(({ stale }) => {
      if (!stale) hear();
    });
    await heard;
    return unsubscribe;
  };
  const change = (name: string) => client.mutation(`mutation ${name} { a }`, {}).toPromise();
  return { faults, read, change, told, words: () => told.map(({ message }) => message) };
}

type Fault = Error | string | undefined;

function answer(fault: Fault): Response {
  if (fault instanceof Error) throw fault;
  if (fault === undefined) return Response.json({ data: { a: 1 } });
  return Response.json({ data: null, errors: [{ message: fault, extensions: { code: "FORBIDDEN" } }] });
}

const over = new Error("The session is over.");

it("gives the reason as it is, with what caused it", async () => {
  const { faults, read, told } = listening();
  faults.set("A", over).set("B", "You may not.");
  await read("A");
  await read("B");
  expect(told.map(({ message }) => message)).toEqual(["The session is over.", "You may not."]);
  expect(told[0]?.cause).toBe(over);
  expect(told[1]?.cause).toMatchObject({ graphQLErrors: [{ extensions: { code: "FORBIDDEN" } }] });
});

it("tells a cause once, though it fells many and they are sent again, and anew when it comes back", async () => {
  const { faults, read, words } = listening();
  for (const name of ["A", "B", "C"]) faults.set(name, over);
  for (const name of ["A", "B", "A", "C", "B"]) await read(name);
  faults.delete("A");
  await read("A");
  faults.set("A", over);
  await read("A");
  expect(words()).toHaveLength(1);
  faults.clear();
  for (const name of ["A", "B", "C"]) await read(name);
  faults.set("B", over);
  await read("B");
  expect(words()).toHaveLength(2);
});

it("tells it anew where nobody waits any more for what failed", async () => {
  const { faults, read, words } = listening();
  faults.set("A", over).set("B", over);
  const stop = await read("A");
  stop();
  const again = await read("A");
  expect(words()).toHaveLength(1);
  again();
  await Promise.resolve();
  await read("B");
  expect(words()).toHaveLength(2);
});

it("tells of every change that failed, unless its cause is known already", async () => {
  const { faults, read, change, words } = listening();
  faults.set("Change", "You may not.").set("A", over).set("Lost", over);
  await change("Change");
  await change("Change");
  expect(words()).toHaveLength(2);
  await read("A");
  await change("Lost");
  expect(words()).toHaveLength(3);
});
