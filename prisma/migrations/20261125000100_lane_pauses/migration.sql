-- Until when a provider has asked all of us for patience.
ALTER TABLE "ai_engine_run" ADD COLUMN "paused_until" TIMESTAMPTZ(3);
