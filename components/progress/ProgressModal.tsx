// A job under way: one bar, four numbers, one honest sentence; results as they land, failures with their reasons.
import { Pause, Play, RotateCw } from "lucide-react";
import { type CSSProperties, type RefObject, useEffect, useRef, useState } from "react";
import type { JobItemTileFragment, JobStateFragment } from "../api/generated/graphql.ts";
import { Button } from "../shared/Button.tsx";
import { useStudio } from "../shared/context.ts";
import { DialogFoot } from "../shared/DialogFoot.tsx";
import { Modal } from "../shared/Modal.tsx";
import { Picture } from "../shared/Picture.tsx";
import { Ring } from "../shared/Ring.tsx";
import { jobSigns, type Mark, Status } from "../shared/Status.tsx";
import { Blank, Trouble } from "../shared/Trouble.tsx";
import { endedOf, jobTitle } from "./JobIndicator.tsx";
import { JobLog } from "./JobLog.tsx";
import { hasEnded, type JobHandle, useJobItems } from "./useJob.ts";

export interface ProgressModalProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly handle: JobHandle;
  readonly engineTitle?: (name: string) => string;
  readonly presetTitle?: (name: string) => string;
  /** Left out where the viewer may not run. */
  readonly onRunAgain?: ((pairs: readonly string[]) => void) | undefined;
  readonly finalFocus?: RefObject<HTMLElement | null>;
}

const sameName = (name: string): string => name;

export function ProgressModal({
  open,
  onClose,
  handle,
  engineTitle = sameName,
  presetTitle = sameName,
  onRunAgain,
  finalFocus,
}: ProgressModalProps) {
  const { t } = useStudio();
  const closeButton = useRef<HTMLButtonElement>(null);
  const { job, error, steering, failure, steer } = handle;
  const isOver = job !== undefined && hasEnded(job);
  const what =
    job && [engineTitle(job.engine), job.output.preset === null ? undefined : presetTitle(job.output.preset)].filter(Boolean).join(" · ");
  return (
    <Modal
      open={open}
      onClose={onClose}
      name="progress"
      width="1040px"
      height="728px"
      initialFocus={closeButton}
      finalFocus={finalFocus}
      title={job === undefined ? t("jobProgress") : jobTitle(job, t)}
      header={
        <>
          {job === undefined ? null : <Status mark={jobSigns[job.status].mark}>{t(jobSigns[job.status].word)}</Status>}
          <span className="studio-2nd studio-cut studio-grow">{what}</span>
        </>
      }
      footer={
        <DialogFoot words={isOver ? "" : t("closeHint")} failure={failure}>
          {job === undefined || isOver || onRunAgain === undefined ? null : (
            <>
              <Button kind="bad" disabled={steering !== undefined} onClick={() => void steer("cancel")}>
                {t(steering === "cancel" ? "cancelling" : "cancelJob")}
              </Button>
              <Button
                disabled={steering !== undefined}
                icon={job.status === "PAUSED" ? <Play className="studio-icon" /> : <Pause className="studio-icon" />}
                onClick={() => void steer(job.status === "PAUSED" ? "resume" : "pause")}
              >
                {t(job.status === "PAUSED" ? "resume" : "pause")}
              </Button>
            </>
          )}
          <Button kind="primary" ref={closeButton} onClick={onClose}>
            {t("close")}
          </Button>
        </DialogFoot>
      }
    >
      {job === undefined ? (
        error === undefined ? (
          <Blank title={t("loading")} />
        ) : (
          <Trouble title={t("jobLoadFailed")} error={error} onRetry={onClose} />
        )
      ) : null}
      {job === undefined ? null : (
        <Running
          job={job}
          onRunAgain={isOver ? onRunAgain : undefined}
          onRetry={
            isOver && onRunAgain !== undefined && job.progress.failed > 0 && steering === undefined ? () => void steer("retry") : undefined
          }
        />
      )}
    </Modal>
  );
}

interface RunningProps {
  readonly job: JobStateFragment;
  readonly onRunAgain: ProgressModalProps["onRunAgain"];
  /** Takes all failed photos again. */
  readonly onRetry: (() => void) | undefined;
}

