import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it, vi } from "vitest";
import { gather } from "./gather.ts";

/** Answers ten times the number, when it is told to. */
function decimal({ isOneOnes = (_error: unknown): boolean => false, paceMs = 0 } = {}) {
  const requests: number[][] = [];
  const held: PromiseWithResolvers<void>[] = [];
  const ask = gather<number, number>({
    most: 3,
    paceMs,
    isOneOnes,
    async ask(questions) {
      requests.push([...questions]);
      const turn = Promise.withResolvers<void>();
      held.push(turn);
      await turn.promise;
      if (questions.includes(13)) throw new RangeError("13 is refused");
      return questions.map((each) => each * 10);
    },
  });
  const answerNext = async (): Promise<void> => {
    await nextTurn();
    held.shift()?.resolve();
    await nextTurn();
  };
  return { ask, requests, answerNext };
}

it("asks at once for one who comes alone, and together for those who come meanwhile, as many as fit", async () => {
  const { ask, requests, answerNext } = decimal();
  const first = ask(1);
  await nextTurn();
  expect(requests).toEqual([[1]]);
  const rest = [2, 3, 4, 5].map(ask);
  await answerNext();
  expect(await first).toBe(10);
  expect(requests).toEqual([[1], [2, 3, 4]]);
  await answerNext();
  await answerNext();
  expect(await Promise.all(rest)).toEqual([20, 30, 40, 50]);
  const later = ask(6);
  await answerNext();
  expect(await later).toBe(60);
  expect(requests).toEqual([[1], [2, 3, 4], [5], [6]]);
});

it("lets nobody fall with another's fault", async () => {
  const { ask, requests, answerNext } = decimal({ isOneOnes: (error) => error instanceof RangeError });
  const answers = Promise.allSettled([12, 13, 14].map(ask));
  for (let turn = 0; turn < 4; turn++) await answerNext();
  expect((await answers).map((each) => (each.status === "fulfilled" ? each.value : String(each.reason)))).toEqual([
    120,
    "RangeError: 13 is refused",
    140,
  ]);
  expect(requests).toEqual([[12, 13, 14], [12], [13], [14]]);
});

it("asks nobody again whose request may stand although its answer did not come", async () => {
  const { ask, requests, answerNext } = decimal();
  const answers = Promise.allSettled([12, 13].map(ask));
  await answerNext();
  expect((await answers).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(requests).toHaveLength(1);
});

it("keeps its pace, so that a crowd that comes one by one goes together too", async () => {
  const { ask, requests, answerNext } = decimal({ paceMs: 500 });
  void ask(1);
  await answerNext();
  void ask(2);
  await answerNext();
  void ask(3);
  await vi.waitFor(() => expect(requests).toHaveLength(2), { timeout: 10_000 });
  expect(requests).toEqual([[1], [2, 3]]);
});
