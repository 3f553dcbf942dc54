// The first photos of an empty workspace: a code for the SKU, and where to drop them.
import { useState } from "react";
import { useStudio } from "../shared/context.ts";
import { UploadTile } from "../upload/UploadTile.tsx";
import { useUpload } from "../upload/useUpload.ts";

export function FirstUse({ onAdded }: { readonly onAdded: (code: string) => void }) {
  const { t } = useStudio();
  const [code, setCode] = useState("");
  const upload = useUpload(onAdded);
  return (
    <div className="studio-first">
      <UploadTile upload={upload} isLarge isReady={code.trim() !== ""} onFiles={(files) => void upload.send(code.trim(), files)}>
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
