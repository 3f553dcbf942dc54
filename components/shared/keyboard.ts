// Which key means which move, and where letters are words and not commands.

export type Move = "next" | "previous" | "up" | "down" | "first" | "last" | "pageUp" | "pageDown";

const moves: Readonly<Record<string, Move>> = {
  ArrowDown: "down",
  ArrowUp: "up",
  ArrowRight: "next",
  ArrowLeft: "previous",
  j: "next",
  k: "previous",
  Home: "first",
  End: "last",
  PageUp: "pageUp",
  PageDown: "pageDown",
};

interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

export function moveOf(event: Key): Move | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  return moves[event.key.length === 1 ? event.key.toLowerCase() : event.key];
}

/** Where a move leads in a grid of `count` cells in rows of `columns`; never beyond the ends. */
export function moved(index: number, move: Move, grid: { count: number; columns: number; rowsPerPage?: number }): number {
  const { count, columns, rowsPerPage = 4 } = grid;
  const steps: Readonly<Record<Move, number>> = {
    next: 1,
    previous: -1,
    down: columns,
    up: -columns,
    pageDown: columns * rowsPerPage,
    pageUp: -columns * rowsPerPage,
    first: -count,
    last: count,
  };
  const to = index + steps[move];
  // Up and down stay in their column rather than jump to the corner.
  if ((move === "up" && to < 0) || (move === "down" && to >= count && Math.floor(index / columns) === Math.floor((count - 1) / columns)))
    return index;
  return Math.max(0, Math.min(count - 1, to));
}

/** Letters typed into a field are words, never commands. */
export function isTyping(target: EventTarget | null): boolean {
  if (typeof HTMLElement === "undefined" || !(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.tagName === "TEXTAREA" ||
    target.tagName === "SELECT" ||
    (target instanceof HTMLInputElement && target.type !== "checkbox")
  );
}

/** What a letter asks for. */
export type Command = "approve" | "reject" | "archive" | "undo" | "edit" | "runAgain" | "makeMain" | "help";

const commands: Readonly<Record<string, Command>> = {
  a: "approve",
  r: "reject",
  x: "archive",
  u: "undo",
  e: "edit",
  g: "runAgain",
  m: "makeMain",
  "?": "help",
};

/** Undefined within fields, and with any modifier but that of ctrl-z. */
export function commandOf(event: Key & { readonly target: EventTarget | null }): Command | undefined {
  if (isTyping(event.target) || event.altKey) return undefined;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) return key === "z" ? "undo" : undefined;
  return commands[key];
}
