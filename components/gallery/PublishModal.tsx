// Approved pictures on their way to a gallery: which ones, how each stands there, and what to do with those that failed.
import { Store } from "lucide-react";
import { type RefObject, useRef, useState } from "react";
import type { PublishedPairFragment } from "../api/generated/graphql.ts";
import { Button } from "../shared/Button.tsx";
import { SelectField } from "../shared/Choice.tsx";
import { useStudio } from "../shared/context.ts";
import { DialogFoot } from "../shared/DialogFoot.tsx";
import { Modal } from "../shared/Modal.tsx";
import { Ring } from "../shared/Ring.tsx";
import type { RunTarget } from "../shared/run-target.ts";
import { Blank, Trouble } from "../shared/Trouble.tsx";
import { PublishRow } from "./PublishRow.tsx";
import { type Gallery, useGalleries } from "./useGalleries.ts";
import { isToSend, publicationIn, usePublish } from "./usePublish.ts";

export interface PublishModalProps {
  /** Undefined closes the dialog. */
  readonly target: RunTarget | undefined;
  readonly onClose: () => void;
  /** What people call an output preset. */
  readonly presetTitle?: (name: string) => string;
  readonly finalFocus?: RefObject<HTMLElement | null> | undefined;
}

export function PublishModal({ target, ...props }: PublishModalProps) {
  return target === undefined ? null : <OpenPublishModal target={target} {...props} />;
}

const sameName = (name: string): string => name;

function OpenPublishModal({ target, onClose, presetTitle = sameName, finalFocus }: PublishModalProps & { readonly target: RunTarget }) {
  const { t } = useStudio();
  const { targets } = useGalleries();
  const [chosen, setChosen] = useState<string>();
  const gallery = targets.find(({ name }) => name === chosen) ?? targets[0];
  const { pairs, error, refresh, refusals, isSending, failure, publish } = usePublish(target);
  const sendButton = useRef<HTMLButtonElement>(null);
  const standing = (pairs ?? []).map((pair) => ({ pair, publication: gallery && publicationIn(pair, gallery.name) }));
  // What was refused is sent again by itself alone: it would be refused again.
  const toSend = standing.filter(({ pair, publication }) => isToSend(publication) && !refusals.has(pair.id)).map(({ pair }) => pair.id);
  const done = standing.filter(({ publication }) => publication?.status === "PUBLISHED" && publication.isCurrent).length;
  const missing = totalOf(target) - (pairs?.length ?? 0);
  const isOff = gallery === undefined || toSend.length === 0 || isSending;
  const send = (ids: readonly string[]): void => {
    if (gallery !== undefined && !isSending) void publish(gallery.name, ids);
  };

  return (
    <Modal
      open
      onClose={onClose}
      name="publish"
      width="720px"
      height="560px"
      initialFocus={sendButton}
      finalFocus={finalFocus}
      title={t("publishPhotos")}
      header={<span className="studio-2nd studio-cut studio-grow">{wordsOf(target, t)}</span>}
      footer={
        <DialogFoot
          words={pairs === undefined || pairs.length === 0 ? "" : t("publishSum", { done, total: pairs.length })}
          failure={failure}
        >
          <Button kind="quiet" onClick={onClose}>
            {t("close")}
          </Button>
          <Button
            kind="primary"
            ref={sendButton}
            icon={isSending ? <Ring size={16} /> : <Store className="studio-icon" />}
            // Not switched off: that would take the focus from whoever has just pressed it.
            aria-disabled={isOff}
            onClick={() => {
              if (!isOff) send(toSend);
            }}
          >
            {toSend.length === 0 ? t("publish") : t("publishCount", { count: toSend.length })}
          </Button>
        </DialogFoot>
      }
    >
      {gallery === undefined ? null : (
        <Where
          gallery={gallery}
          targets={targets}
          onChoose={setChosen}
          presetTitle={presetTitle}
          missing={pairs === undefined ? 0 : missing}
        />
      )}
      {pairs === undefined ? (
        error === undefined ? (
          <Blank title={t("loading")} />
        ) : (
          <Trouble title={t("pairsFailed")} error={error} onRetry={refresh} />
        )
      ) : pairs.length === 0 ? (
        <Blank title={t("publishNone")} hint={t("publishNoneHint")} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys too
        <ul className="studio-publish-list" aria-label={t("publishPhotos")} tabIndex={0}>
          {standing.map(({ pair, publication }) => (
            <PublishRow
              key={pair.id}
              pair={pair}
              publication={publication}
              refusal={refusals.get(pair.id)}
              galleryTitle={gallery?.title ?? ""}
              onTryAgain={gallery === undefined || isSending ? undefined : () => send([pair.id])}
            />
          ))}
        </ul>
      )}
      <Announcer standing={standing} done={done} />
    </Modal>
  );
}

interface WhereProps {
  readonly gallery: Gallery;
  readonly targets: readonly Gallery[];
  readonly onChoose: (name: string) => void;
  readonly presetTitle: (name: string) => string;
  /** Photos that stay out, for they are not approved. */
  readonly missing: number;
}

function Where({ gallery, targets, onChoose, presetTitle, missing }: WhereProps) {
  const { t } = useStudio();
  return (
    <div className="studio-publish-where">
      {targets.length === 1 ? (
        <span className="studio-title">{gallery.title}</span>
      ) : (
        <SelectField
          label={t("publishTo")}
          value={gallery.name}
          onChange={onChoose}
          options={targets.map(({ name, title }) => ({ value: name, label: title }))}
        />
      )}
      {gallery.preset === null ? null : (
        <span className="studio-small studio-2nd">{t("publishRule", { preset: presetTitle(gallery.preset) })}</span>
      )}
      {missing > 0 ? <span className="studio-small studio-2nd">{t("missingApproved", { count: missing })}</span> : null}
    </div>
  );
}

const totalOf = (target: RunTarget): number =>
  target.kind === "pairs"
    ? target.pairs.filter(({ status }) => status !== "ARCHIVED").length
    : target.skus.reduce((sum, { counts }) => sum + counts.total - counts.archived, 0);

function wordsOf(target: RunTarget, t: ReturnType<typeof useStudio>["t"]): string {
  const codes = [...new Set(target.kind === "skus" ? target.skus.map(({ code }) => code) : target.pairs.map(({ sku }) => sku.code))];
  return codes.length === 1 ? t("ofSku", { code: codes[0] ?? "" }) : t("ofSkus", { count: codes.length });
}

interface Standing {
  readonly pair: PublishedPairFragment;
  readonly publication: ReturnType<typeof publicationIn>;
}

/** Said once nothing is under way any more, and not at each picture. */
function Announcer({ standing, done }: { readonly standing: readonly Standing[]; readonly done: number }) {
  const { t } = useStudio();
  const isUnderWay = standing.some(({ publication }) => publication?.status === "QUEUED" || publication?.status === "SENT");
  return (
    <div className="studio-hidden" role="status">
      {isUnderWay || standing.length === 0 ? "" : t("publishSum", { done, total: standing.length })}
    </div>
  );
}
