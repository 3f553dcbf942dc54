// Values that a subscription tells one after the other, read some at a time: one by one, the present state of a SKU costs a thousand statements.

/** Values read together. Each is told within milliseconds then; with more, what is told last would be old. */
const stretchSize = 25;

export interface Stretch {
  readonly ids: readonly string[];
  /**
   * Reads once for all of the stretch, and again once anything was heard since: it may have changed them.
   * @param heard notifications heard so far
   * @param key names what is read of them
   */
  read<Row>(heard: number, key: string, read: () => Promise<Row>): Promise<Row>;
}

const stretches = new WeakMap<object, Stretch>();

/** @param values in the order in which they will be told */
export function inStretches<Value extends { readonly id: string }>(values: readonly Value[]): readonly Value[] {
  for (let start = 0; start < values.length; start += stretchSize) {
    const together = values.slice(start, start + stretchSize);
    const stretch = createStretch(together.map(({ id }) => id));
    for (const value of together) stretches.set(value, stretch);
  }
  return values;
}

/** Undefined for what is told by itself. */
export const stretchOf = (value: object): Stretch | undefined => stretches.get(value);

function createStretch(ids: readonly string[]): Stretch {
  let last: { readonly heard: number; readonly key: string; readonly rows: Promise<unknown> } | undefined;
  return {
    ids,
    read<Row>(heard: number, key: string, read: () => Promise<Row>) {
      // The key says what the promise holds.
      if (last?.heard === heard && last.key === key) return last.rows as Promise<Row>;
      const rows = read();
      const reading = { heard, key, rows };
      last = reading;
      // A failure is told once, and not of all that come after it.
      rows.catch(() => {
        if (last === reading) last = undefined;
      });
      return rows;
    },
  };
}
