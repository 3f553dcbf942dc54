// A bar that says the viewer's role could not be read, why, and offers to try again: without it, whatever the role allows would be missing silently.
import type { CombinedError } from "@urql/core";
import { CircleAlert } from "lucide-react";
import { failureText } from "../api/failure.ts";
import { Button } from "../shared/Button.tsx";
import { useStudio } from "../shared/context.ts";
import { useConnection } from "./OfflineNotice.tsx";

export function RoleNotice({ error, onRetry }: { readonly error: CombinedError; readonly onRetry: () => void }) {
  const { t, say } = useStudio();
  // The lost connection is told in its place, and brings the role with it.
  if (useConnection().status === "offline") return null;
  return (
    <div className="studio-notice" role="alert">
      <CircleAlert className="studio-icon studio-bad" />
      <span className="studio-grow studio-cut">
        {t("roleFailed")} <span className="studio-2nd">{failureText(error, say) ?? t("serverSilent")}</span>
      </span>
      <Button kind="quiet" size="s" onClick={onRetry}>
        {t("tryAgain")}
      </Button>
    </div>
  );
}
