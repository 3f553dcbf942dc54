// Which files were not added, and why; those that may be are sent again from here.
import { RotateCw, X } from "lucide-react";
import { Button } from "../shared/Button.tsx";
import { useStudio } from "../shared/context.ts";
import type { Upload } from "./useUpload.ts";

export interface UploadFailuresProps {
  readonly upload: Upload;
  /** Where files of several SKUs stand together, each is named with its own. */
  readonly isOfMany?: boolean;
}

export function UploadFailures({ upload, isOfMany = false }: UploadFailuresProps) {
  const { t } = useStudio();
  const { failures } = upload;
  if (failures.length === 0) return null;
  return (
    <div className="studio-upload-failures" role="alert">
      <div className="studio-line">
        <span className="studio-medium studio-grow">{t("uploadFailed", { count: failures.length })}</span>
        {failures.some(({ canRetry }) => canRetry) ? (
          <Button kind="quiet" size="xs" icon={<RotateCw className="studio-icon" />} onClick={() => void upload.retry()}>
            {t("tryAgain")}
          </Button>
        ) : null}
        <Button kind="quiet" size="xs" label={t("dismiss")} icon={<X className="studio-icon" />} onClick={upload.dismiss} />
      </div>
      {failures.map(({ sku, name, reason }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two of the same name in a drop may fail for the same reason
        <div key={index} className="studio-small">
          <span>{isOfMany ? `${sku} · ${name}` : name}</span>
          <span className="studio-2nd">: {reason}</span>
        </div>
      ))}
    </div>
  );
}
