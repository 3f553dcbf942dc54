// A part that failed or has nothing to show says so in its own place, with what can be done.
import type { CombinedError } from "@urql/core";
import { CircleAlert, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { failureText } from "../api/failure.ts";
import { Button } from "./Button.tsx";
import { useStudio } from "./context.ts";

export function Trouble({
  title,
  hint,
  error,
  onRetry,
}: {
  readonly title: string;
  readonly hint?: string;
  readonly error: CombinedError;
  readonly onRetry: () => void;
}) {
  const { t, say } = useStudio();
  const details = failureText(error, say);
  return (
    <div className="studio-blank" role="alert">
      <CircleAlert className="studio-icon studio-bad" data-large="" />
      <span className="studio-title">{title}</span>
      <span className="studio-2nd studio-blank-hint">
        {details ?? t("serverSilent")} {hint}
      </span>
      <div className="studio-blank-actions">
        <Button icon={<RotateCw className="studio-icon" />} onClick={onRetry}>
          {t("tryAgain")}
        </Button>
        <Button kind="quiet" onClick={() => void navigator.clipboard.writeText(String(error))}>
          {t("copyDetails")}
        </Button>
      </div>
    </div>
  );
}

export function Blank({ title, hint, children }: { readonly title: string; readonly hint?: string; readonly children?: ReactNode }) {
  return (
    <div className="studio-blank">
      <span className="studio-2nd">{title}</span>
      {hint === undefined ? null : <span className="studio-small studio-3rd studio-blank-hint">{hint}</span>}
      {children}
    </div>
  );
}
