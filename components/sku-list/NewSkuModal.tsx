// Asks for the codes of new SKUs: of one without photos, or of those that dropped photos and folders are to become.
import { Folder, Images, Plus, X } from "lucide-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "../shared/Button.tsx";
import { useStudio } from "../shared/context.ts";
import { DialogFoot } from "../shared/DialogFoot.tsx";
import type { DroppedFile } from "../shared/dropped.ts";
import { Modal } from "../shared/Modal.tsx";
import { Ring } from "../shared/Ring.tsx";
import { useStudioId } from "../shared/useStudioId.ts";
import type { NewSku } from "./new-skus.ts";
import { type NewSkusHandle, useNewSkus } from "./useNewSkus.ts";

export interface NewSkuModalProps {
  /** What was dropped, nothing for a SKU without photos; undefined closes the dialog. */
  readonly dropped: readonly DroppedFile[] | undefined;
  readonly onClose: () => void;
  /** Told of each SKU that is there now, with the photos that go into it. */
  readonly onMade: (code: string, files: readonly File[]) => void;
}

export function NewSkuModal({ dropped, ...rest }: NewSkuModalProps) {
  return dropped === undefined ? null : <OpenNewSkuModal dropped={dropped} {...rest} />;
}

function OpenNewSkuModal({ dropped, onClose, onMade }: NewSkuModalProps & { readonly dropped: readonly DroppedFile[] }) {
  const { t } = useStudio();
  const formId = useStudioId();
  const form = useRef<HTMLFormElement>(null);
  const first = useRef<HTMLInputElement>(null);
  const handle = useNewSkus(dropped, onMade);
  const { rows, refusals, isBusy } = handle;
  const [isOne] = useState(rows.length === 1);
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });
  const isDone = rows.length === 0;
  useEffect(() => {
    if (isDone) close.current();
  }, [isDone]);
  const wasBusy = useRef(false);
  useEffect(() => {
    if (wasBusy.current && !isBusy) form.current?.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
    wasBusy.current = isBusy;
  }, [isBusy]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (canMake) void handle.make();
  };
  const photos = rows.reduce((sum, { files }) => sum + files.length, 0);
  const canMake = !isBusy && rows.length > 0 && rows.every(({ code }) => code.trim() !== "");

  return (
    <Modal
      open
      onClose={onClose}
      name="new-sku"
      width="480px"
      initialFocus={first}
      title={t(isOne ? "newSku" : "newSkus")}
      footer={
        <DialogFoot words={photos === 0 ? "" : t("photos", { count: photos })}>
          <Button kind="quiet" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button
            kind="primary"
            type="submit"
            form={formId}
            disabled={!canMake}
            icon={isBusy ? <Ring size={16} /> : <Plus className="studio-icon" />}
          >
            {t("newSkuCreate")}
            {isOne ? null : <span className="studio-count" data-count={rows.length} />}
          </Button>
        </DialogFoot>
      }
    >
      <form id={formId} ref={form} className="studio-new-skus" onSubmit={submit}>
        {rows.map((row, index) => (
          <NewSkuRow
            key={row.id}
            row={row}
            handle={handle}
            isOne={isOne}
            canLeaveOut={rows.length > 1 && !isBusy}
            inputRef={index === 0 ? first : undefined}
            words={refusals.get(row.id)?.words}
          />
        ))}
      </form>
    </Modal>
  );
}

interface NewSkuRowProps {
  readonly row: NewSku;
  readonly handle: NewSkusHandle;
  readonly isOne: boolean;
  readonly canLeaveOut: boolean;
  readonly inputRef: React.RefObject<HTMLInputElement | null> | undefined;
  /** Why it was refused. */
  readonly words: string | undefined;
}

function NewSkuRow({ row, handle, isOne, canLeaveOut, inputRef, words }: NewSkuRowProps) {
  const { t } = useStudio();
  const whyId = useStudioId();
  const { id, code, files, folder } = row;
  const isTaken = handle.refusals.get(id)?.isTaken ?? false;
  return (
    <div className="studio-new-sku">
      {isOne && files.length === 0 ? null : (
        <div className="studio-line studio-small studio-2nd">
          {folder === undefined ? <Images className="studio-icon" /> : <Folder className="studio-icon" />}
          <span className="studio-cut studio-grow">
            {[folder, t("photos", { count: files.length })].filter((each) => each !== undefined).join(" · ")}
          </span>
          {canLeaveOut ? (
            <Button
              kind="quiet"
              size="xs"
              label={t("newSkuLeaveOut")}
              icon={<X className="studio-icon" />}
              onClick={() => handle.leaveOut(id)}
            />
          ) : null}
        </div>
      )}
      <label className="studio-formrow">
        <span className="studio-label">{t("newSkuCode")}</span>
        <input
          ref={inputRef}
          className="studio-field studio-input"
          data-framed=""
          autoComplete="off"
          readOnly={handle.isBusy}
          aria-invalid={words !== undefined}
          aria-describedby={words === undefined ? undefined : whyId}
          value={code}
          onChange={(event) => handle.change(id, { code: event.target.value })}
        />
      </label>
      {words === undefined ? null : (
        <div className="studio-new-sku-why studio-small">
          <span id={whyId} className="studio-bad" role="alert">
            {words}
          </span>
          {isTaken ? (
            <Button size="xs" onClick={() => handle.fillTaken(id)}>
              {t("newSkuTaken")}
            </Button>
          ) : null}
        </div>
      )}
      {isOne ? (
        <label className="studio-formrow">
          <span className="studio-label">{t("newSkuTitle")}</span>
          <input
            className="studio-field studio-input"
            data-framed=""
            autoComplete="off"
            readOnly={handle.isBusy}
            value={row.title}
            onChange={(event) => handle.change(id, { title: event.target.value })}
          />
        </label>
      ) : null}
    </div>
  );
}
