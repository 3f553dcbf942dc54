// Arithmetic of several ticks: one on or off, and a range from where the last tick was.

export function toggled(ticked: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ticked);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** The ticks with everything from `anchor` to `id`, both included, in the order of `ids`. */
export function withRange(
  ticked: ReadonlySet<string>,
  ids: readonly string[],
  range: { anchor: string | undefined; id: string },
): ReadonlySet<string> {
  const to = ids.indexOf(range.id);
  const from = range.anchor === undefined ? -1 : ids.indexOf(range.anchor);
  if (to < 0) return ticked;
  const [first, last] = from < 0 ? [to, to] : [Math.min(from, to), Math.max(from, to)];
  return new Set([...ticked, ...ids.slice(first, last + 1)]);
}
