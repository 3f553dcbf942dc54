// Lists as Relay connections; a cursor is the row's id.

export interface PageArgs {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

export function pageOf<Row extends { readonly id: string }>(rows: readonly Row[], { first, after, last, before }: PageArgs) {
  const start = after == null ? 0 : rows.findIndex((row) => row.id === after) + 1;
  const end = before == null ? rows.length : rows.findIndex((row) => row.id === before);
  const from = last == null ? start : Math.max(start, end - last);
  const to = first == null ? end : Math.min(end, from + first);
  const shown = rows.slice(from, to);
  return {
    edges: shown.map((node) => ({ node, cursor: node.id })),
    totalCount: rows.length,
    pageInfo: {
      hasNextPage: to < rows.length,
      hasPreviousPage: from > 0,
      startCursor: shown[0]?.id ?? null,
      endCursor: shown.at(-1)?.id ?? null,
    },
  };
}
