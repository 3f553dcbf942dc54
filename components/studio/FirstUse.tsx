// The first photos of an empty workspace: a code for the SKU, and where to drop them.
import { useState } from "react";
import { useStudio } from "../shared/context.ts";
import { UploadTile } from "../upload/UploadTile.tsx";
import { useUpload } from "../upload/useUpload.ts";

export interface FirstUseProps {
  readonly onAdded: (code: string) => void;
  /** Left out where photos cannot come from a gallery. */
  readonly onGallery: (() => void) | undefined;
}

export function FirstUse({ onAdded, onGallery }: FirstUseProps) {
  const { t } = useStudio();
  const [code, setCode] = useState("");
  const upload = useUpload(onAdded);
  return (
    <div className="studio-first">
      <UploadTile
        upload={upload}
        isLarge
        isReady={code.trim() !== ""}
        onFiles={(files) => void upload.send(code.trim(), files)}
        onGallery={onGallery}
      >
        <input
          className="studio-field studio-input"
          data-framed=""
          aria-label={t("newSkuCode")}
          placeholder={t("newSkuCode")}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
      </UploadTile>
    </div>
  );
}
