// Works on files of one call a few at once, and ends them in their order.

export interface Steps<In, Ready, Out> {
  /** Inputs held at once. */
  readonly atOnce: number;
  /**
   * Around all that is done with one input. Asked once the input before is inside, so that one inside waits for others inside alone: places that
   * calls hold can never keep one another waiting.
   */
  hold<T>(task: () => Promise<T>): Promise<T>;
  prepare(input: In): Promise<Ready>;
  /** One after the other, in the order of the input. */
  finish(input: In, ready: Ready): Promise<Out>;
  /** What stands for an input whose step, or whose place, was refused. Must not throw. */
  fail(input: In, error: unknown): Out;
}

/** @returns in the order of the input */
export async function inOrder<In, Ready, Out>(
  inputs: readonly In[],
  { atOnce, hold, prepare, finish, fail }: Steps<In, Ready, Out>,
): Promise<Out[]> {
  const outputs: Promise<Out>[] = [];
  for (const [index, input] of inputs.entries()) {
    await outputs[index - atOnce];
    const before = outputs[index - 1];
    const entered = Promise.withResolvers<void>();
    const output = hold(async () => {
      entered.resolve();
      const ready = await prepare(input);
      await before;
      return finish(input, ready);
    }).catch((error: unknown) => fail(input, error));
    outputs.push(output);
    await Promise.race([entered.promise, output]);
  }
  return Promise.all(outputs);
}
