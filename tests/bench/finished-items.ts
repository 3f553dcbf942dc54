// What years leave in the tables: items that ended long ago, with their jobs, SKUs, pairs, pictures, results, log and usage, written by SQL.
import { type Bed, benchWorkspace } from "./bed.ts";

const perSku = 10;
const perJob = 1_000;
/** Milliseconds: a million takes some minutes. */
const fillTimeoutMs = 1_800_000;

/** @param count a multiple of a thousand */
export async function addFinished({ app }: Bed, count: number): Promise<void> {
  await app.db.$transaction(
    async (tx) => {
      // Ids that begin with their time, as all of ours do; one millisecond after the other.
      await tx.$executeRaw`CREATE FUNCTION pg_temp.old_id(n int) RETURNS uuid LANGUAGE sql AS $$
        SELECT (lpad(to_hex((extract(epoch FROM now() - interval '30 days') * 1000)::bigint + n), 12, '0') || '7' ||
          substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid $$`;
      await tx.$executeRaw`CREATE TEMP TABLE old ON COMMIT DROP AS SELECT n, pg_temp.old_id(n) AS pair, pg_temp.old_id(n) AS image,
        pg_temp.old_id(n) AS made, pg_temp.old_id(n) AS result, pg_temp.old_id(n) AS item FROM generate_series(0, ${count - 1}::int) n`;
      await tx.$executeRaw`CREATE TEMP TABLE old_sku ON COMMIT DROP AS
        SELECT n, pg_temp.old_id(n) AS id FROM generate_series(0, ${count / perSku - 1}::int) n`;
      await tx.$executeRaw`CREATE TEMP TABLE old_job ON COMMIT DROP AS
        SELECT n, pg_temp.old_id(n) AS id FROM generate_series(0, ${count / perJob - 1}::int) n`;
      await tx.$executeRaw`INSERT INTO ai_workflow_state (id, workspace, code, title, approved, created_at, updated_at)
        SELECT id, ${benchWorkspace}, 'OLD-' || n, 'Old ' || n, ${perSku}, now() - interval '30 days', now() - interval '30 days' FROM old_sku`;
      // What follows is written with all that its triggers would write, a row at a time and for hours.
      await tx.$executeRaw`SET LOCAL session_replication_role = replica`;
      await tx.$executeRaw`INSERT INTO ai_tally (workspace, noun, status, n) VALUES (${benchWorkspace}, 'pair', 'APPROVED', ${count}::int)`;
      await tx.$executeRaw`INSERT INTO ai_image (id, workspace, key, name, width, height, bytes, mime_type, sha256, thumbhash)
        SELECT image, ${benchWorkspace}, 'images/bench/' || image, 'old.jpg', 1600, 1600, 300000, 'image/jpeg', md5(image::text), '' FROM old
        UNION ALL SELECT made, ${benchWorkspace}, 'images/bench/' || made, 'old.jpg', 2200, 2200, 300000, 'image/jpeg', md5(made::text), '' FROM old`;
      await tx.$executeRaw`INSERT INTO ai_image_pair (id, workspace, sku_id, source_id, source_sha256, position, status, current_result_id, updated_at)
        SELECT pair, ${benchWorkspace}, s.id, image, md5(image::text), old.n % ${perSku}::int, 'APPROVED', result, now() - interval '30 days'
        FROM old JOIN old_sku s ON s.n = old.n / ${perSku}::int`;
      await tx.$executeRaw`INSERT INTO ai_job (id, workspace, number, mode, status, total, succeeded, engine, output, created_by, started_at, finished_at)
        SELECT id, ${benchWorkspace}, 1000000 + n, 'BATCH', 'SUCCEEDED', ${perJob}::int, ${perJob}::int, 'scripted', '{}', 'bench',
          now() - interval '30 days', now() - interval '30 days' FROM old_job`;
      await tx.$executeRaw`INSERT INTO ai_job_item (id, workspace, job_id, pair_id, position, status, pair_status, attempts, started_at, finished_at)
        SELECT item, ${benchWorkspace}, j.id, pair, old.n % ${perJob}::int, 'SUCCEEDED', 'WAITING', 1, now() - interval '30 days', now() - interval '30 days'
        FROM old JOIN old_job j ON j.n = old.n / ${perJob}::int`;
      await tx.$executeRaw`INSERT INTO ai_result (id, workspace, pair_id, image_id, job_item_id, engine, recipe, duration_ms, created_at)
        SELECT result, ${benchWorkspace}, pair, made, item, 'scripted', '{}', 1000, now() - interval '30 days' FROM old`;
      await tx.$executeRaw`INSERT INTO ai_job_log (id, job_id, item_id, message, at)
        SELECT pg_temp.old_id(old.n), j.id, item, 'OLD old.jpg: done in 1.0 s.', now() - interval '30 days'
        FROM old JOIN old_job j ON j.n = old.n / ${perJob}::int`;
      await tx.$executeRaw`INSERT INTO ai_usage_entry (workspace, engine, at, images, duration_ms)
        SELECT ${benchWorkspace}, 'scripted', now() - interval '30 days', 1, 1000 FROM old`;
    },
    { timeout: fillTimeoutMs, maxWait: 60_000 },
  );
  // As the database's own housekeeping has done with what is old.
  await app.db.$executeRawUnsafe("VACUUM (ANALYZE)");
  await app.db.$executeRawUnsafe("CHECKPOINT");
}
