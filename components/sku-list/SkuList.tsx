// The SKUs on the left: tabs with their numbers, and a virtualised list that is walked by keys, ticked and chosen from.
import { useVirtualizer } from "@tanstack/react-virtual";
import { ImagePlus, RotateCw } from "lucide-react";
import { type FocusEvent, type KeyboardEvent, type MouseEvent, type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import type { SkuRowFragment } from "../api/generated/graphql.ts";
import type { PagesHandle } from "../api/usePages.ts";
import { Button } from "../shared/Button.tsx";
import { useStudio } from "../shared/context.ts";
import { moved, moveOf } from "../shared/keyboard.ts";
import type { MessageKey } from "../shared/messages/messages.ts";
import { toggled, withRange } from "../shared/selection.ts";
import { Blank, Trouble } from "../shared/Trouble.tsx";
import { useIsomorphicLayoutEffect } from "../shared/useIsomorphicLayoutEffect.ts";
import { useStudioId } from "../shared/useStudioId.ts";
import { SkuRow } from "./SkuRow.tsx";
import { beside, type FileDropProps, useFileDrop } from "./useFileDrop.ts";
import type { SkuCounts, SkuTab } from "./useSkus.ts";

/** Height of a row in pixels, in the list and in the rail of a narrow studio. */
const rowPixels = { list: 68, rail: 64 } as const;
/** Rows kept ready above and below what is seen. */
const overscan = 6;
/** The next page is asked for when this few rows are left. */
const readAheadRows = 20;
/** Bones shown while the first page is on its way. */
const bones = [64, 52, 72, 60, 66, 56, 70, 62];

export interface SkuListProps extends FileDropProps {
  readonly skus: PagesHandle<SkuRowFragment>;
  readonly counts?: SkuCounts | undefined;
  readonly tab?: SkuTab;
  readonly onTabChange?: (tab: SkuTab) => void;
  readonly search?: string;
  /** The code of the SKU that is shown beside. */
  readonly current?: string | undefined;
  readonly onChoose: (code: string) => void;
  /** Codes of the ticked SKUs. */
  readonly ticked: ReadonlySet<string>;
  readonly onTickedChange: (ticked: ReadonlySet<string>) => void;
  /** Only thumbnails and dots, for a narrow studio. */
  readonly isRail?: boolean;
  readonly children?: ReactNode;
}

const tabWords: readonly (readonly [SkuTab, MessageKey])[] = [
  ["all", "tabAll"],
  ["review", "tabReview"],
  ["pending", "tabPending"],
  ["processing", "tabProcessing"],
  ["approved", "tabApproved"],
];

export function SkuList(props: SkuListProps) {
  const { skus, counts, tab = "all", onTabChange, onNew, isRail = false, children } = props;
  const { t, format } = useStudio();
  const { over, handlers } = useFileDrop(props);
  return (
    <div className="studio-list" data-rail={isRail ? "" : undefined} {...handlers}>
      {isRail && onNew === undefined ? null : (
        <div className="studio-listhead">
          {isRail ? null : <h2 className="studio-medium studio-grow studio-cut">{t("skus")}</h2>}
          {onNew === undefined ? null : (
            <Button
              kind="quiet"
              size="s"
              icon={<ImagePlus className="studio-icon" />}
              {...(isRail ? { label: t("newSku") } : { children: t("newSku") })}
              onClick={() => onNew([])}
            />
          )}
        </div>
      )}
      {isRail || onTabChange === undefined ? null : (
        <div className="studio-tabs" role="group" aria-label={t("filterByStatus")}>
          {tabWords.map(([name, word]) => (
            <button key={name} type="button" className="studio-tab" aria-pressed={name === tab} onClick={() => onTabChange(name)}>
              <b className="studio-tab-count">{counts === undefined ? "–" : format.number(counts[name])}</b>
              {t(word)}
            </button>
          ))}
        </div>
      )}
      {skus.error === undefined ? (
        <Rows {...props} over={over} />
      ) : isRail ? (
        <Button
          kind="quiet"
          className="studio-rail-retry"
          label={`${t("skusFailed")}. ${t("tryAgain")}`}
          icon={<RotateCw className="studio-icon studio-bad" />}
          onClick={skus.refresh}
        />
      ) : (
        <Trouble title={t("skusFailed")} error={skus.error} onRetry={skus.refresh} />
      )}
      {children}
      {over === undefined || onNew === undefined ? null : (
        <div className="studio-list-drop" data-over={over === beside ? "" : undefined}>
          <ImagePlus className="studio-icon" />
          {isRail ? null : t("dropNewSku")}
        </div>
      )}
    </div>
  );
}

interface RowsProps extends SkuListProps {
  /** The code of the SKU that files are dragged over. */
  readonly over: string | undefined;
}

function Rows({ skus, tab = "all", search = "", current, onChoose, ticked, onTickedChange, isRail = false, over }: RowsProps) {
  const { t } = useStudio();
  const id = useStudioId();
  const scroller = useRef<HTMLDivElement>(null);
  const anchor = useRef<string>(undefined);
  const [active, setActive] = useState(0);
  const wantsFocus = useRef(false);
  const { nodes, total, hasMore, isLoading, loadMore } = skus;
  const codes = nodes.map((sku) => sku.code);
  const focusable = Math.min(active, Math.max(0, nodes.length - 1));
  const size = isRail ? rowPixels.rail : rowPixels.list;

  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new list starts from its top
  useEffect(() => {
    setActive(Math.max(0, codes.indexOf(current ?? "")));
  }, [tab, search]);

  const virtual = useVirtualizer({
    count: nodes.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => size,
    overscan,
    getItemKey: (index) => nodes[index]?.id ?? index,
    // The row with the focus stays in the tree even when it is scrolled away, so that the focus is never lost.
    rangeExtractor: ({ startIndex, endIndex, overscan: beyond, count }) => {
      const first = Math.max(0, startIndex - beyond);
      const last = Math.min(count - 1, endIndex + beyond);
      const range = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
      return focusable < first ? [focusable, ...range] : focusable > last && focusable < count ? [...range, focusable] : range;
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the size of rows is all that is measured
  useEffect(() => virtual.measure(), [size]);
  const items = virtual.getVirtualItems();
  const lastSeen = virtual.range?.endIndex ?? 0;
  useEffect(() => {
    if (hasMore && !isLoading && lastSeen + readAheadRows >= nodes.length) loadMore();
  }, [hasMore, isLoading, lastSeen, nodes.length, loadMore]);
  useEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    scroller.current?.querySelector<HTMLElement>(`[data-index="${focusable}"]`)?.focus();
  }, [focusable]);

  const tick = (code: string, isRange: boolean): void => {
    onTickedChange(isRange ? withRange(ticked, codes, { anchor: anchor.current ?? current, id: code }) : toggled(ticked, code));
    anchor.current = code;
  };
  const goTo = (index: number, isRange: boolean): void => {
    const code = codes[index];
    if (code === undefined) return;
    if (isRange) {
      anchor.current ??= codes[focusable];
      onTickedChange(withRange(ticked, codes, { anchor: anchor.current, id: code }));
    }
    virtual.scrollToIndex(index);
    wantsFocus.current = index !== focusable;
    setActive(index);
  };
  const click = (event: MouseEvent<HTMLElement>): void => {
    const code = codes[indexOf(event)];
    if (code === undefined) return;
    const isOnCheck = event.target instanceof Element && event.target.closest(".studio-check") !== null;
    if (isOnCheck || event.shiftKey || event.ctrlKey || event.metaKey) tick(code, event.shiftKey);
    else onChoose(code);
  };
  // The same for all rows and at every drawing, or all would be drawn with each that comes into sight.
  const clicked = useRef(click);
  useIsomorphicLayoutEffect(() => {
    clicked.current = click;
  });
  const onRowClick = useCallback((event: MouseEvent<HTMLElement>) => clicked.current(event), []);
  const onRowFocus = useCallback((event: FocusEvent<HTMLElement>) => setActive(indexOf(event)), []);
  const onKeyDown = (event: KeyboardEvent): void => {
    const code = codes[focusable];
    const move = moveOf(event);
    if (move !== undefined && move !== "next" && move !== "previous")
      goTo(moved(focusable, move, { count: nodes.length, columns: 1, rowsPerPage: 8 }), event.shiftKey);
    else if (event.key === "j" || event.key === "k")
      goTo(moved(focusable, event.key === "j" ? "down" : "up", { count: nodes.length, columns: 1 }), false);
    else if (event.key === "Enter" && code !== undefined) onChoose(code);
    else if (event.key === " " && code !== undefined) tick(code, event.shiftKey);
    else if (event.key === "Escape" && ticked.size > 0) onTickedChange(new Set());
    // Ticks outlive a search, so they are added to.
    else if (event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey)) onTickedChange(new Set([...ticked, ...codes]));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  if (nodes.length === 0 && isLoading) return <ListBones isRail={isRail} />;
  if (nodes.length === 0) {
    if (isRail) return <div className="studio-rows" />;
    if (search !== "") return <Blank title={t("skusNone")} hint={t("skusNoneHint")} />;
    return tab === "all" ? <Blank title={t("skusEmpty")} hint={t("skusEmptyHint")} /> : <Blank title={t("skusNoneTab")} />;
  }
  return (
    <div
      className="studio-rows"
      ref={scroller}
      role="listbox"
      aria-label={t("skus")}
      aria-multiselectable="true"
      aria-busy={isLoading}
      onKeyDown={onKeyDown}
    >
      <div className="studio-rows-space" role="presentation" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start, key }) => {
          const sku = nodes[index];
          if (sku === undefined) return null;
          return (
            <SkuRow
              key={key}
              id={`${id}-${sku.id}`}
              sku={sku}
              data-index={index}
              data-over={sku.code === over ? "" : undefined}
              data-after-checked={index > 0 && ticked.has(codes[index - 1] ?? "") ? "" : undefined}
              data-before-checked={ticked.has(codes[index + 1] ?? "") ? "" : undefined}
              start={start}
              title={isRail ? [sku.code, sku.title].filter(Boolean).join(" · ") : undefined}
              tabIndex={index === focusable ? 0 : -1}
              aria-posinset={index + 1}
              aria-setsize={total ?? -1}
              isCurrent={sku.code === current}
              isTicked={ticked.has(sku.code)}
              onFocus={onRowFocus}
              onClick={onRowClick}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Of the row that hears of the event. */
const indexOf = ({ currentTarget }: { readonly currentTarget: HTMLElement }): number => Number(currentTarget.dataset.index);

function ListBones({ isRail }: { readonly isRail: boolean }) {
  const { t } = useStudio();
  return (
    <div className="studio-rows" aria-busy="true" aria-label={t("skus")} role="listbox">
      {bones.map((width) => (
        <div key={width} className="studio-row" data-bone="" role="presentation">
          <i className="studio-bone studio-thumb" />
          {isRail ? null : (
            <div className="studio-bones">
              <i className="studio-bone" style={{ width, height: 10 }} />
              <i className="studio-bone" style={{ width: width * 1.9, height: 8 }} />
            </div>
          )}
        </div>
      ))}
    </div>
  );
}
