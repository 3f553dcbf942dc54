-- Counts and derived states that must stay exact whoever writes and however many at once. They live beside the rows
-- they count, so that no code path can forget them.

-- A SKU's status follows from its counts; see SkuStatus in schema.graphql.
CREATE FUNCTION ai_derive_sku_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.status := (CASE
    WHEN NEW.archived_at IS NOT NULL THEN 'ARCHIVED'
    WHEN NEW.queued + NEW.processing > 0 THEN 'PROCESSING'
    WHEN NEW.ready > 0 THEN 'REVIEW'
    WHEN NEW.approved > 0 AND NEW.waiting + NEW.rejected + NEW.failed = 0 THEN 'APPROVED'
    ELSE 'PENDING'
  END)::"SkuStatus";
  RETURN NEW;
END $$;

CREATE TRIGGER derive_status BEFORE INSERT OR UPDATE ON ai_workflow_state
  FOR EACH ROW EXECUTE FUNCTION ai_derive_sku_status();

-- Moves what a statement did to pairs into their SKUs. SKUs are locked in the order of their ids, so that two bulk
-- statements can not wait for each other in a ring.
CREATE FUNCTION ai_apply_pair_counts(sku_ids uuid[], statuses "PairStatus"[], deltas int[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM ai_workflow_state WHERE id = ANY (sku_ids) ORDER BY id FOR UPDATE;
  UPDATE ai_workflow_state s SET
    waiting = s.waiting + d.waiting, queued = s.queued + d.queued, processing = s.processing + d.processing,
    ready = s.ready + d.ready, approved = s.approved + d.approved, rejected = s.rejected + d.rejected,
    failed = s.failed + d.failed, archived = s.archived + d.archived, updated_at = now()
  FROM (
    SELECT u.sku_id,
      coalesce(sum(u.n) FILTER (WHERE u.status = 'WAITING'), 0)::int AS waiting,
      coalesce(sum(u.n) FILTER (WHERE u.status = 'QUEUED'), 0)::int AS queued,
      coalesce(sum(u.n) FILTER (WHERE u.status = 'PROCESSING'), 0)::int AS processing,
      coalesce(sum(u.n) FILTER (WHERE u.status = 'READY'), 0)::int AS ready,
      coalesce(sum(u.n) FILTER (WHERE u.status = 'APPROVED'), 0)::int AS approved,
      coalesce(sum(u.n) FILTER (WHERE u.status = 'REJECTED'), 0)::int AS rejected,
      coalesce(sum(u.n) FILTER (WHERE u.status = 'FAILED'), 0)::int AS failed,
      coalesce(sum(u.n) FILTER (WHERE u.status = 'ARCHIVED'), 0)::int AS archived
    FROM unnest(sku_ids, statuses, deltas) AS u(sku_id, status, n) GROUP BY u.sku_id
  ) d WHERE s.id = d.sku_id;
END $$;

CREATE FUNCTION ai_count_pairs() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE owners uuid[]; statuses "PairStatus"[]; deltas int[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(sku_id), array_agg(status), array_agg(n) INTO owners, statuses, deltas
    FROM (SELECT sku_id, status, count(*)::int AS n FROM new_rows GROUP BY 1, 2) c;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(sku_id), array_agg(status), array_agg(n) INTO owners, statuses, deltas
    FROM (SELECT sku_id, status, -count(*)::int AS n FROM old_rows GROUP BY 1, 2) c;
  ELSE
    SELECT array_agg(sku_id), array_agg(status), array_agg(n) INTO owners, statuses, deltas
    FROM (
      SELECT sku_id, status, sum(n)::int AS n
      FROM (SELECT sku_id, status, 1 AS n FROM new_rows UNION ALL SELECT sku_id, status, -1 FROM old_rows) r
      GROUP BY 1, 2 HAVING sum(n) <> 0
    ) c;
  END IF;
  IF owners IS NOT NULL THEN
    PERFORM ai_apply_pair_counts(owners, statuses, deltas);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER count_insert AFTER INSERT ON ai_image_pair
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ai_count_pairs();
CREATE TRIGGER count_update AFTER UPDATE ON ai_image_pair
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ai_count_pairs();
CREATE TRIGGER count_delete AFTER DELETE ON ai_image_pair
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION ai_count_pairs();

-- The same for a job and its items.
CREATE FUNCTION ai_apply_item_counts(job_ids uuid[], statuses "JobItemStatus"[], deltas int[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM ai_job WHERE id = ANY (job_ids) ORDER BY id FOR UPDATE;
  UPDATE ai_job j SET
    total = j.total + d.total, queued = j.queued + d.queued, running = j.running + d.running,
    succeeded = j.succeeded + d.succeeded, failed = j.failed + d.failed, cancelled = j.cancelled + d.cancelled
  FROM (
    SELECT u.job_id, sum(u.n)::int AS total,
      coalesce(sum(u.n) FILTER (WHERE u.status = 'QUEUED'), 0)::int AS queued,
      coalesce(sum(u.n) FILTER (WHERE u.status = 'RUNNING'), 0)::int AS running,
      coalesce(sum(u.n) FILTER (WHERE u.status = 'SUCCEEDED'), 0)::int AS succeeded,
      coalesce(sum(u.n) FILTER (WHERE u.status = 'FAILED'), 0)::int AS failed,
      coalesce(sum(u.n) FILTER (WHERE u.status = 'CANCELLED'), 0)::int AS cancelled
    FROM unnest(job_ids, statuses, deltas) AS u(job_id, status, n) GROUP BY u.job_id
  ) d WHERE j.id = d.job_id;
END $$;

CREATE FUNCTION ai_count_items() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE owners uuid[]; statuses "JobItemStatus"[]; deltas int[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(job_id), array_agg(status), array_agg(n) INTO owners, statuses, deltas
    FROM (SELECT job_id, status, count(*)::int AS n FROM new_rows GROUP BY 1, 2) c;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(job_id), array_agg(status), array_agg(n) INTO owners, statuses, deltas
    FROM (SELECT job_id, status, -count(*)::int AS n FROM old_rows GROUP BY 1, 2) c;
  ELSE
    SELECT array_agg(job_id), array_agg(status), array_agg(n) INTO owners, statuses, deltas
    FROM (
      SELECT job_id, status, sum(n)::int AS n
      FROM (SELECT job_id, status, 1 AS n FROM new_rows UNION ALL SELECT job_id, status, -1 FROM old_rows) r
      GROUP BY 1, 2 HAVING sum(n) <> 0
    ) c;
  END IF;
  IF owners IS NOT NULL THEN
    PERFORM ai_apply_item_counts(owners, statuses, deltas);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER count_insert AFTER INSERT ON ai_job_item
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ai_count_items();
CREATE TRIGGER count_update AFTER UPDATE ON ai_job_item
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ai_count_items();
CREATE TRIGGER count_delete AFTER DELETE ON ai_job_item
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION ai_count_items();

-- A SKU has one main pair, and a pair one run at a time: a second one is a conflict, not a race.
CREATE UNIQUE INDEX ai_image_pair_one_main ON ai_image_pair (sku_id) WHERE is_main;
CREATE UNIQUE INDEX ai_job_item_one_run ON ai_job_item (pair_id) WHERE status IN ('QUEUED', 'RUNNING');
