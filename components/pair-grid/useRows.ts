// Which rows of the grid are there: those in sight, a few around them, and the one with the focus; gaps stand for all others.
import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useState } from "react";
import { useIsomorphicLayoutEffect } from "../shared/useIsomorphicLayoutEffect.ts";
import { useSize } from "../shared/useSize.ts";

/** Rows kept ready above and below what is seen. */
const overscan = 2;
/** Of a cell around its two square tiles, in pixels: its padding and the gap between the tiles; captions and gaps below. */
const besideTilesPixels = 18;
const belowTilesPixels = 58;
/** Before the first layout, in pixels. */
const firstLayout = { width: 1040, height: 900 };

export interface Rows {
  /** How many cells stand beside one another. */
  readonly columns: number;
  /** From top to bottom; the grid's own gap stands between any two. */
  readonly stretch: readonly (
    | { readonly kind: "row"; readonly row: number }
    | { readonly kind: "gap"; readonly key: string; readonly pixels: number }
  )[];
  /** For the first cell of a row, with `data-index`. */
  readonly measure: (cell: HTMLElement | null) => void;
  /** Scrolls as little as is needed for the cell to be there and seen. */
  readonly reveal: (index: number) => void;
}

export interface RowsInput {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly count: number;
  /** The smallest width of a cell in pixels. */
  readonly cellPixels: number;
  /** Stays there though it is scrolled away, so that the focus is never lost. */
  readonly focused: number;
}

export function useRows({ scroller, count, cellPixels, focused }: RowsInput): Rows {
  const { width } = useSize(scroller);
  const [layout, setLayout] = useState({ columns: 1, gap: 8, rowPixels: cellPixels / 2 + belowTilesPixels });
  // The sheet decides how many fit; what it decided is read from it.
  useIsomorphicLayoutEffect(() => {
    if (scroller.current === null) return;
    const style = getComputedStyle(scroller.current);
    const tracks = style.gridTemplateColumns.split(" ").map(Number.parseFloat);
    const columns = Math.max(1, tracks.length);
    const gap = Number.parseFloat(style.rowGap) || 0;
    setLayout({ columns, gap, rowPixels: ((tracks[0] ?? cellPixels) - besideTilesPixels) / 2 + belowTilesPixels });
  }, [scroller, width, cellPixels]);
  const { columns, gap, rowPixels } = layout;
  const focusedRow = Math.floor(focused / columns);

  const virtual = useVirtualizer({
    count: Math.ceil(count / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPixels,
    gap,
    overscan,
    initialRect: firstLayout,
    rangeExtractor: ({ startIndex, endIndex, count: rows }) => {
      const first = Math.max(0, startIndex - overscan);
      const last = Math.min(rows - 1, endIndex + overscan);
      const range = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
      if (focusedRow < first) return [focusedRow, ...range];
      return focusedRow > last && focusedRow < rows ? [...range, focusedRow] : range;
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another width have other heights
  useEffect(() => virtual.measure(), [columns, rowPixels]);

  const stretch: Rows["stretch"][number][] = [];
  let reached = -gap;
  for (const { index, start, end } of virtual.getVirtualItems()) {
    const missing = start - reached - 2 * gap;
    if (start > reached + gap) stretch.push({ kind: "gap", key: `before-${index}`, pixels: Math.max(0, missing) });
    stretch.push({ kind: "row", row: index });
    reached = end;
  }
  const rest = virtual.getTotalSize() - reached - gap;
  if (rest > 0) stretch.push({ kind: "gap", key: "after", pixels: rest });
  return {
    columns,
    stretch,
    measure: virtual.measureElement,
    reveal: (index) => virtual.scrollToIndex(Math.floor(index / columns)),
  };
}
