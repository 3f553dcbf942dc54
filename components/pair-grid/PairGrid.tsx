// The photos of a SKU as pairs: walked by keys, ticked, opened; new ones are dropped into the last cell.
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import type { PairCellFragment } from "../api/generated/graphql.ts";
import type { PagesHandle } from "../api/usePages.ts";
import { type Decision, useStudio } from "../shared/context.ts";
import { commandOf, isTyping, moved, moveOf } from "../shared/keyboard.ts";
import { toggled, withRange } from "../shared/selection.ts";
import { Blank, Trouble } from "../shared/Trouble.tsx";
import { useIsomorphicLayoutEffect } from "../shared/useIsomorphicLayoutEffect.ts";
import { useUnsent } from "../shared/useUnsent.ts";
import { type CellSize, cellPixels, PairBones, sizeStyle } from "./PairBones.tsx";
import { PairCell } from "./PairCell.tsx";
import { useRows } from "./useRows.ts";

export interface PairGridProps {
  /** What is shown, in order; the list may be filtered. */
  readonly pairs: readonly PairCellFragment[];
  readonly list: PagesHandle<PairCellFragment>;
  readonly size?: CellSize;
  readonly ticked: ReadonlySet<string>;
  readonly onTickedChange: (ticked: ReadonlySet<string>) => void;
  readonly onOpen: (id: string) => void;
  /** Left out where the viewer may not run. */
  readonly onRunAgain?: ((ids: readonly string[]) => void) | undefined;
  /** Left out where the viewer may not edit. */
  readonly onEdit?: ((id: string) => void) | undefined;
  /** Left out where the viewer may not review. */
  readonly onDecide?: ((decision: Decision, ids: readonly string[]) => void) | undefined;
  readonly onMakeMain?: ((id: string) => void) | undefined;
  /** A photo that the focus shall go to, once for each object. */
  readonly focusOn?: { readonly id: string } | undefined;
  readonly engineTitle?: (name: string) => string;
  /** What people call a gallery that pictures were published to. */
  readonly galleryTitle?: ((name: string) => string) | undefined;
  /** What running photos are at, by pair id. */
  readonly stages?: ReadonlyMap<string, string>;
  /** Placed after the last pair: the upload tile. */
  readonly children?: ReactNode;
}

const sameName = (name: string): string => name;
const noStages: ReadonlyMap<string, string> = new Map();

