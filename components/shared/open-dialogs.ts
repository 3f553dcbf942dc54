// Which dialogs stand open, the topmost last: what floats over everything floats within that one, since a modal one bars the rest.

export interface OpenDialogs {
  /** @returns takes it away again */
  readonly add: (floats: HTMLElement) => () => void;
  readonly top: () => HTMLElement | undefined;
  readonly subscribe: (listener: () => void) => () => void;
}

export function createOpenDialogs(): OpenDialogs {
  let stack: readonly HTMLElement[] = [];
  const listeners = new Set<() => void>();
  const set = (next: readonly HTMLElement[]): void => {
    stack = next;
    for (const listener of listeners) listener();
  };
  return {
    add(floats) {
      set([...stack, floats]);
      return () => set(stack.filter((each) => each !== floats));
    },
    top: () => stack.at(-1),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
