// What is asked for again by itself, after which waits, and when no longer.
import { CombinedError } from "@urql/core";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createRetry, isPassing } from "./retry.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const answered = (status: number) => new Response(null, { status });
const lost = new CombinedError({ networkError: new Error("Failed to fetch") });
const gateway = new CombinedError({ networkError: new Error("Bad Gateway"), response: answered(502) });
const refused = new CombinedError({ graphQLErrors: ["You may not."], response: answered(200) });

it("takes for passing what did not get through or failed inside, and not what was refused", () => {
  const broken = new CombinedError({ graphQLErrors: ["Something went wrong."], response: answered(500) });
  const pageOfSomebody = new CombinedError({ networkError: new Error("Unexpected token <"), response: answered(200) });
  const fault = { message: "Something went wrong here.", extensions: { code: "INTERNAL_SERVER_ERROR" } };
  const failed = new CombinedError({ graphQLErrors: [fault], response: answered(200) });
  expect([lost, gateway, broken, pageOfSomebody, failed].filter((error) => !isPassing(error))).toEqual([]);
  const forbidden = new CombinedError({ networkError: new Error("Forbidden"), response: answered(403) });
  expect([refused, forbidden].map(isPassing)).toEqual([false, false]);
});

it("waits longer each time, at most half a minute and its chance, and begins anew after an answer", () => {
  const retry = createRetry();
  const waits: number[] = [];
  const fail = (): void => {
    const since = Date.now();
    retry.heard({ error: gateway, stale: false }, () => void waits.push(Date.now() - since));
    vi.runAllTimers();
  };
  for (let time = 0; time < 8; time++) fail();
  for (const [time, wait] of waits.entries()) {
    const least = Math.min(30_000, 1000 * 2 ** time);
    expect(wait).toBeGreaterThanOrEqual(least);
    expect(wait).toBeLessThanOrEqual(least * 1.25 + 1);
  }
  expect(waits).toHaveLength(8);
  retry.heard({ stale: false }, fail);
  fail();
  expect(waits.at(-1)).toBeLessThanOrEqual(1251);
});

it("asks once, whatever is said again meanwhile, and not after a refusal or an end", () => {
  const retry = createRetry();
  const ask = vi.fn<() => void>();
  retry.heard({ error: lost, stale: false }, ask);
  retry.heard({ error: lost, stale: true }, ask);
  vi.runAllTimers();
  expect(ask).toHaveBeenCalledTimes(1);
  retry.heard({ error: lost, stale: false }, ask);
  retry.heard({ error: refused, stale: false }, ask);
  vi.runAllTimers();
  retry.heard({ error: lost, stale: false }, ask);
  retry.stop();
  vi.runAllTimers();
  expect(ask).toHaveBeenCalledTimes(1);
});
