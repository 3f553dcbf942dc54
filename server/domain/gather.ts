// One request for all who ask at the same time: what a crowd asks for one by one, the database answers together at a fraction of the cost.
import { setTimeout as sleep } from "node:timers/promises";

export interface Gathering<Question, Answer> {
  /** Answers in the order of the questions. */
  readonly ask: (questions: readonly Question[]) => Promise<readonly Answer[]>;
  /** Questions in one request. */
  readonly most: number;
  /** Milliseconds from one request's beginning to the next one's at least. */
  readonly paceMs: number;
  /** Whether a request failed through what one of its questions is, and nothing of it stands: then each is asked alone. */
  readonly isOneOnes: (error: unknown) => boolean;
}

/**
 * While a request is under way, and until its pace is kept, whoever comes waits and is part of the next one. Who comes alone waits for nobody; in
 * a crowd requests grow until they keep up with it.
 * @returns asks one question; throws what its request threw
 */
export function gather<Question, Answer>({
  ask,
  most,
  paceMs,
  isOneOnes,
}: Gathering<Question, Answer>): (question: Question) => Promise<Answer> {
  interface Waiting extends PromiseWithResolvers<Answer> {
    readonly question: Question;
  }
  const waiting: Waiting[] = [];
  let isAsking = false;
  let lastAt = Number.NEGATIVE_INFINITY;

  const askTogether = async (together: readonly Waiting[]): Promise<void> => {
    try {
      const answers = await ask(together.map(({ question }) => question));
      for (const [index, { resolve }] of together.entries()) resolve(answers[index] as Answer);
    } catch (error) {
      const alone = together.length > 1 && isOneOnes(error);
      for (const one of together) await (alone ? askTogether([one]) : one.reject(error));
    }
  };

  const askAll = async (): Promise<void> => {
    isAsking = true;
    // Those who come in the same turn go together from the first request on.
    await Promise.resolve();
    while (waiting.length > 0) {
      const waitMs = lastAt + paceMs - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      lastAt = performance.now();
      await askTogether(waiting.splice(0, most));
    }
    isAsking = false;
  };

  return (question) => {
    const mine: Waiting = { question, ...Promise.withResolvers<Answer>() };
    waiting.push(mine);
    if (!isAsking) void askAll();
    return mine.promise;
  };
}
