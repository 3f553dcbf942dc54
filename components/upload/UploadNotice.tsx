// Uploads that are shown nowhere else: how far they are and what failed, whichever SKU is looked at.
import { useStudio } from "../shared/context.ts";
import { Ring } from "../shared/Ring.tsx";
import { UploadFailures } from "./UploadFailures.tsx";
import type { Upload } from "./useUpload.ts";

export interface UploadNoticeProps {
  readonly uploads: readonly Upload[];
  /** Over what it stands in, where that has no place of its own for it. */
  readonly floats: boolean;
}

export function UploadNotice({ uploads, floats }: UploadNoticeProps) {
  const { t } = useStudio();
  const told = uploads.filter(({ isBusy, failures }) => isBusy || failures.length > 0);
  if (told.length === 0) return null;
  return (
    <div className="studio-arrivals" data-floats={floats ? "" : undefined}>
      {told.map((upload, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they have no name but their place
        <div key={index}>
          {upload.isBusy ? (
            <div className="studio-arrival">
              <Ring fraction={upload.fraction} size={24} />
              <span role="status">{t("uploading", { count: upload.total })}</span>
              <span className="studio-small studio-3rd">{t("uploaded", { done: upload.done, total: upload.total })}</span>
            </div>
          ) : null}
          <UploadFailures upload={upload} isOfMany />
        </div>
      ))}
    </div>
  );
}
