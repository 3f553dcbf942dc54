-- What a viewer may still ask, shared by all API processes. Unlogged: losing it in a crash harms nobody, and writing it costs little.
CREATE UNLOGGED TABLE "ai_rate_bucket" (
    "workspace" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "tokens" DOUBLE PRECISION NOT NULL,
    "granted" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ai_rate_bucket_pkey" PRIMARY KEY ("workspace", "user_id")
);

-- What the sweeps and the figures look for, each without reading whole tables.
CREATE INDEX "ai_job_finished_at_idx" ON "ai_job"("finished_at");
CREATE INDEX "ai_result_created_at_idx" ON "ai_result"("created_at");
CREATE INDEX "ai_usage_entry_at_idx" ON "ai_usage_entry" USING brin ("at");
