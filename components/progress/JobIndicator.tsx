// The ring in the bar: how far the running job is; it brings the progress dialog back.
import type { JobStateFragment } from "../api/generated/graphql.ts";
import { useStudio } from "../shared/context.ts";
import type { Translate } from "../shared/messages/messages.ts";
import { Ring } from "../shared/Ring.tsx";
import { jobSigns, Status } from "../shared/Status.tsx";
import { hasEnded } from "./useJob.ts";

export interface JobIndicatorProps {
  readonly job: JobStateFragment;
  readonly onOpen: () => void;
}

/** How a job is called: `Batch 118`. */
export const jobTitle = (job: Pick<JobStateFragment, "mode" | "number">, t: Translate): string =>
  t(job.mode === "BATCH" ? "batch" : "job", { number: String(job.number) });

export const endedOf = ({ progress }: Pick<JobStateFragment, "progress">): number =>
  progress.succeeded + progress.failed + progress.cancelled;

export function JobIndicator({ job, onOpen }: JobIndicatorProps) {
  const { t, format } = useStudio();
  const { progress } = job;
  const title = jobTitle(job, t);
  return (
    <button
      type="button"
      className="studio-job"
      title={title}
      aria-label={t("jobIndicator", { title, done: endedOf(job), total: progress.total })}
      onClick={onOpen}
    >
      {hasEnded(job) ? <Status mark={jobSigns[job.status].mark} /> : <Ring fraction={progress.fraction} />}
      {/* Drawn, not written: the words within a button must be those of its name, which says the same. */}
      <span className="studio-job-count" data-drawn={format.number(endedOf(job))}>
        <span className="studio-3rd" data-drawn={` / ${format.number(progress.total)}`} />
      </span>
      <span className="studio-job-percent" data-drawn={format.percent(progress.fraction)} />
      {hasEnded(job) || progress.etaSeconds === null ? null : (
        <span className="studio-3rd studio-job-eta" data-drawn={format.about(progress.etaSeconds)} />
      )}
    </button>
  );
}
