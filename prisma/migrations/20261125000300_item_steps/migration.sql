-- The two steps that every photo of a job takes, claiming and finishing, each in one statement: between two processes a round trip costs more
-- than all the work in it. The job's row is locked before its items' rows, here as everywhere.

-- As the server's events/news.ts publishes it.
CREATE FUNCTION ai_tell(topic text, workspace text, scope uuid, id uuid) RETURNS void LANGUAGE sql AS $$
  SELECT pg_notify('image_studio_news', jsonb_build_array(topic, workspace, scope, jsonb_build_array(id))::text);
$$;

CREATE FUNCTION ai_tell_item(item ai_job_item, sku uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM ai_tell('job', item.workspace, item.job_id, item.job_id);
  PERFORM ai_tell('item', item.workspace, item.job_id, item.id);
  PERFORM ai_tell('pair', item.workspace, sku, item.pair_id);
END $$;

-- Null where there is nothing to do: cancelled, paused, ended, or another worker's. A worker that asks again gets its own item again.
CREATE FUNCTION ai_claim_item(wanted uuid, worker uuid) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  job ai_job;
  item ai_job_item;
  sku uuid;
BEGIN
  SELECT * INTO job FROM ai_job WHERE id = (SELECT job_id FROM ai_job_item WHERE id = wanted) FOR UPDATE;
  IF NOT FOUND OR job.status NOT IN ('QUEUED', 'RUNNING') THEN RETURN NULL; END IF;
  UPDATE ai_job_item SET status = 'RUNNING', worker_id = worker, attempts = attempts + 1, started_at = now(), stage = NULL, error = NULL, error_code = NULL
    WHERE id = wanted AND (status = 'QUEUED' OR (status = 'RUNNING' AND worker_id = worker)) RETURNING * INTO item;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF job.status = 'QUEUED' THEN
    UPDATE ai_job SET status = 'RUNNING', started_at = coalesce(started_at, now()) WHERE id = job.id;
  END IF;
  UPDATE ai_image_pair SET status = 'PROCESSING', updated_at = now() WHERE id = item.pair_id RETURNING sku_id INTO sku;
  PERFORM ai_tell_item(item, sku);
  RETURN (
    SELECT jsonb_build_object(
      'id', item.id, 'workspace', item.workspace, 'jobId', item.job_id, 'pairId', item.pair_id, 'pairStatus', item.pair_status,
      'attempts', item.attempts, 'attemptsBefore', item.attempts_before, 'crashes', item.crashes, 'createdAt', item.created_at,
      'job', jsonb_build_object('engine', job.engine, 'model', job.model, 'mode', job.mode, 'options', job.options, 'output', job.output,
        'templates', job.templates, 'prompt', job.prompt,
        'mask', (SELECT jsonb_build_object('key', m.key) FROM ai_image m WHERE m.id = job.mask_id)),
      'pair', jsonb_build_object('skuId', p.sku_id, 'currentResultId', p.current_result_id, 'position', p.position,
        'isFirst', p.id = (SELECT f.id FROM ai_image_pair f WHERE f.sku_id = p.sku_id ORDER BY f.is_main DESC, f.position LIMIT 1),
        'source', jsonb_build_object('key', s.key, 'name', s.name, 'width', s.width),
        'sku', jsonb_build_object('code', k.code, 'title', k.title)))
    FROM ai_image_pair p JOIN ai_image s ON s.id = p.source_id JOIN ai_workflow_state k ON k.id = p.sku_id WHERE p.id = item.pair_id
  );
END $$;

-- Ends a job whose last item has ended.
CREATE FUNCTION ai_end_job(wanted uuid, line uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE job ai_job;
BEGIN
  UPDATE ai_job SET finished_at = now(), status = (CASE
      WHEN failed = 0 AND cancelled = 0 THEN 'SUCCEEDED' WHEN succeeded = 0 AND failed > 0 THEN 'FAILED' ELSE 'PARTIAL' END)::"JobStatus"
    WHERE id = wanted AND queued = 0 AND running = 0 AND status IN ('QUEUED', 'RUNNING', 'PAUSED') RETURNING * INTO job;
  IF NOT FOUND THEN RETURN; END IF;
  INSERT INTO ai_job_log (id, job_id, message) VALUES (line, wanted, format('Ended: %s done, %s failed.', job.succeeded, job.failed));
  PERFORM ai_tell('log', job.workspace, wanted, line);
END $$;

-- Result, pair, item, counts, log and news. False when the item was taken away meanwhile: then nothing is written.
-- lines: ids of the item's line in the log and of the job's last one, in the order in which they are read.
CREATE FUNCTION ai_finish_item(wanted uuid, worker uuid, attempt int, picture jsonb, made jsonb, line text, lines uuid[]) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  item ai_job_item;
  sku uuid;
  result uuid := (made->>'id')::uuid;
  cost double precision := (made->>'costUsd')::double precision;
BEGIN
  PERFORM 1 FROM ai_job WHERE id = (SELECT job_id FROM ai_job_item WHERE id = wanted) FOR UPDATE;
  UPDATE ai_job_item SET status = 'SUCCEEDED', stage = NULL, finished_at = now()
    WHERE id = wanted AND status = 'RUNNING' AND worker_id = worker AND attempts = attempt RETURNING * INTO item;
  IF NOT FOUND THEN RETURN false; END IF;
  INSERT INTO ai_image (id, workspace, key, name, width, height, bytes, mime_type, sha256, thumbhash, orientation, color_profile)
    SELECT p.id, item.workspace, p.key, p.name, p.width, p.height, p.bytes, p."mimeType", p.sha256, p.thumbhash, p.orientation, p."colorProfile"
    FROM jsonb_to_record(picture) AS p(id uuid, key text, name text, width int, height int, bytes int, "mimeType" text, sha256 text, thumbhash text,
      orientation int, "colorProfile" text);
  INSERT INTO ai_result (id, workspace, pair_id, image_id, job_item_id, engine, model, prompt, recipe, duration_ms, cost_usd, confidence, fidelity,
      warnings, placement, upscaled)
    SELECT result, item.workspace, item.pair_id, (picture->>'id')::uuid, item.id, m.engine, m.model, m.prompt, m.recipe, m."durationMs", cost,
      m.confidence, m.fidelity, m.warnings, m.placement, m.upscaled
    FROM jsonb_to_record(made) AS m(engine text, model text, prompt text, recipe jsonb, "durationMs" int, confidence double precision,
      fidelity double precision, warnings text[], placement jsonb, upscaled boolean);
  UPDATE ai_image_pair SET status = 'READY', current_result_id = result, note = NULL, updated_at = now() WHERE id = item.pair_id RETURNING sku_id INTO sku;
  IF cost > 0 THEN
    UPDATE ai_job SET cost_usd = cost_usd + cost WHERE id = item.job_id;
  END IF;
  INSERT INTO ai_job_log (id, job_id, item_id, message) VALUES (lines[1], item.job_id, item.id, line);
  PERFORM ai_tell('log', item.workspace, item.job_id, lines[1]);
  PERFORM ai_end_job(item.job_id, lines[2]);
  PERFORM ai_tell_item(item, sku);
  RETURN true;
END $$;
