// Who may run in a worker at the same time: everybody together, or one alone.

export interface Gate {
  /** Waits for a turn. @returns how it ends @throws the signal's reason when that comes first */
  enter(isAlone: boolean, signal: AbortSignal): Promise<() => void>;
}

interface Waiting {
  readonly isAlone: boolean;
  readonly enter: () => void;
}

/** In the order of arrival: one that wants to be alone waits for those inside and is not overtaken by those who come after it. */
export function createGate(): Gate {
  const waiting: Waiting[] = [];
  let inside = 0;
  let isTaken = false;

  const admit = (): void => {
    for (let next = waiting[0]; next !== undefined && !isTaken && (!next.isAlone || inside === 0); next = waiting[0]) {
      waiting.shift();
      inside++;
      isTaken = next.isAlone;
      next.enter();
    }
  };

  const leave = (): void => {
    inside--;
    isTaken = false;
    admit();
  };

  return {
    enter(isAlone, signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const giveUp = (): void => {
          waiting.splice(waiting.indexOf(turn), 1);
          reject(signal.reason);
          admit();
        };
        const turn: Waiting = {
          isAlone,
          enter: () => {
            signal.removeEventListener("abort", giveUp);
            resolve(leave);
          },
        };
        signal.addEventListener("abort", giveUp, { once: true });
        waiting.push(turn);
        admit();
      });
    },
  };
}
