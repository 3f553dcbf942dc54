-- Runs started at engines that let only so much through, so that all workers together keep to their limits.
CREATE TABLE "ai_engine_run" (
    "id" BIGSERIAL NOT NULL,
    "engine" TEXT NOT NULL,
    "item_id" UUID NOT NULL,
    "worker_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "ai_engine_run_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "ai_engine_run_engine_at_idx" ON "ai_engine_run"("engine", "at");
