// The marketplace's shelf: products and their pictures, kept in a folder from one start to the next.
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import stock from "./stock.json" with { type: "json" };

const demoDir = new URL("../", import.meta.url);

const product = z.object({
  code: z.string(),
  /** The marketplace's own number for it. */
  number: z.number().int(),
  name: z.string(),
  /** Names of files, the main one first. */
  pictures: z.array(z.string()),
  /** When its pictures were last set by the seller's API; null: never. */
  changedAt: z.string().nullable(),
});
const shelfFile = z.object({ lastNumber: z.number().int(), products: z.array(product) });

export type Product = z.infer<typeof product>;

export interface Shelf {
  readonly products: readonly Product[];
  find(code: string): Product | undefined;
  /** A number that was never given before. */
  nextNumber(): number;
  /** @returns the file's name */
  keep(bytes: Uint8Array, ending: "jpg" | "png"): Promise<string>;
  /** Null for a name that the shelf has not given. */
  read(name: string): Promise<Buffer<ArrayBuffer> | null>;
  show(product: Product, pictures: readonly string[]): Promise<void>;
}

const firstNumber = 100_000;
const pictureName = /^\d+\.(jpg|png)$/;

/** Stocks an empty folder with what the shop has at first. */
export async function openShelf(folder: string): Promise<Shelf> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "shelf.json");
  const state = (await readState(path)) ?? { lastNumber: firstNumber, products: [] };
  let saving = Promise.resolve();
  /** Written beside and renamed, one after the other: a start never finds half a shelf. */
  const save = (): Promise<void> => {
    const write = async (before: Promise<void>): Promise<void> => {
      await before.catch(() => {});
      await writeFile(`${path}.new`, JSON.stringify(state, null, 2));
      await rename(`${path}.new`, path);
    };
    saving = write(saving);
    return saving;
  };

  const shelf: Shelf = {
    products: state.products,
    find: (code) => state.products.find((each) => each.code === code),
    nextNumber: () => ++state.lastNumber,
    async keep(bytes, ending) {
      const name = `${shelf.nextNumber()}.${ending}`;
      await writeFile(join(folder, name), bytes);
      return name;
    },
    read: async (name) => (pictureName.test(name) ? readFile(join(folder, name)).catch(() => null) : null),
    async show(shown, pictures) {
      Object.assign(shown, { pictures: [...pictures], changedAt: new Date().toISOString() });
      await save();
    },
  };
  if (state.products.length === 0) {
    for (const { code, titles, photos } of stock.products) {
      const pictures: string[] = [];
      for (const photo of photos) pictures.push(await shelf.keep(await readFile(new URL(photo, demoDir)), "jpg"));
      state.products.push({ code, number: shelf.nextNumber(), name: titles.en, pictures, changedAt: null });
    }
    await save();
  }
  return shelf;
}

async function readState(path: string): Promise<z.infer<typeof shelfFile> | null> {
  const text = await readFile(path, "utf8").catch(() => null);
  return text === null ? null : shelfFile.parse(JSON.parse(text));
}
