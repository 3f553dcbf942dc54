// An App on an embedded PostgreSQL of its own, for benches that call the API in process.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ComposedApi, composeApi } from "../../server/api.ts";
import { type App, closeApp, openApp } from "../../server/app.ts";
import { readConfig } from "../../server/config.ts";
import { migrate } from "../../server/db/migrate.ts";
import { ensureApiKey } from "../../server/domain/api-key.ts";
import { sharedSecret } from "../../server/domain/secret.ts";
import { startEmbeddedPostgres } from "../../server/embedded/postgres.ts";
import type { EngineRegistry } from "../../server/engines/registry.ts";
import { createLog } from "../../server/log.ts";

export const benchApiKey = "isk_bench";
export const benchWorkspace = "bench";

export interface Bed {
  readonly app: App;
  readonly api: ComposedApi;
  readonly databaseUrl: string;
  // biome-ignore lint/suspicious/noExplicitAny: a bench reads answers as they come
  ask(query: string, variables?: Record<string, unknown>): Promise<any>;
  close(): Promise<void>;
}

/** Signs the tokens of those who come with one. */
export const benchTokenSecret = "the secret of the bench, long enough to be one";

/**
 * @param env configuration besides what every bench has
 * @param engines left out: those that the configuration names
 */
export async function makeBed(env: Readonly<Record<string, string>> = {}, engines?: EngineRegistry): Promise<Bed> {
  const dataDir = await mkdtemp(join(tmpdir(), "studio-bench-"));
  const log = createLog("warn");
  const postgres = await startEmbeddedPostgres({ dataDir, log });
  await migrate(postgres.url, { log });
  const config = readConfig({
    DATA_DIR: dataDir,
    LOG_LEVEL: "warn",
    AUTH_JWT_SECRET: benchTokenSecret,
    RATE_LIMIT_PER_MINUTE: "0",
    ...env,
  });
  const app = await openApp({
    config,
    log,
    databaseUrl: postgres.url,
    linkSecret: (db) => sharedSecret(db, "links"),
    ...(engines ? { engines } : {}),
  });
  await ensureApiKey(app.db, { secret: benchApiKey, workspace: benchWorkspace, name: "bench" });
  const api = composeApi(app, { developmentSecret: null });
  return {
    app,
    api,
    databaseUrl: postgres.url,
    async ask(query, variables = {}) {
      const body = JSON.stringify({ query, variables });
      const headers = { "content-type": "application/json", authorization: `Bearer ${benchApiKey}` };
      const response = await api.graphql.fetch("http://localhost:4000/graphql", { method: "POST", headers, body });
      const { data, errors } = (await response.json()) as { data: unknown; errors?: { message: string }[] };
      if (errors) throw new Error(errors[0]?.message);
      return data;
    },
    async close() {
      await api.graphql.dispose();
      await closeApp(app);
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** So many SKUs with five pairs each, in all statuses, written by SQL. Adds to what is there. */
export async function seed({ app }: Bed, skus: number): Promise<void> {
  await app.db.$transaction(
    async (tx) => {
      await tx.$executeRaw`
        INSERT INTO ai_workflow_state (id, workspace, code, title, created_at, updated_at)
        SELECT gen_random_uuid(), ${benchWorkspace}, 'SKU-' || lpad(n::text, 7, '0'), 'Product number ' || n, now() - n * interval '1 second', now() - n * interval '1 minute'
        FROM generate_series((SELECT count(*) FROM ai_workflow_state) + 1, (SELECT count(*) FROM ai_workflow_state) + ${skus}) n`;
      await tx.$executeRaw`CREATE TEMP TABLE fresh ON COMMIT DROP AS
        SELECT gen_random_uuid() AS pair, gen_random_uuid() AS image, s.id AS sku, p AS position, row_number() OVER () AS n
        FROM ai_workflow_state s CROSS JOIN generate_series(0, 4) p WHERE s.workspace = ${benchWorkspace} AND NOT EXISTS (SELECT 1 FROM ai_image_pair x WHERE x.sku_id = s.id)`;
      await tx.$executeRaw`
        INSERT INTO ai_image (id, workspace, key, name, width, height, bytes, mime_type, sha256, thumbhash)
        SELECT image, ${benchWorkspace}, 'images/bench/' || image, 'photo-' || n || '.jpg', 1600, 1600, 300000, 'image/jpeg', md5(image::text), 'FggGDwLaiFh3hYePdCeoh3aGmFAXCHUB' FROM fresh`;
      await tx.$executeRaw`
        INSERT INTO ai_image_pair (id, workspace, sku_id, source_id, source_sha256, position, status, updated_at)
        SELECT pair, ${benchWorkspace}, sku, image, md5(image::text), position,
          (CASE WHEN n % 10 < 5 THEN 'APPROVED' ELSE (ARRAY['WAITING', 'READY', 'APPROVED', 'FAILED', 'REJECTED'])[1 + n % 5] END)::"PairStatus", now()
        FROM fresh`;
    },
    { timeout: 600_000 },
  );
  await app.db.$executeRawUnsafe("ANALYZE");
}
