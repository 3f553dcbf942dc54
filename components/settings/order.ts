// The order of a list while one of it is moved.

/** The ids with one of them at another place, from 0; the others keep their order. */
export function movedTo(ids: readonly string[], id: string, to: number): readonly string[] {
  const rest = ids.filter((each) => each !== id);
  return [...rest.slice(0, to), id, ...rest.slice(to)];
}
