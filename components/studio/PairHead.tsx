// Above the pairs: which SKU it is and how it stands; which photos are shown and how large.
import { Image, Store } from "lucide-react";
import type { PairCellFragment, PairStatus, SkuRowFragment } from "../api/generated/graphql.ts";
import type { CellSize } from "../pair-grid/PairBones.tsx";
import { Button } from "../shared/Button.tsx";
import { type Option, QuietChoice } from "../shared/Choice.tsx";
import { useStudio } from "../shared/context.ts";
import type { MessageKey } from "../shared/messages/messages.ts";
import { Ring } from "../shared/Ring.tsx";
import { pairSigns, Status, skuSigns } from "../shared/Status.tsx";

export type PairFilter = PairStatus | "ALL";

export interface PairHeadProps {
  readonly code: string;
  readonly sku: SkuRowFragment | undefined;
  readonly pairs: readonly PairCellFragment[];
  /** False until they have been read: then nothing is said of how many there are. Default true. */
  readonly isCounted?: boolean;
  readonly filter: PairFilter;
  readonly onFilterChange: (filter: PairFilter) => void;
  readonly size: CellSize;
  readonly onSizeChange: (size: CellSize) => void;
  /** Left out where the viewer may not review, or nothing waits for it. */
  readonly onApprovePassing?: (() => void) | undefined;
  /** Left out where nothing is approved, or the viewer may not publish. */
  readonly onPublish?: (() => void) | undefined;
  /** While the server measures what passes. */
  readonly isApproving?: boolean;
}

const statuses: readonly PairStatus[] = ["WAITING", "QUEUED", "PROCESSING", "READY", "APPROVED", "REJECTED", "FAILED", "ARCHIVED"];
const sizes = ["small", "medium", "large"] as const;
const sizeWords: Readonly<Record<CellSize, MessageKey>> = { small: "tileSmall", medium: "tileMedium", large: "tileLarge" };

/** Archived photos are hidden but by their own filter. */
export const filtered = (pairs: readonly PairCellFragment[], filter: PairFilter): readonly PairCellFragment[] =>
  pairs.filter((pair) => (filter === "ALL" ? pair.status !== "ARCHIVED" : pair.status === filter));

export function PairHead(props: PairHeadProps) {
  const { code, sku, pairs, isCounted = true, filter, onFilterChange, size, onSizeChange } = props;
  const { onApprovePassing, onPublish, isApproving = false } = props;
  const { t, format } = useStudio();
  // Once over the photos, however many there are: a decision on one draws this anew.
  const counts = new Map<PairStatus, number>();
  for (const { status } of pairs) counts.set(status, (counts.get(status) ?? 0) + 1);
  const options: Option<PairFilter>[] = [
    {
      value: "ALL",
      label: isCounted ? t("allPhotos", { count: pairs.length - (counts.get("ARCHIVED") ?? 0) }) : t("allPhotosUncounted"),
    },
    ...statuses.flatMap((status) => {
      const count = counts.get(status) ?? 0;
      return count === 0 && status !== filter ? [] : [{ value: status, label: t(pairSigns[status].word), hint: format.number(count) }];
    }),
  ];
  const sign = sku && skuSigns[sku.status];
  return (
    <div className="studio-head">
      <h2 className="studio-title studio-code" title={code}>
        {code}
      </h2>
      <span className="studio-2nd studio-cut studio-head-title" title={sku?.title ?? undefined}>
        {sku?.title}
      </span>
      {sku === undefined || sign === undefined ? null : (
        <Status mark={sign.mark}>{sku.status === "REVIEW" ? t("toReview", { count: sku.counts.ready }) : t(sign.word)}</Status>
      )}
      <span className="studio-grow" />
      {/* Before what always stands here, which would move whenever one of them comes or goes. */}
      {onPublish === undefined ? null : (
        <Button kind="quiet" className="studio-publish-open" icon={<Store className="studio-icon" />} onClick={onPublish}>
          {t("publishOpen")}
        </Button>
      )}
      {onApprovePassing === undefined && !isApproving ? null : (
        <Button
          className="studio-button-raised studio-approve-all"
          title={t("approvePassingHint")}
          icon={isApproving ? <Ring size={16} /> : undefined}
          disabled={isApproving}
          onClick={onApprovePassing}
        >
          {t("approvePassing")}
        </Button>
      )}
      <QuietChoice name={t("showOnly")} value={filter} options={options} onChange={onFilterChange} />
      <span className="studio-sizes">
        <Image className="studio-icon" data-small="" />
        <input
          type="range"
          className="studio-range"
          min={0}
          max={sizes.length - 1}
          step={1}
          value={sizes.indexOf(size)}
          aria-label={t("tileSize")}
          aria-valuetext={t(sizeWords[size])}
          style={{ "--studio-range-at": `${(sizes.indexOf(size) / (sizes.length - 1)) * 100}%` } as React.CSSProperties}
          onChange={(event) => onSizeChange(sizes[Number(event.target.value)] ?? "medium")}
        />
        <Image className="studio-icon" />
      </span>
    </div>
  );
}
