// Photos from a gallery: which ones there are, an import as it goes, and how the last one ended; it may be closed while one runs.
import { FolderInput } from "lucide-react";
import { type RefObject, useEffect, useRef, useState } from "react";
import type { SyncStateFragment } from "../api/generated/graphql.ts";
import { Button } from "../shared/Button.tsx";
import { useStudio } from "../shared/context.ts";
import { DialogFoot } from "../shared/DialogFoot.tsx";
import { Modal } from "../shared/Modal.tsx";
import { Ring } from "../shared/Ring.tsx";
import { jobSigns, Status } from "../shared/Status.tsx";
import { Blank, Trouble } from "../shared/Trouble.tsx";
import { GalleryChoice } from "./GalleryChoice.tsx";
import { SyncState } from "./SyncState.tsx";
import { isSyncOver, useGalleries } from "./useGalleries.ts";
import { useGallerySync, useSyncSteering } from "./useGallerySync.ts";

export interface GalleryModalProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** An import that the dialog opens with, such as one under way; left out, the first gallery's last one. */
  readonly syncId?: string | undefined;
  readonly onStarted?: ((sync: SyncStateFragment) => void) | undefined;
  readonly finalFocus?: RefObject<HTMLElement | null> | undefined;
}

export function GalleryModal({ open, ...props }: GalleryModalProps) {
  return open ? <OpenGalleryModal {...props} /> : null;
}

function OpenGalleryModal({ onClose, syncId, onStarted, finalFocus }: Omit<GalleryModalProps, "open">) {
  const { t } = useStudio();
  const { galleries, error, isLoading, refresh } = useGalleries();
  const [chosen, setChosen] = useState<string>();
  const [own, setOwn] = useState<SyncStateFragment>();
  const { start, cancel, steering, failure } = useSyncSteering();
  const isStarting = steering === "start";
  const startButton = useRef<HTMLButtonElement>(null);
  // What a colleague or the clock has started meanwhile.
  useEffect(() => refresh(), [refresh]);
  const given = galleries.find(({ lastSync }) => lastSync !== null && lastSync.id === syncId);
  const gallery = galleries.find(({ name }) => name === chosen) ?? given ?? galleries[0];
  const known = gallery?.lastSync ?? undefined;
  const last = own !== undefined && own.gallery === gallery?.name && !isLater(known, own) ? own : known;
  const { sync: live } = useGallerySync(last?.id);
  const sync = live ?? last;
  const isRunning = sync !== undefined && !isSyncOver(sync);

  const begin = async (): Promise<void> => {
    if (gallery === undefined) return;
    const started = await start(gallery.name);
    if (started === undefined) return;
    setOwn(started);
    onStarted?.(started);
  };

  const end = async (id: string): Promise<void> => {
    // Its button is gone then, and would take the focus with it.
    if (await cancel(id)) startButton.current?.focus();
  };

  return (
    <Modal
      open
      onClose={onClose}
      name="gallery"
      width="880px"
      height="480px"
      initialFocus={startButton}
      finalFocus={finalFocus}
      title={t("galleryAdd")}
      header={
        <>
          {sync === undefined ? null : <Status mark={jobSigns[sync.status].mark}>{t(jobSigns[sync.status].word)}</Status>}
          <span className="studio-2nd studio-cut studio-grow">{gallery?.title}</span>
        </>
      }
      footer={
        <DialogFoot words={t(isRunning ? "syncCloseHint" : "galleryHint")} failure={failure}>
          {isRunning ? (
            <Button kind="bad" aria-disabled={steering === "cancel"} onClick={() => steering === undefined && void end(sync.id)}>
              {t(steering === "cancel" ? "cancelling" : "syncCancel")}
            </Button>
          ) : null}
          <Button kind="quiet" onClick={onClose}>
            {t("close")}
          </Button>
          <Button
            kind="primary"
            ref={startButton}
            icon={isRunning || isStarting ? <Ring size={16} /> : <FolderInput className="studio-icon" />}
            // Not switched off: that would take the focus from whoever has just pressed it.
            aria-disabled={gallery === undefined || isRunning || isStarting}
            onClick={() => {
              if (!isRunning && !isStarting) void begin();
            }}
          >
            {t(isRunning ? "galleryImporting" : sync === undefined ? "galleryImport" : "galleryImportAgain")}
          </Button>
        </DialogFoot>
      }
    >
      {gallery === undefined ? (
        error !== undefined ? (
          <Trouble title={t("galleriesFailed")} error={error} onRetry={refresh} />
        ) : (
          <Blank title={t(isLoading ? "loading" : "galleriesNone")} />
        )
      ) : (
        <div className="studio-body">
          {galleries.length < 2 ? null : <GalleryChoice galleries={galleries} chosen={gallery.name} onChoose={setChosen} />}
          {sync === undefined ? (
            <Blank title={t("galleryNever")} hint={t("galleryNeverHint", { gallery: gallery.title })} />
          ) : (
            <SyncState sync={sync} title={gallery.title} />
          )}
        </div>
      )}
    </Modal>
  );
}

/** Whether somebody has begun another one since. */
const isLater = (one: SyncStateFragment | undefined, other: SyncStateFragment): boolean =>
  one !== undefined && Date.parse(one.startedAt) > Date.parse(other.startedAt);
