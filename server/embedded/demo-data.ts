// Loads the demo's SKUs and photos into an empty workspace, so that the first page has something to work on.
import { readFile } from "node:fs/promises";
import type { App } from "../app.ts";
import { addSource } from "../domain/pair.ts";
import { ensureSku } from "../domain/sku.ts";

export const demoWorkspace = "demo";

export interface DemoSku {
  readonly code: string;
  readonly title: string;
  /** Absolute paths and the names that a seller would have given the files. */
  readonly photos: readonly { readonly path: string; readonly name: string }[];
}

/** Decoding is what takes the time, and two cores are what a small machine has. */
const skusAtOnce = 3;

/**
 * Runs on the first start only: afterwards the workspace has its row, and what people deleted stays deleted.
 * Cut short it starts over at the next start and finds what is there already.
 */
export async function loadDemoData(app: App, readCatalog: () => Promise<readonly DemoSku[]>): Promise<void> {
  if ((await app.db.workspace.findUnique({ where: { id: demoWorkspace } })) !== null) return;
  const skus = [...(await readCatalog())].toReversed();
  const load = async (): Promise<void> => {
    for (let sku = skus.pop(); sku !== undefined; sku = skus.pop()) await loadSku(app, sku);
  };
  await Promise.all(Array.from({ length: skusAtOnce }, load));
  await app.db.workspace.createMany({ data: [{ id: demoWorkspace }], skipDuplicates: true });
}

async function loadSku(app: App, { code, title, photos }: DemoSku): Promise<void> {
  const sku = await app.db.$transaction((tx) => ensureSku(tx, demoWorkspace, code));
  await app.db.sku.update({ where: { id: sku.id }, data: { title } });
  for (const { path, name } of photos) await addSource(app, demoWorkspace, { skuId: sku.id, name, bytes: await readFile(path) });
}
