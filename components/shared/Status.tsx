// A status as a small mark, whose shape differs too, and its word; and which word and mark belong to which status.
import type { JobStatus, PairStatus, SkuStatus } from "../api/generated/graphql.ts";
import type { MessageKey } from "./messages/messages.ts";

export type Mark = "waiting" | "processing" | "ready" | "approved" | "rejected" | "failed" | "archived" | "warning";

interface Sign {
  readonly mark: Mark;
  readonly word: MessageKey;
}

export const skuSigns: Readonly<Record<SkuStatus, Sign>> = {
  PENDING: { mark: "waiting", word: "skuPending" },
  PROCESSING: { mark: "processing", word: "skuProcessing" },
  REVIEW: { mark: "ready", word: "skuReview" },
  APPROVED: { mark: "approved", word: "skuApproved" },
  ARCHIVED: { mark: "archived", word: "skuArchived" },
};

export const pairSigns: Readonly<Record<PairStatus, Sign>> = {
  WAITING: { mark: "waiting", word: "pairWaiting" },
  QUEUED: { mark: "waiting", word: "pairQueued" },
  PROCESSING: { mark: "processing", word: "pairProcessing" },
  READY: { mark: "ready", word: "pairReady" },
  APPROVED: { mark: "approved", word: "pairApproved" },
  REJECTED: { mark: "rejected", word: "pairRejected" },
  FAILED: { mark: "failed", word: "pairFailed" },
  ARCHIVED: { mark: "archived", word: "pairArchived" },
};

export const jobSigns: Readonly<Record<JobStatus, Sign>> = {
  QUEUED: { mark: "waiting", word: "jobQueued" },
  RUNNING: { mark: "processing", word: "jobRunning" },
  PAUSED: { mark: "archived", word: "jobPaused" },
  SUCCEEDED: { mark: "approved", word: "jobSucceeded" },
  PARTIAL: { mark: "warning", word: "jobPartial" },
  FAILED: { mark: "failed", word: "jobFailed" },
  CANCELLED: { mark: "archived", word: "jobCancelled" },
};

export function Status({ mark, children }: { readonly mark: Mark; readonly children?: string }) {
  return (
    <span className="studio-status" data-is={mark}>
      {children}
    </span>
  );
}