export function PairGrid(props: PairGridProps) {
  const {
    pairs,
    list,
    size = "medium",
    ticked,
    onTickedChange,
    onOpen,
    onRunAgain,
    onEdit,
    onDecide,
    onMakeMain,
    focusOn,
    engineTitle = sameName,
    galleryTitle,
    stages = noStages,
    children,
  } = props;
  const { t, dialogs } = useStudio();
  const unsent = useUnsent();
  const grid = useRef<HTMLDivElement>(null);
  const anchor = useRef<string>(undefined);
  const [focusedId, setFocusedId] = useState<string>();
  const [flippedId, setFlippedId] = useState<string>();
  const ids = pairs.map((pair) => pair.id);
  const focused = Math.max(0, ids.indexOf(focusedId ?? ""));
  const { columns, stretch, measure, reveal } = useRows({ scroller: grid, count: pairs.length, cellPixels: cellPixels[size], focused });
  // Where the focus shall go as soon as the photo is there: it may have to be scrolled to, or come back from the archive.
  const wanted = useRef<string>(undefined);
  useEffect(() => {
    wanted.current = focusOn?.id;
  }, [focusOn]);
  useEffect(() => {
    const id = wanted.current;
    if (id === undefined) return;
    const cell = grid.current?.querySelector<HTMLElement>(`[data-pair="${CSS.escape(id)}"]`);
    if (cell != null) {
      wanted.current = undefined;
      // A dialog above keeps the focus that it has.
      if (dialogs.top() === undefined) cell.focus();
      return;
    }
    const index = pairs.findIndex((pair) => pair.id === id);
    if (index >= 0) reveal(index);
  });

  useEffect(() => {
    if (flippedId === undefined) return;
    const release = (): void => setFlippedId(undefined);
    window.addEventListener("blur", release);
    return () => window.removeEventListener("blur", release);
  }, [flippedId]);

  const tick = (id: string, isRange: boolean): void => {
    onTickedChange(isRange ? withRange(ticked, ids, { anchor: anchor.current ?? focusedId, id }) : toggled(ticked, id));
    anchor.current = id;
  };
  const focus = (index: number, isRange: boolean): void => {
    const id = ids[index];
    if (id === undefined) return;
    if (isRange) {
      anchor.current ??= ids[focused];
      onTickedChange(withRange(ticked, ids, { anchor: anchor.current, id }));
    }
    const cell = grid.current?.querySelector<HTMLElement>(`[data-pair="${CSS.escape(id)}"]`);
    if (cell != null) cell.focus();
    else {
      wanted.current = id;
      reveal(index);
    }
  };
  const actsOf = useActs({ tick, onOpen, onFocus: setFocusedId, onRunAgain, onEdit, onDecide });
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isTyping(event.target) || !(event.target instanceof HTMLElement) || event.target.dataset.pair === undefined) return;
    const id = ids[focused];
    const move = moveOf(event);
    if (move !== undefined) focus(moved(focused, move, { count: ids.length, columns }), event.shiftKey);
    else if (id === undefined) return;
    else if (event.key === "Enter") onOpen(id);
    else if (event.key === " " && event.shiftKey) tick(id, false);
    else if (event.key === " ") setFlippedId(id);
    else if (event.key === "Escape" && ticked.size > 0) onTickedChange(new Set());
    else if (event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey)) onTickedChange(new Set(ids));
    else if (!obey(commandOf(event.nativeEvent), id)) return;
    stop(event);
  };
  const obey = (command: ReturnType<typeof commandOf>, id: string): boolean => {
    const meant = ticked.size > 0 ? [...ticked] : [id];
    if (command === "runAgain") onRunAgain?.(meant);
    else if (command === "edit") onEdit?.(id);
    else if (command === "makeMain") onMakeMain?.(id);
    else if (command === "approve" || command === "reject" || command === "archive") onDecide?.(command, meant);
    else return false;
    return true;
  };

  if (list.error !== undefined && pairs.length === 0) {
    return <Trouble title={t("pairsFailed")} hint={t("pairsFailedHint")} error={list.error} onRetry={list.refresh} />;
  }

  if (pairs.length === 0 && list.isLoading) return <PairBones size={size} />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys bubble up from the cells, which have the roles
    <div
      className="studio-pairs"
      ref={grid}
      style={sizeStyle(size)}
      onKeyDown={onKeyDown}
      onKeyUp={(event) => {
        if (event.key === " ") setFlippedId(undefined);
      }}
    >
      <div
        role="grid"
        className="studio-grid"
        aria-label={t("pairs")}
        aria-multiselectable="true"
        aria-busy={list.isLoading}
        aria-rowcount={pairs.length}
      >
        {stretch.flatMap((part) =>
          part.kind === "gap" ? (
            <div key={part.key} className="studio-gap" role="presentation" style={{ height: part.pixels }} />
          ) : (
            pairs
              .slice(part.row * columns, (part.row + 1) * columns)
              .map((pair, column) => (
                <PairCell
                  key={pair.id}
                  pair={pair}
                  index={part.row * columns + column}
                  row={part.row}
                  rowRef={column === 0 ? measure : undefined}
                  isUnsent={unsent.has(pair.id)}
                  stage={stages.get(pair.id)}
                  engineTitle={engineTitle}
                  galleryTitle={galleryTitle}
                  isTicked={ticked.has(pair.id)}
                  isFocusable={part.row * columns + column === focused}
                  isFlipped={pair.id === flippedId}
                  {...actsOf(pair.id)}
                />
              ))
          ),
        )}
      </div>
      {children}
      {pairs.length === 0 && (list.total ?? 0) > 0 ? <Blank title={t("pairsNone")} hint={t("pairsNoneHint")} /> : null}
    </div>
  );
}

interface Acts extends Pick<PairGridProps, "onOpen" | "onRunAgain" | "onEdit" | "onDecide"> {
  readonly tick: (id: string, isRange: boolean) => void;
  readonly onFocus: (id: string) => void;
}

/** What each cell calls, the same functions from one rendering to the next: a decision on one photo draws no other anew. */
function useActs(acts: Acts) {
  const latest = useRef(acts);
  useIsomorphicLayoutEffect(() => {
    latest.current = acts;
  });
  const [canRun, canEdit, canDecide] = [acts.onRunAgain, acts.onEdit, acts.onDecide].map((act) => act !== undefined);
  return useMemo(() => createActs(latest, { canRun, canEdit, canDecide }), [canRun, canEdit, canDecide]);
}

interface May {
  readonly canRun: boolean | undefined;
  readonly canEdit: boolean | undefined;
  readonly canDecide: boolean | undefined;
}

function createActs(latest: { readonly current: Acts }, { canRun, canEdit, canDecide }: May) {
  const make = (id: string) => ({
    onTick: (isRange: boolean) => latest.current.tick(id, isRange),
    onOpen: () => latest.current.onOpen(id),
    onFocus: () => latest.current.onFocus(id),
    onRunAgain: canRun ? () => latest.current.onRunAgain?.([id]) : undefined,
    onEdit: canEdit ? () => latest.current.onEdit?.(id) : undefined,
    onDecide: canDecide ? (decision: Decision) => latest.current.onDecide?.(decision, [id]) : undefined,
  });
  const known = new Map<string, ReturnType<typeof make>>();
  return (id: string) => {
    const held = known.get(id) ?? make(id);
    known.set(id, held);
    return held;
  };
}

const stop = (event: KeyboardEvent): void => {
  event.preventDefault();
  event.stopPropagation();
};
