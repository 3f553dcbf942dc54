// One SKU of the list: thumbnail, code, title, status, and how far its photos are.
import { Check } from "lucide-react";
import { type ComponentProps, memo } from "react";
import type { SkuRowFragment } from "../api/generated/graphql.ts";
import { useStudio } from "../shared/context.ts";
import { Picture } from "../shared/Picture.tsx";
import { Status, skuSigns } from "../shared/Status.tsx";

type Counts = SkuRowFragment["counts"];

export interface SkuRowProps extends Omit<ComponentProps<"div">, "children" | "style"> {
  readonly sku: SkuRowFragment;
  /** Where it begins within the list, in pixels. */
  readonly start: number;
  readonly isCurrent: boolean;
  readonly isTicked: boolean;
}

/** Drawn anew where something about it has changed, and not with every row that comes into sight. */
export const SkuRow = memo(function SkuRow({ sku, start, isCurrent, isTicked, ...rest }: SkuRowProps) {
  const { t } = useStudio();
  const { mark, word } = skuSigns[sku.status];
  const { main, fit } = thumbOf(sku);
  const total = sku.counts.total - sku.counts.archived;
  return (
    <div
      {...rest}
      role="option"
      className="studio-row"
      style={{ transform: `translateY(${start}px)` }}
      aria-selected={isTicked}
      aria-current={isCurrent || undefined}
      data-checked={isTicked ? "" : undefined}
      data-code={sku.code}
    >
      <div className="studio-thumb">
        <span className="studio-check" data-on={isTicked ? "" : undefined}>
          {isTicked ? <Check className="studio-icon" /> : null}
        </span>
        {main === undefined ? null : <Picture photo={main} url={main.thumb} size="thumb" fit={fit} />}
        <Status mark={mark} />
      </div>
      <div className="studio-row-words">
        <div className="studio-line">
          <span className="studio-medium studio-grow studio-code" title={sku.code}>
            {sku.code}
          </span>
          <Status mark={mark}>{t(word)}</Status>
        </div>
        <div className="studio-small studio-2nd studio-cut" title={sku.title ?? undefined}>
          {sku.title ?? " "}
        </div>
        <div className="studio-meter" title={t("doneOf", { done: sku.counts.approved, total })}>
          <Segments counts={sku.counts} />
          <span>
            {sku.counts.approved}/{total}
          </span>
        </div>
      </div>
    </div>
  );
});

function thumbOf({ mainPair }: SkuRowFragment) {
  if (mainPair?.result) return { main: mainPair.result, fit: "contain" as const };
  return { main: mainPair?.source, fit: "cover" as const };
}

function Segments({ counts }: { readonly counts: Counts }) {
  const segments = [
    { is: "approved", n: counts.approved },
    { is: "ready", n: counts.ready },
    { is: "processing", n: counts.processing },
    { is: "bad", n: counts.rejected + counts.failed },
    { is: "waiting", n: counts.waiting },
  ];
  return (
    <div className="studio-segments">
      {segments.map(({ is, n }) => (n > 0 ? <i key={is} data-is={is} style={{ flexGrow: n }} /> : null))}
    </div>
  );
}
