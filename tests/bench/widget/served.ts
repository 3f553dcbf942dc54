// The demo's pages and the API over a database of the bench's own, with many SKUs, on a port of this machine.
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { createDemoApp } from "../../../demo/backend.ts";
import { startApi } from "../../../server/api.ts";
import type { Store } from "../../../server/storage/store.ts";
import { buildDemo } from "../../e2e/product.ts";
import { type Bed, benchTokenSecret, benchWorkspace, makeBed, seed } from "../bed.ts";

const distDir = fileURLToPath(new URL("../../../demo/dist", import.meta.url));
const photo = new URL("../../../demo/photos/MUG-001/01.jpg", import.meta.url);

/** SKUs in the list, with five pairs each. */
export const skuCount = 100_000;
/**
 * The SKUs that are looked into, before all others in the list, and how many pairs each has: all wait for a decision. First comes one as a
 * visitor may meet it, for a SKU takes 500 photos at most; the other one is far beyond that.
 */
export const deepSkus = { "AAA-200": 200, "AAB-10000": 10_000 } as const;

/** Below those that the kernel gives to connections: it is listened on only after the database is filled, minutes later. */
const port = 24_680;

export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

export async function serveStudio(): Promise<Served> {
  await buildDemo();
  const bed = await makeBed({ PORT: String(port) });
  try {
    await seed(bed, skuCount);
    for (const [code, pairs] of Object.entries(deepSkus)) await seedDeep(bed, code, pairs);
    await bed.app.db.$executeRawUnsafe("VACUUM ANALYZE");
    const demo = createDemoApp({ tokenSecret: benchTokenSecret, workspace: benchWorkspace, distDir });
    const api = await startApi(
      { ...bed.app, store: await withOnePhoto(bed.app.store) },
      { developmentSecret: null, fallback: async (request) => (await demo(request)) ?? new Response(null, { status: 404 }) },
    );
    return {
      url: `http://localhost:${port}`,
      async close() {
        await api.stop();
        await bed.close();
      },
    };
  } catch (error) {
    await bed.close();
    throw error;
  }
}

/** One SKU whose pairs all have a result and wait for a decision. */
async function seedDeep({ app }: Bed, code: string, pairs: number): Promise<void> {
  await app.db.$transaction(
    async (tx) => {
      await tx.$executeRaw`INSERT INTO ai_workflow_state (id, workspace, code, title, created_at, updated_at)
        VALUES (gen_random_uuid(), ${benchWorkspace}, ${code}, 'A SKU with many photos', now(), now())`;
      await tx.$executeRaw`CREATE TEMP TABLE deep ON COMMIT DROP AS
        SELECT gen_random_uuid() AS pair, gen_random_uuid() AS source, gen_random_uuid() AS result, gen_random_uuid() AS image, s.id AS sku, p AS position
        FROM ai_workflow_state s CROSS JOIN generate_series(0, ${pairs} - 1) p WHERE s.workspace = ${benchWorkspace} AND s.code = ${code}`;
      for (const [column, name] of [
        ["source", "photo"],
        ["image", "result"],
      ]) {
        await tx.$executeRawUnsafe(
          `INSERT INTO ai_image (id, workspace, key, name, width, height, bytes, mime_type, sha256, thumbhash)
           SELECT ${column}, $1, 'images/bench/' || ${column}, '${name}-' || position || '.jpg', 1600, 1600, 300000, 'image/jpeg', md5(${column}::text), 'FggGDwLaiFh3hYePdCeoh3aGmFAXCHUB' FROM deep`,
          benchWorkspace,
        );
      }
      await tx.$executeRaw`INSERT INTO ai_image_pair (id, workspace, sku_id, source_id, source_sha256, position, status, updated_at)
        SELECT pair, ${benchWorkspace}, sku, source, md5(source::text), position, 'READY'::"PairStatus", now() FROM deep`;
      await tx.$executeRaw`INSERT INTO ai_result (id, workspace, pair_id, image_id, engine, recipe, duration_ms)
        SELECT result, ${benchWorkspace}, pair, image, 'studio', '{}', 1000 FROM deep`;
      await tx.$executeRaw`UPDATE ai_image_pair p SET current_result_id = result FROM deep WHERE p.id = deep.pair`;
    },
    { timeout: 600_000 },
  );
}

/** Scaled copies by their width in pixels, as they are there once a picture was seen. */
const copyWidths = [64, 96, 128, 320, 480] as const;

/** The store, with one photo in the place of all seeded ones: its scaled copies are there already, as after the first look. */
async function withOnePhoto(store: Store): Promise<Store> {
  const original = await readFile(photo);
  const copies = new Map(
    await Promise.all(
      copyWidths.map(async (width) => [width, await sharp(original).resize({ width }).webp({ quality: 80 }).toBuffer()] as const),
    ),
  );
  const bytesOf = (key: string): Buffer | undefined => {
    if (key.startsWith("images/bench/")) return original;
    const width = Number(/^derived\/.*\/\D*(\d+)/.exec(key)?.[1]);
    return copies.get(copyWidths.find((each) => each >= width) ?? 480);
  };
  return Object.assign(Object.create(store) as Store, {
    get: async (key: string, options: Parameters<Store["get"]>[1]) => bytesOf(key) ?? store.get(key, options),
    info: async (key: string) => {
      const bytes = bytesOf(key);
      return bytes === undefined
        ? store.info(key)
        : { bytes: bytes.byteLength, contentType: key.startsWith("derived/") ? "image/webp" : "image/jpeg" };
    },
    stream: async (key: string, options: Parameters<Store["stream"]>[1]) => {
      const bytes = bytesOf(key);
      return bytes === undefined
        ? store.stream(key, options)
        : { body: Readable.from([bytes]), bytes: bytes.byteLength, contentType: "image/jpeg" };
    },
  });
}
