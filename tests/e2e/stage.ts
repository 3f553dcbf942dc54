// What the stories play on: the built product with its demo data, and a browser; opened once for all stories of a file.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright";
import { browserLaunchOptions } from "../testkit/browser.ts";
import { buildDemo, type Product, startProduct } from "./product.ts";

export interface Stage {
  readonly product: Product;
  readonly browser: Browser;
  /** Of this stage alone; it goes with it. */
  readonly folder: string;
  /** What the pages that were opened said was wrong. */
  readonly complaints: readonly string[];
  /** A page of a desktop's size, in English. */
  readonly open: (path: string) => Promise<Page>;
  readonly close: () => Promise<void>;
}

const pageTimeoutMs = 20_000;

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
    const { product, browser } = opened;
    const complaints: string[] = [];
    const open = async (path: string): Promise<Page> => {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "en-US" });
      page.setDefaultTimeout(pageTimeoutMs);
      page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
      await page.goto(`${product.url}${path}`);
      return page;
    };
    return { product, browser, folder, complaints, open, close };
  } catch (error) {
    await close();
    throw error;
  }
}
