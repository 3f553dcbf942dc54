// What a subscriber is told: the present state first, then everything that changed, until it leaves or the last is told.
import { describe, expect, it } from "vitest";
import type { Events } from "../events/postgres.ts";
import { type NewsBatch, NewsSubscription } from "../events/subscription.ts";
import { iterateNews } from "./news.ts";

const filter = { topic: "pair", workspace: "w" } as const;

function world() {
  const open = new Set<NewsSubscription>();
  const subscribe: Events["subscribe"] = (of) => {
    const subscription = new NewsSubscription(of, (ended) => open.delete(ended));
    open.add(subscription);
    return subscription;
  };
  return {
    open,
    // As much of Events as is asked for.
    events: { subscribe } as Events,
    tell: (...ids: string[]) => {
      for (const subscription of open) subscription.push({ ...filter, scope: "s", ids });
    },
  };
}

const named = async ({ refresh, ids }: NewsBatch): Promise<readonly string[]> => (refresh ? ["present"] : [ids.join("+")]);

describe("a subscription's values", () => {
  it("are the present state, then what changed, with what comes fast told together", async () => {
    const { events, tell } = world();
    const values = iterateNews(events, filter, named);
    expect((await values.next()).value).toBe("present");
    const second = values.next();
    tell("a");
    expect((await second).value).toBe("a");
    const third = values.next();
    tell("b");
    tell("c");
    expect((await third).value).toBe("b+c");
  });

  it("hold what was told while nobody asked", async () => {
    const { events, tell } = world();
    const values = iterateNews(events, filter, named);
    await values.next();
    tell("a");
    tell("b");
    expect((await values.next()).value).toBe("a+b");
  });

  it("end after the last", async () => {
    const { events, open } = world();
    const values = iterateNews(
      events,
      filter,
      async () => ["one", "two", "three"],
      (value) => value === "two",
    );
    const seen: string[] = [];
    for await (const value of values) seen.push(value);
    expect(seen).toEqual(["one", "two"]);
    expect(open.size).toBe(0);
  });

  it("end when their reader leaves, also while it waits", async () => {
    const { events, open } = world();
    const values = iterateNews(events, filter, named);
    await values.next();
    const waiting = values.next();
    await values.return?.();
    expect((await waiting).done).toBe(true);
    expect((await values.next()).done).toBe(true);
    expect(open.size).toBe(0);
  });

  it("end with the fault of a read that failed", async () => {
    const { events, open } = world();
    const values = iterateNews(events, filter, () => Promise.reject(new Error("no such table")));
    await expect(values.next()).rejects.toThrow("no such table");
    expect((await values.next()).done).toBe(true);
    expect(open.size).toBe(0);
  });
});
