// One import: how far it is, what came in, and what could not, SKU by SKU with the reasons.
import { CircleAlert, Clock } from "lucide-react";
import { type CSSProperties, useEffect, useState } from "react";
import type { SyncStateFragment } from "../api/generated/graphql.ts";
import { useStudio } from "../shared/context.ts";
import { jobSigns, type Mark, Status } from "../shared/Status.tsx";
import { isSyncOver } from "./useGalleries.ts";
import { type SyncFailure, useSyncFailures } from "./useGallerySync.ts";

export interface SyncStateProps {
  readonly sync: SyncStateFragment;
  /** The gallery's. */
  readonly title: string;
}

export function SyncState({ sync, title }: SyncStateProps) {
  const { t, say, format } = useStudio();
  const failures = useSyncFailures(sync);
  const isOver = isSyncOver(sync);
  const numbers: readonly (readonly [Mark, string, number])[] = [
    ["approved", t("syncCreated"), sync.pairsCreated],
    ["archived", t("syncUnchanged"), sync.unchanged],
    ["failed", t("failed"), sync.failed],
  ];
  return (
    <div className="studio-sync">
      <div className="studio-progress">
        <SyncBar sync={sync} />
        <div className="studio-numbers">
          {numbers.map(([mark, word, count]) => (
            <div key={word} className="studio-number">
              <Status mark={mark}>{word}</Status>
              <span className="studio-figure">{format.number(count)}</span>
            </div>
          ))}
          <span className="studio-grow" />
          <div className="studio-eta">
            <span className="studio-small studio-2nd">
              {isOver ? t("galleryLast", { when: format.moment(sync.finishedAt ?? sync.startedAt) }) : reachOf(sync, t)}
            </span>
            <span className="studio-small studio-2nd">{t("syncNewSkus", { count: sync.skusCreated })}</span>
          </div>
        </div>
        {sync.error === null ? null : (
          <div className="studio-warning" role={isOver ? "alert" : undefined}>
            {isOver ? <CircleAlert className="studio-icon studio-bad" /> : <Clock className="studio-icon studio-warn" />}
            <span>{say(sync.error)}</span>
          </div>
        )}
        <Announcer sync={sync} title={title} />
      </div>
      <Failures failures={failures} failed={sync.failed} />
    </div>
  );
}

type Say = ReturnType<typeof useStudio>["t"];

const reachOf = ({ skusDone, skusTotal }: SyncStateFragment, t: Say): string =>
  skusTotal === null ? t("syncSkus", { count: skusDone }) : t("syncSkusOf", { done: skusDone, total: skusTotal });

/** SKUs that it is done with, from 0 to 1; undefined where the gallery does not tell how many it has. */
export function fractionOf(sync: Pick<SyncStateFragment, "status" | "skusDone" | "skusTotal">): number | undefined {
  if (sync.status === "SUCCEEDED" || sync.status === "PARTIAL") return 1;
  if (sync.skusTotal === null) return undefined;
  return sync.skusTotal === 0 ? 0 : Math.min(1, sync.skusDone / sync.skusTotal);
}

function SyncBar({ sync }: { readonly sync: SyncStateFragment }) {
  const { t } = useStudio();
  const fraction = fractionOf(sync);
  const isOver = isSyncOver(sync);
  const width: CSSProperties = { width: `${(fraction ?? (isOver ? 0 : 1)) * 100}%` };
  return (
    <div
      className="studio-bar"
      role="progressbar"
      aria-label={t("syncProgress")}
      aria-valuemin={0}
      aria-valuemax={100}
      // Left out where nobody knows how far it is.
      aria-valuenow={fraction === undefined ? undefined : Math.round(fraction * 100)}
      aria-valuetext={reachOf(sync, t)}
    >
      <i data-is={sync.status === "FAILED" ? "bad" : fraction === undefined ? "running" : "done"} style={width} />
    </div>
  );
}

function Failures({ failures, failed }: { readonly failures: readonly SyncFailure[]; readonly failed: number }) {
  const { t, say, format } = useStudio();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys too
    <div className="studio-sync-failures" role="region" aria-label={t("failed")} tabIndex={0}>
      <span className="studio-label">
        {t("failed")} <span className="studio-3rd">{format.number(failed)}</span>
      </span>
      {failed === 0 ? <p className="studio-small studio-3rd">{t("jobFailuresNone")}</p> : null}
      <ul className="studio-sync-list">
        {failures.map(({ subject, said }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: one photo may fail twice, and the list only grows
          <li key={index} className="studio-sync-failure">
            <span className="studio-medium">{subject}</span>
            <span className="studio-small studio-2nd">{say(said)}</span>
          </li>
        ))}
        {failed > failures.length && failures.length > 0 ? (
          <li className="studio-small studio-3rd">{t("more", { count: failed - failures.length })}</li>
        ) : null}
      </ul>
    </div>
  );
}

/** A screen reader hears the numbers at most this often. */
const announceEveryMs = 10_000;

function Announcer({ sync, title }: SyncStateProps) {
  const { t } = useStudio();
  const { pairsCreated: created, unchanged, failed, status } = sync;
  const text = `${t("syncAnnounce", { title, created, unchanged, failed })}. ${t(jobSigns[status].word)}`;
  const [said, setSaid] = useState("");
  const isOver = isSyncOver(sync);
  useEffect(() => {
    const timer = setTimeout(() => setSaid(text), isOver ? 0 : announceEveryMs);
    return () => clearTimeout(timer);
  }, [text, isOver]);
  return (
    <div className="studio-hidden" role="status">
      {said}
    </div>
  );
}
