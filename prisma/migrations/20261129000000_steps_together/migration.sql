-- The steps of ai_claim_item and ai_finish_item for all photos of a worker that are at the same one: the triggers that count, the locks and the
-- commit are paid once for all of them. Locks are taken as everywhere: jobs, their items, pairs, their SKUs, each by id.
--
-- Their statements are planned once a connection: by itself PostgreSQL would plan some at every call, for longer than they run. A plan made while
-- the tables were small must still be right when they are large, so none may read a table through.

-- As the server's events/news.ts publishes it. No more ids than fit one notification.
CREATE FUNCTION ai_tell_all(topic text, workspace text, scope uuid, ids uuid[]) RETURNS void LANGUAGE sql AS $$
  SELECT pg_notify('image_studio_news', jsonb_build_array(topic, workspace, scope, to_jsonb(ids))::text);
$$;

CREATE FUNCTION ai_tell_items(wanted uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM ai_tell_all('job', workspace, job_id, ARRAY[job_id]), ai_tell_all('item', workspace, job_id, array_agg(id))
    FROM ai_job_item WHERE id = ANY (wanted) GROUP BY workspace, job_id;
  PERFORM ai_tell_all('pair', p.workspace, p.sku_id, array_agg(p.id))
    FROM ai_job_item i JOIN ai_image_pair p ON p.id = i.pair_id WHERE i.id = ANY (wanted) GROUP BY p.workspace, p.sku_id;
END $$;

-- Those of the wanted that are the worker's now. Missing are those with nothing to do: cancelled, paused, ended, or another worker's. A worker that
-- asks again gets its own items again.
CREATE FUNCTION ai_claim_items(wanted uuid[], worker uuid) RETURNS SETOF jsonb LANGUAGE plpgsql
  SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = off SET jit = off AS $$
DECLARE
  jobs uuid[] := ARRAY(SELECT DISTINCT job_id FROM ai_job_item WHERE id = ANY (wanted));
  claimed uuid[];
  pairs uuid[];
BEGIN
  PERFORM 1 FROM ai_job WHERE id = ANY (jobs) ORDER BY id FOR UPDATE;
  WITH taken AS (
    UPDATE ai_job_item SET status = 'RUNNING', worker_id = worker, attempts = attempts + 1, started_at = now(), stage = NULL, error = NULL, error_code = NULL
    WHERE id = ANY (wanted) AND (status = 'QUEUED' OR (status = 'RUNNING' AND worker_id = worker))
      AND job_id IN (SELECT id FROM ai_job WHERE id = ANY (jobs) AND status IN ('QUEUED', 'RUNNING'))
    RETURNING id, pair_id
  ) SELECT array_agg(id), array_agg(pair_id) INTO claimed, pairs FROM taken;
  IF claimed IS NULL THEN RETURN; END IF;
  UPDATE ai_job SET status = 'RUNNING', started_at = coalesce(started_at, now())
    WHERE status = 'QUEUED' AND id IN (SELECT job_id FROM ai_job_item WHERE id = ANY (claimed));
  PERFORM 1 FROM ai_image_pair WHERE id = ANY (pairs) ORDER BY id FOR UPDATE;
  UPDATE ai_image_pair SET status = 'PROCESSING', updated_at = now() WHERE id = ANY (pairs);
  PERFORM ai_tell_items(claimed);
  RETURN QUERY
    SELECT jsonb_build_object(
      'id', i.id, 'workspace', i.workspace, 'jobId', i.job_id, 'pairId', i.pair_id, 'pairStatus', i.pair_status,
      'attempts', i.attempts, 'attemptsBefore', i.attempts_before, 'crashes', i.crashes, 'createdAt', i.created_at,
      'job', jsonb_build_object('engine', j.engine, 'model', j.model, 'mode', j.mode, 'options', j.options, 'output', j.output,
        'templates', j.templates, 'prompt', j.prompt,
        'mask', (SELECT jsonb_build_object('key', m.key) FROM ai_image m WHERE m.id = j.mask_id)),
      'pair', jsonb_build_object('skuId', p.sku_id, 'currentResultId', p.current_result_id, 'position', p.position,
        'isFirst', p.id = (SELECT f.id FROM ai_image_pair f WHERE f.sku_id = p.sku_id ORDER BY f.is_main DESC, f.position LIMIT 1),
        'source', jsonb_build_object('key', s.key, 'name', s.name, 'width', s.width),
        'sku', jsonb_build_object('code', k.code, 'title', k.title)))
    FROM ai_job_item i JOIN ai_job j ON j.id = i.job_id JOIN ai_image_pair p ON p.id = i.pair_id JOIN ai_image s ON s.id = p.source_id
      JOIN ai_workflow_state k ON k.id = p.sku_id
    WHERE i.id = ANY (claimed);
END $$;

-- Results, pairs, items, counts, log and news. finishes: a list of { item, attempt, picture, result, line: { id, message }, end }, where `end` is an
-- id for the job's last line in the log, should it end with this: any of them comes after those of all lines.
-- Returns the items that ended; what was taken away meanwhile is not among them, and nothing is written for it.
CREATE FUNCTION ai_finish_items(worker uuid, finishes jsonb) RETURNS SETOF uuid LANGUAGE plpgsql
  SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = off SET jit = off AS $$
DECLARE
  wanted uuid[] := ARRAY(SELECT (f->>'item')::uuid FROM jsonb_array_elements(finishes) f);
  done uuid[];
  ended record;
BEGIN
  PERFORM 1 FROM ai_job WHERE id = ANY (ARRAY(SELECT job_id FROM ai_job_item WHERE id = ANY (wanted))) ORDER BY id FOR UPDATE;
  WITH ended AS (
    UPDATE ai_job_item i SET status = 'SUCCEEDED', stage = NULL, finished_at = now() FROM jsonb_array_elements(finishes) f
    WHERE i.id = ANY (wanted) AND i.id = (f->>'item')::uuid AND i.status = 'RUNNING' AND i.worker_id = worker AND i.attempts = (f->>'attempt')::int
    RETURNING i.id
  ) SELECT array_agg(id) INTO done FROM ended;
  IF done IS NULL THEN RETURN; END IF;
  PERFORM 1 FROM ai_image_pair WHERE id = ANY (ARRAY(SELECT pair_id FROM ai_job_item WHERE id = ANY (done))) ORDER BY id FOR UPDATE;
  INSERT INTO ai_image (id, workspace, key, name, width, height, bytes, mime_type, sha256, thumbhash, orientation, color_profile)
    SELECT p.id, i.workspace, p.key, p.name, p.width, p.height, p.bytes, p."mimeType", p.sha256, p.thumbhash, p.orientation, p."colorProfile"
    FROM ai_job_item i JOIN jsonb_array_elements(finishes) f ON i.id = (f->>'item')::uuid,
      jsonb_to_record(f->'picture') AS p(id uuid, key text, name text, width int, height int, bytes int, "mimeType" text, sha256 text, thumbhash text,
        orientation int, "colorProfile" text)
    WHERE i.id = ANY (done);
  INSERT INTO ai_result (id, workspace, pair_id, image_id, job_item_id, engine, model, prompt, recipe, duration_ms, cost_usd, confidence, fidelity,
      warnings, placement, upscaled)
    SELECT r.id, i.workspace, i.pair_id, (f->'picture'->>'id')::uuid, i.id, r.engine, r.model, r.prompt, r.recipe, r."durationMs", r."costUsd",
      r.confidence, r.fidelity, r.warnings, r.placement, r.upscaled
    FROM ai_job_item i JOIN jsonb_array_elements(finishes) f ON i.id = (f->>'item')::uuid,
      jsonb_to_record(f->'result') AS r(id uuid, engine text, model text, prompt text, recipe jsonb, "durationMs" int, "costUsd" double precision,
        confidence double precision, fidelity double precision, warnings text[], placement jsonb, upscaled boolean)
    WHERE i.id = ANY (done);
  UPDATE ai_image_pair p SET status = 'READY', current_result_id = (f->'result'->>'id')::uuid, note = NULL, updated_at = now()
    FROM ai_job_item i JOIN jsonb_array_elements(finishes) f ON i.id = (f->>'item')::uuid
    WHERE i.id = ANY (done) AND p.id = i.pair_id;
  INSERT INTO ai_job_log (id, job_id, item_id, message)
    SELECT (f->'line'->>'id')::uuid, i.job_id, i.id, f->'line'->>'message'
    FROM ai_job_item i JOIN jsonb_array_elements(finishes) f ON i.id = (f->>'item')::uuid WHERE i.id = ANY (done);
  FOR ended IN
    SELECT i.job_id, i.workspace, sum((f->'result'->>'costUsd')::double precision) AS cost, array_agg((f->'line'->>'id')::uuid) AS lines,
      min(f->>'end')::uuid AS last_line
    FROM ai_job_item i JOIN jsonb_array_elements(finishes) f ON i.id = (f->>'item')::uuid WHERE i.id = ANY (done)
    GROUP BY i.job_id, i.workspace ORDER BY i.job_id
  LOOP
    IF ended.cost > 0 THEN
      UPDATE ai_job SET cost_usd = cost_usd + ended.cost WHERE id = ended.job_id;
    END IF;
    PERFORM ai_tell_all('log', ended.workspace, ended.job_id, ended.lines);
    PERFORM ai_end_job(ended.job_id, ended.last_line);
  END LOOP;
  PERFORM ai_tell_items(done);
  RETURN QUERY SELECT unnest(done);
END $$;
