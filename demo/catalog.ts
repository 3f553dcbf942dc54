// The demo products and where their photos lie: what the first start loads and the admin app shows as titles.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const photosDir = new URL("./photos/", import.meta.url);

const catalogFile = z.object({
  skus: z.array(
    z.object({
      code: z.string().min(1),
      titles: z.object({ en: z.string(), ru: z.string(), zh: z.string() }),
      photos: z.array(z.object({ file: z.string().regex(/^[A-Z0-9-]+\/\d\d\.jpg$/), name: z.string().min(1), scene: z.string() })).min(1),
    }),
  ),
});

export interface DemoPhoto {
  /** Absolute path of a JPEG. */
  readonly path: string;
  /** The file name a seller would have given it, such as `mug-front.jpg`; unique within its SKU. */
  readonly name: string;
}

export interface DemoSku {
  readonly code: string;
  /** The English title: the one that is stored. */
  readonly title: string;
  /** In their order: the first is the main one. */
  readonly photos: readonly DemoPhoto[];
}

/**
 * Reads demo/photos/catalog.json: eight SKUs with three photos or more each.
 * @throws ZodError when the file is not as it should be
 */
export async function readDemoCatalog(): Promise<DemoSku[]> {
  const { skus } = catalogFile.parse(JSON.parse(await readFile(new URL("catalog.json", photosDir), "utf8")));
  return skus.map(({ code, titles, photos }) => ({
    code,
    title: titles.en,
    photos: photos.map(({ file, name }) => ({ path: fileURLToPath(new URL(file, photosDir)), name })),
  }));
}
