// Where new photos go: drop them or choose files; it shows how far they are and which were refused, and why.
import { ImagePlus } from "lucide-react";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { Button } from "../shared/Button.tsx";
import { useStudio } from "../shared/context.ts";
import { Ring } from "../shared/Ring.tsx";
import { acceptedFiles } from "./accepted.ts";
import { GalleryButton } from "./GalleryButton.tsx";
import { UploadFailures } from "./UploadFailures.tsx";
import type { Upload } from "./useUpload.ts";

export interface UploadTileProps {
  readonly upload: Upload;
  readonly onFiles: (files: readonly File[]) => void;
  /** Another way to photos: those that lie in a gallery. Left out where there is none. */
  readonly onGallery?: (() => void) | undefined;
  /** Large, for a workspace or a SKU without a photo. */
  readonly isLarge?: boolean;
  /** Above the button of the large form. */
  readonly children?: ReactNode;
  /** False while something is missing, such as the SKU's code. */
  readonly isReady?: boolean;
}

export function UploadTile({ upload, onFiles, onGallery, isLarge = false, children, isReady = true }: UploadTileProps) {
  const { t, format } = useStudio();
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setIsOver] = useState(false);
  const take = (files: FileList | null): void => {
    if (files !== null && files.length > 0) onFiles([...files]);
  };
  const formats = t("photoFormats");
  const choose = (): void => input.current?.click();
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setIsOver(false);
    if (isReady) take(event.dataTransfer.files);
  };
  const status = upload.isBusy ? (
    <>
      <Ring fraction={upload.fraction} size={24} />
      <span className="studio-drop-title">{t("uploading", { count: upload.total })}</span>
      <span className="studio-small studio-3rd">
        {t("uploaded", { done: upload.done, total: upload.total })} · {format.percent(upload.fraction)}
      </span>
    </>
  ) : null;

  return (
    <div className="studio-upload" data-large={isLarge ? "" : undefined}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping has a button beside it that does the same */}
      <div
        className="studio-drop"
        data-over={isOver ? "" : undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={drop}
      >
        <input
          ref={input}
          className="studio-file"
          type="file"
          multiple
          accept={acceptedFiles}
          tabIndex={-1}
          aria-label={t("chooseFiles")}
          onChange={(event) => {
            take(event.target.files);
            event.target.value = "";
          }}
        />
        {status ??
          (isLarge ? (
            <>
              <ImagePlus className="studio-icon" data-large="" />
              <span className="studio-title">{t("dropFirst")}</span>
              <span className="studio-2nd studio-blank-hint">{t("dropFirstHint", { formats })}</span>
              {children}
              <div className="studio-upload-ways">
                <Button kind="primary" icon={<ImagePlus className="studio-icon" />} disabled={!isReady} onClick={choose}>
                  {t("chooseFiles")}
                </Button>
                <GalleryButton onGallery={onGallery} />
              </div>
            </>
          ) : (
            <button type="button" className="studio-drop-button" onClick={choose}>
              <ImagePlus className="studio-icon" />
              <span className="studio-drop-title">{t("drop")}</span>
              <span className="studio-small studio-3rd">{t("dropHint", { formats })}</span>
            </button>
          ))}
      </div>
      {isLarge ? null : <GalleryButton className="studio-gallery-button studio-button-raised" onGallery={onGallery} />}
      <UploadFailures upload={upload} />
    </div>
  );
}
