-- What was spent stays known when the pictures are deleted: one row for each picture made and each run that failed, written
-- by triggers, so that no code path can forget it. Rows are only ever added, so nobody waits for anybody here.
CREATE TABLE "ai_usage_entry" (
    "id" BIGSERIAL NOT NULL,
    "workspace" TEXT NOT NULL,
    "engine" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "images" INTEGER NOT NULL DEFAULT 0,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "duration_ms" INTEGER NOT NULL DEFAULT 0,
    "cost_usd" DOUBLE PRECISION NOT NULL DEFAULT 0,

    CONSTRAINT "ai_usage_entry_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "ai_usage_entry_workspace_at_idx" ON "ai_usage_entry"("workspace", "at");

INSERT INTO ai_usage_entry (workspace, engine, at, images, duration_ms, cost_usd)
SELECT workspace, engine, created_at, 1, duration_ms, cost_usd FROM ai_result ORDER BY created_at;
INSERT INTO ai_usage_entry (workspace, engine, at, failures)
SELECT i.workspace, j.engine, coalesce(i.finished_at, i.created_at), 1 FROM ai_job_item i JOIN ai_job j ON j.id = i.job_id WHERE i.status = 'FAILED';

CREATE FUNCTION ai_note_result() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ai_usage_entry (workspace, engine, at, images, duration_ms, cost_usd)
  VALUES (NEW.workspace, NEW.engine, NEW.created_at, 1, NEW.duration_ms, NEW.cost_usd);
  RETURN NULL;
END $$;

CREATE TRIGGER note_usage AFTER INSERT ON ai_result
  FOR EACH ROW EXECUTE FUNCTION ai_note_result();

CREATE FUNCTION ai_note_failure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ai_usage_entry (workspace, engine, at, failures)
  SELECT NEW.workspace, engine, coalesce(NEW.finished_at, now()), 1 FROM ai_job WHERE id = NEW.job_id;
  RETURN NULL;
END $$;

CREATE TRIGGER note_usage AFTER UPDATE OF status ON ai_job_item
  FOR EACH ROW WHEN (NEW.status = 'FAILED' AND OLD.status <> 'FAILED') EXECUTE FUNCTION ai_note_failure();

-- How many items a worker runs at once: what an estimate of time needs.
ALTER TABLE "ai_worker_heartbeat" ADD COLUMN "concurrency" INTEGER NOT NULL DEFAULT 1;
