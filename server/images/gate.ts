// Lets a fixed number of tasks run at once; the others wait in order.

/** @throws what the task throws; the signal's reason where that comes before the task's turn. */
export type Gate = <T>(task: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** @param limit tasks at once, at least 1. */
export function createGate(limit: number): Gate {
  const waiting: (() => void)[] = [];
  let running = 0;
  const turn = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const enter = (): void => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const leave = (): void => {
        waiting.splice(waiting.indexOf(enter), 1);
        reject(signal?.reason);
      };
      waiting.push(enter);
      signal?.addEventListener("abort", leave);
    });
  return async (task, signal) => {
    signal?.throwIfAborted();
    if (running >= limit) await turn(signal);
    else running++;
    try {
      return await task();
    } finally {
      // The place is handed over rather than freed, so that a newcomer cannot slip in between.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

/** As a gate; each task names its owner. */
export type SharedGate = <T>(owner: string, task: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/**
 * A gate that no one owner can fill: whose tasks are slow holds up his own.
 * @param limits tasks at once, and how many of them may be one owner's
 */
export function createSharedGate(limits: { readonly all: number; readonly ofOne: number }): SharedGate {
  const all = createGate(limits.all);
  const owners = new Map<string, { readonly gate: Gate; tasks: number }>();
  return async (owner, task, signal) => {
    const own = owners.get(owner) ?? { gate: createGate(limits.ofOne), tasks: 0 };
    owners.set(owner, own);
    own.tasks++;
    try {
      return await own.gate(() => all(task, signal), signal);
    } finally {
      if (--own.tasks === 0) owners.delete(owner);
    }
  };
}
