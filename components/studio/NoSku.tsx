// The place of the photos while no SKU is shown: the first photos of an empty workspace, bones, an invitation, or what went wrong.
import type { SkuRowFragment } from "../api/generated/graphql.ts";
import type { PagesHandle } from "../api/usePages.ts";
import { PairBones } from "../pair-grid/PairBones.tsx";
import { useStudio } from "../shared/context.ts";
import { Blank, Trouble } from "../shared/Trouble.tsx";
import { GalleryButton } from "../upload/GalleryButton.tsx";
import { FirstUse } from "./FirstUse.tsx";

export interface NoSkuProps {
  readonly skus: PagesHandle<SkuRowFragment>;
  /** The workspace has none, and not just what is looked for. */
  readonly isEmpty: boolean;
  /** The list tells what went wrong. */
  readonly isTroubleSeen: boolean;
  /** Left out where photos cannot come from a gallery. */
  readonly onGallery: (() => void) | undefined;
  /** Left out where nobody may add a SKU. */
  readonly onAdded: ((code: string) => void) | undefined;
}

export function NoSku({ skus, isEmpty, isTroubleSeen, onGallery, onAdded }: NoSkuProps) {
  const { t } = useStudio();
  if (isEmpty && onAdded !== undefined) return <FirstUse onGallery={onGallery} onAdded={onAdded} />;
  if (skus.isLoading) {
    return (
      <>
        <div className="studio-head" aria-hidden="true">
          <i className="studio-bone" style={{ width: 64, height: 12 }} />
          <i className="studio-bone" style={{ width: 160, height: 10 }} />
        </div>
        <PairBones />
      </>
    );
  }
  if (skus.error !== undefined) {
    return isTroubleSeen ? null : <Trouble title={t("skusFailed")} error={skus.error} onRetry={skus.refresh} />;
  }
  if (!isEmpty) return <Blank title={t("chooseSku")} />;
  return (
    <Blank title={t("skusEmpty")}>
      {onGallery === undefined ? null : (
        <div className="studio-blank-actions">
          <GalleryButton onGallery={onGallery} />
        </div>
      )}
    </Blank>
  );
}
