// Why a photo is rejected: one line, optional, taken by Enter.
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "./Button.tsx";
import { useStudio } from "./context.ts";

/** As long as the server takes. */
const maxReasonLength = 1000;

export interface ReasonBarProps {
  /** How many photos it is about. */
  readonly count: number;
  readonly onReject: (reason: string) => void;
  readonly onCancel: () => void;
}

export function ReasonBar({ count, onReject, onCancel }: ReasonBarProps) {
  const { t } = useStudio();
  const [reason, setReason] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onReject(reason);
  };
  return (
    <form
      className="studio-bulk studio-reason"
      aria-label={t("rejectPhotos", { count })}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.preventDefault();
          onCancel();
        }
        event.stopPropagation();
      }}
    >
      <input
        ref={field}
        className="studio-field studio-input"
        data-framed=""
        aria-label={t("rejectReason")}
        placeholder={t("rejectReason")}
        maxLength={maxReasonLength}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <Button type="submit" shortcut="↵">
        {count > 1 ? t("rejectPhotos", { count }) : t("reject")}
      </Button>
      <Button kind="quiet" onClick={onCancel}>
        {t("cancel")}
      </Button>
    </form>
  );
}
