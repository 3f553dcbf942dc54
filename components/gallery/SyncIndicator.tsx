// The ring in the bar while an import is under way, and its end until that was looked at; it brings the dialog back.
import { FolderInput } from "lucide-react";
import { useEffect, useRef } from "react";
import type { SyncStateFragment } from "../api/generated/graphql.ts";
import { useStudio } from "../shared/context.ts";
import { Ring } from "../shared/Ring.tsx";
import { jobSigns, Status } from "../shared/Status.tsx";
import { fractionOf } from "./SyncState.tsx";
import { isSyncOver } from "./useGalleries.ts";
import { useGallerySync } from "./useGallerySync.ts";

export interface SyncIndicatorProps {
  /** The import's; undefined shows nothing. */
  readonly id: string | undefined;
  readonly onOpen: () => void;
  /** Called once when the import has ended. */
  readonly onEnded?: ((sync: SyncStateFragment) => void) | undefined;
  readonly galleryTitle?: (name: string) => string;
}

export function SyncIndicator({ id, onOpen, onEnded, galleryTitle = (name) => name }: SyncIndicatorProps) {
  const { t, format } = useStudio();
  const { sync } = useGallerySync(id);
  // A short one may be over before this is here.
  const told = useRef<string>(undefined);
  useEffect(() => {
    if (sync === undefined || !isSyncOver(sync) || told.current === sync.id) return;
    told.current = sync.id;
    onEnded?.(sync);
  }, [sync, onEnded]);
  if (sync === undefined) return null;
  const title = galleryTitle(sync.gallery);
  const fraction = fractionOf(sync);
  const name = isSyncOver(sync)
    ? `${title}: ${t(jobSigns[sync.status].word)}`
    : sync.skusTotal === null
      ? `${title}: ${t("syncSkus", { count: sync.skusDone })}`
      : t("jobIndicator", { title, done: sync.skusDone, total: sync.skusTotal });
  return (
    <button type="button" className="studio-job" title={name} aria-label={name} onClick={onOpen}>
      {isSyncOver(sync) ? <Status mark={jobSigns[sync.status].mark} /> : <Ring fraction={fraction} />}
      <FolderInput className="studio-icon" />
      {isSyncOver(sync) ? null : <span className="studio-job-count" data-drawn={format.number(sync.skusDone)} />}
    </button>
  );
}
