// What the stories play on: the built product with its demo data, and a browser; opened once for all stories of a file.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright";
import { browserLaunchOptions } from "../testkit/browser.ts";
import { buildDemo, type Product, startProduct } from "./product.ts";

export interface Stage {
  readonly product: Product;
  readonly browser: Browser;
  /** Of this stage alone; it goes with it. */
  readonly folder: string;
  readonly close: () => Promise<void>;
}

/** @param name stands in the folder's name */
export async function openStage(name: string): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), `studio-${name}-`));
  const opened: { product?: Product; browser?: Browser } = {};
  const close = async (): Promise<void> => {
    await opened.browser?.close();
    opened.product?.kill();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await buildDemo();
    opened.product = await startProduct(join(folder, "data"));
    opened.browser = await chromium.launch(browserLaunchOptions());
    return { product: opened.product, browser: opened.browser, folder, close };
  } catch (error) {
    await close();
    throw error;
  }
}
