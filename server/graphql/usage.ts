// What was spent, and what a submission would cost.
import { estimateJob, type JobEstimate } from "../domain/estimate.ts";
import { readUsage, type UsageRow } from "../domain/usage.ts";
import { builder } from "./builder.ts";
import { SubmitJobInput, submissionOf } from "./job.ts";

const UsageRowType = builder.objectRef<UsageRow>("UsageRow").implement({
  fields: (t) => ({
    day: t.expose("day", { type: "DateTime", description: "Midnight UTC." }),
    engine: t.exposeString("engine"),
    images: t.exposeInt("images", { description: "Pictures made, deleted ones too." }),
    failures: t.exposeInt("failures"),
    durationMs: t.exposeInt("durationMs"),
    costUsd: t.exposeFloat("costUsd"),
  }),
});

const JobEstimateType = builder.objectRef<JobEstimate>("JobEstimate").implement({
  fields: (t) => ({
    items: t.exposeInt("items"),
    costUsd: t.exposeFloat("costUsd"),
    durationMs: t.exposeInt("durationMs"),
  }),
});

builder.queryFields((t) => ({
  usage: t.field({
    type: [UsageRowType],
    description: "Images processed, time and money spent, by engine and day.",
    args: {
      from: t.arg({ type: "DateTime", required: true }),
      to: t.arg({ type: "DateTime", required: true, description: "Not included." }),
    },
    resolve: (_root, args, { app, viewer }) => readUsage(app, viewer, args),
  }),
  estimateJob: t.field({
    type: JobEstimateType,
    description: "What a submission would do and cost; nothing is stored.",
    args: { input: t.arg({ type: SubmitJobInput, required: true }) },
    resolve: (_root, { input }, { app, viewer }) => estimateJob(app, viewer, submissionOf(input)),
  }),
}));
