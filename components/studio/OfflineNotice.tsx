// A bar that says the connection is lost, when the next try comes, and offers to try now.
import { WifiOff } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import type { ConnectionState } from "../api/connection.ts";
import { Button } from "../shared/Button.tsx";
import { useStudio } from "../shared/context.ts";
import { useUnsent } from "../shared/useUnsent.ts";

const idle: ConnectionState = { status: "idle", nextTryAt: undefined };

/** Whether news arrives, and when the next try comes if not. */
export function useConnection(): ConnectionState & { readonly tryNow: () => void } {
  const { connection } = useStudio();
  const state = useSyncExternalStore(connection.subscribe, connection.read, () => idle);
  return { ...state, tryNow: connection.tryNow };
}

export function OfflineNotice() {
  const { t } = useStudio();
  const { status, nextTryAt, tryNow } = useConnection();
  const unsent = useUnsent();
  if (status !== "offline" && unsent.size === 0) return null;
  return (
    <div className="studio-notice">
      <WifiOff className="studio-icon studio-warn" />
      <span className="studio-grow studio-cut" role="status">
        {t("offline")} <span className="studio-2nd">{unsent.size > 0 ? t("unsent", { count: unsent.size }) : t("offlineHint")}</span>
      </span>
      <Countdown until={nextTryAt} />
      <Button kind="quiet" size="s" onClick={tryNow}>
        {t("tryNow")}
      </Button>
    </div>
  );
}

function Countdown({ until }: { readonly until: number | undefined }) {
  const { t, format } = useStudio();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = until === undefined ? 0 : Math.ceil((until - now) / 1000);
  return <span className="studio-3rd">{seconds > 0 ? t("nextTry", { seconds: format.about(seconds) }) : t("connecting")}</span>;
}
