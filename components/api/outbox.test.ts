// Decisions while the API is away: kept, told of, sent again in time, and never where they were given up.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ConnectionState } from "./connection.ts";
import { createOutbox } from "./outbox.ts";

type Answer = number | Error;

function away(answers: readonly Answer[]) {
  let state: ConnectionState = { status: "offline", nextTryAt: undefined };
  const listeners = new Set<() => void>();
  let sent = 0;
  const outbox = createOutbox(
    async () => {
      const answer = answers[sent++] ?? 200;
      if (answer instanceof Error) throw answer;
      return new Response("{}", { status: answer });
    },
    {
      read: () => state,
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
  );
  return {
    outbox,
    sent: () => sent,
    comeBack: () => {
      state = { status: "online", nextTryAt: undefined };
      for (const listener of listeners) listener();
    },
  };
}

const page = new EventTarget();
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("keeps a decision until the socket stands again", async () => {
  const { outbox, sent, comeBack } = away([new TypeError("Failed to fetch")]);
  const answer = outbox.fetchFor(["pair-1", "pair-2"])("http://api/graphql", {});
  await vi.advanceTimersByTimeAsync(100);
  expect([...outbox.read()]).toEqual(["pair-1", "pair-2"]);
  expect(page.dispatchEvent(new Event("beforeunload", { cancelable: true }))).toBe(false);
  comeBack();
  expect((await answer).status).toBe(200);
  expect(sent()).toBe(2);
  expect(outbox.read().size).toBe(0);
  expect(page.dispatchEvent(new Event("beforeunload", { cancelable: true }))).toBe(true);
});

it("asks again by itself, since the network may be back before the socket, and an API behind a proxy may be away too", async () => {
  const { outbox, sent } = away([new TypeError("Failed to fetch"), 503, 200]);
  const answer = outbox.fetchFor(["pair-1"])("http://api/graphql", {});
  await vi.advanceTimersByTimeAsync(2000);
  expect(sent()).toBe(2);
  await vi.advanceTimersByTimeAsync(4000);
  expect((await answer).status).toBe(200);
});

it("hands on what the API says, refusals included, and tells when photos wait", async () => {
  const { outbox } = away([400]);
  const told: number[] = [];
  outbox.subscribe(() => told.push(outbox.read().size));
  expect((await outbox.fetchFor(["pair-1"])("http://api/graphql", {})).status).toBe(400);
  expect(told).toEqual([]);
});

it("gives up with whoever asked, and where the host has no token", async () => {
  const { outbox } = away([new TypeError("Failed to fetch"), new Error("The host is away")]);
  await expect(outbox.fetchFor(["pair-1"])("http://api/graphql", { signal: AbortSignal.abort() })).rejects.toThrow("Failed to fetch");
  await expect(outbox.fetchFor(["pair-1"])("http://api/graphql", {})).rejects.toThrow("The host is away");
});

describe("decisions on the same photo", () => {
  /** An API that answers when it is told to. */
  function slow() {
    const answers: ((body: string) => void)[] = [];
    const asked: string[] = [];
    const outbox = createOutbox(
      async (input) => {
        asked.push(String(input));
        return new Response(await new Promise<string>((resolve) => answers.push(resolve)));
      },
      { read: () => ({ status: "online", nextTryAt: undefined }), subscribe: () => () => {} },
    );
    return { outbox, asked, answer: (body = "{}") => answers.shift()?.(body) };
  }
  const settled = () => vi.advanceTimersByTimeAsync(0);

  it("reach the API one after the other, in the order in which they were taken, others at once", async () => {
    const { outbox, asked, answer } = slow();
    const [first, second, other] = [outbox.fetchFor(["pair-1", "pair-2"]), outbox.fetchFor(["pair-2"], false), outbox.fetchFor(["pair-3"])];
    const all = [second("second"), other("other"), first("first")];
    await settled();
    expect(asked).toEqual(["other", "first"]);
    answer();
    answer();
    await settled();
    expect(asked).toEqual(["other", "first", "second"]);
    answer();
    await Promise.all(all);
  });

  it("wait for the same decision to come again with its document where the API does not know its hash", async () => {
    const { outbox, asked, answer } = slow();
    const [first, second] = [outbox.fetchFor(["pair-1"]), outbox.fetchFor(["pair-1"])];
    const unknown = first("hash");
    const all = [second("second")];
    await settled();
    answer('{"errors":[{"message":"PersistedQueryNotFound"}]}');
    await unknown;
    all.push(first("document"));
    await settled();
    expect(asked).toEqual(["hash", "document"]);
    answer();
    await settled();
    expect(asked).toEqual(["hash", "document", "second"]);
    answer();
    await Promise.all(all);
  });

  it("do not wait for one that was given up", async () => {
    const { outbox, sent } = away([new Error("The host is away"), 200]);
    const [first, second] = [outbox.fetchFor(["pair-1"]), outbox.fetchFor(["pair-1"])];
    await expect(first("first")).rejects.toThrow("The host is away");
    expect((await second("second")).status).toBe(200);
    expect(sent()).toBe(2);
  });
});