function Running({ job, onRunAgain, onRetry }: RunningProps) {
  const { t, format } = useStudio();
  const items = useJobItems(job);
  const { progress } = job;
  const isOver = hasEnded(job);
  const share = (count: number): CSSProperties => ({ width: `${progress.total === 0 ? 0 : (count / progress.total) * 100}%` });
  const numbers: readonly (readonly [Mark, string, number])[] = [
    ["approved", t("done"), progress.succeeded],
    ["processing", t("inWork"), progress.running],
    ["waiting", t("waiting"), progress.queued],
    ["failed", t("failed"), progress.failed],
    ...(progress.cancelled > 0 ? ([["archived", t("cancelled"), progress.cancelled]] as const) : []),
  ];
  return (
    <>
      <div className="studio-progress">
        <div
          className="studio-bar"
          role="progressbar"
          aria-label={t("jobProgress")}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(progress.fraction * 100)}
          aria-valuetext={t("jobIndicator", { title: format.percent(progress.fraction), done: endedOf(job), total: progress.total })}
        >
          {progress.succeeded > 0 ? <i data-is="done" style={share(progress.succeeded)} /> : null}
          {progress.failed > 0 ? <i data-is="bad" style={share(progress.failed)} /> : null}
          {progress.running > 0 ? <i data-is="running" style={share(progress.running)} /> : null}
        </div>
        <div className="studio-numbers">
          {numbers.map(([mark, word, count]) => (
            <div key={word} className="studio-number">
              <Status mark={mark}>{word}</Status>
              <span className="studio-figure">{format.number(count)}</span>
            </div>
          ))}
          <span className="studio-grow" />
          <Eta job={job} />
        </div>
        <Announcer job={job} />
      </div>
      <div className="studio-body studio-landing">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys too */}
        <div className="studio-landed" role="region" aria-label={t(isOver ? "landed" : "landing")} tabIndex={0}>
          <div className="studio-label">{t(isOver ? "landed" : "landing")}</div>
          {items.running.length + items.landed.length === 0 ? (
            <p className="studio-small studio-3rd">{isOver ? "" : t("landingNone")}</p>
          ) : null}
          <div className="studio-landed-grid">
            {items.running.map((item) => (
              <div key={item.id} className="studio-tile" title={itemName(item)}>
                <Picture photo={item.pair.source} url={item.pair.source.tile} size="tile" className="studio-blur" />
                <span className="studio-shimmer" />
                <Ring size={20} />
              </div>
            ))}
            {items.landed.map((item) => (
              <div
                key={item.id}
                className="studio-tile"
                title={itemName(item)}
                data-result={item.result?.image.mimeType === "image/jpeg" ? "opaque" : "clear"}
              >
                {item.result === null ? null : (
                  <Picture photo={item.result.image} url={item.result.image.tile} size="tile" fit="contain" alt={itemName(item)} />
                )}
              </div>
            ))}
          </div>
        </div>
        <Failures job={job} items={items.failed} onRunAgain={onRunAgain} onRetry={onRetry} />
      </div>
      <JobLog job={job} />
    </>
  );
}

const itemName = ({ pair }: JobItemTileFragment): string => `${pair.sku.code} · ${pair.source.name}`;

/** Says what the estimate is made of, and nothing before it can be told. */
function Eta({ job }: { readonly job: JobStateFragment }) {
  const { t, format } = useStudio();
  const { progress } = job;
  if (hasEnded(job)) {
    if (job.startedAt === null || job.finishedAt === null) return null;
    const seconds = (Date.parse(job.finishedAt) - Date.parse(job.startedAt)) / 1000;
    return (
      <div className="studio-eta">
        <span className="studio-figure">
          {t("tookInAll", { time: seconds < 60 ? format.seconds(seconds * 1000) : format.about(seconds) })}
        </span>
      </div>
    );
  }
  if (job.status === "PAUSED" || progress.etaSeconds === null) {
    return (
      <div className="studio-eta">
        <span className="studio-small studio-2nd">{t(job.status === "PAUSED" ? "etaPaused" : "etaLater")}</span>
      </div>
    );
  }
  return (
    <div className="studio-eta">
      <span className="studio-small studio-2nd">{t("etaFrom", { count: progress.succeeded + progress.failed })}</span>
      <span className="studio-figure">{t("etaLeft", { time: format.about(progress.etaSeconds) })}</span>
    </div>
  );
}

/** A screen reader hears the numbers at most this often. */
const announceEveryMs = 10_000;

function Announcer({ job }: { readonly job: JobStateFragment }) {
  const { t } = useStudio();
  const text = `${t("jobAnnounce", { title: jobTitle(job, t), done: job.progress.succeeded, total: job.progress.total, failed: job.progress.failed })}. ${t(jobSigns[job.status].word)}`;
  const [said, setSaid] = useState("");
  const latest = useRef(text);
  useEffect(() => {
    latest.current = text;
  });
  const isOver = hasEnded(job);
  useEffect(() => {
    if (isOver) {
      setSaid(latest.current);
      return;
    }
    const timer = setInterval(() => setSaid(latest.current), announceEveryMs);
    return () => clearInterval(timer);
  }, [isOver]);
  return (
    <div className="studio-hidden" role="status">
      {said}
    </div>
  );
}

function Failures({ job, items, onRunAgain, onRetry }: RunningProps & { readonly items: readonly JobItemTileFragment[] }) {
  const { t, say, format } = useStudio();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys too
    <div className="studio-failures" role="region" aria-label={t("failed")} tabIndex={0}>
      <div className="studio-line">
        <span className="studio-label studio-grow">
          {t("failed")} <span className="studio-3rd">{format.number(job.progress.failed)}</span>
        </span>
        {onRetry === undefined ? null : (
          <Button kind="quiet" size="s" onClick={onRetry}>
            {t("runAllAgain")}
          </Button>
        )}
      </div>
      {job.progress.failed === 0 ? <p className="studio-small studio-3rd">{t("jobFailuresNone")}</p> : null}
      <ul className="studio-failure-list">
        {items.map((item) => (
          <li key={item.id} className="studio-failure">
            <div className="studio-thumb">
              <Picture photo={item.pair.source} url={item.pair.source.thumb} size="thumb" />
            </div>
            <div className="studio-failure-words">
              <div className="studio-cut" title={itemName(item)}>
                {itemName(item)}
              </div>
              <div className="studio-small studio-2nd">{item.error === null ? null : say(item.error)}</div>
            </div>
            {onRunAgain === undefined ? null : (
              <Button
                kind="quiet"
                size="s"
                label={t("runAgain")}
                icon={<RotateCw className="studio-icon" />}
                onClick={() => onRunAgain([item.pair.id])}
              />
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
