// The photos that cut-outs are measured on: the demo's with their exact mattes, or a folder of one's own.
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const demoPhotos = fileURLToPath(new URL("../../../demo/photos/", import.meta.url));
const demoMattes = fileURLToPath(new URL("./mattes/catalog.json", import.meta.url));

/** `photo` and `matte` are paths, relative to the catalog; the matte is a grey picture of the upright photo's size. */
const catalogFile = z.object({
  photos: z.array(z.object({ photo: z.string().min(1), matte: z.string().min(1), kind: z.string().min(1) })).min(1),
});

export interface MeasuredPhoto {
  /** Such as `MUG-001/01`. */
  readonly name: string;
  /** How hard its background is: plain, textured or cluttered. */
  readonly kind: string;
  readonly photo: Buffer;
  readonly matte: Buffer;
}

/** @param catalog a JSON file like mattes/catalog.json whose photos lie beside it; left out: the demo's photos. */
export async function readMeasuredPhotos(catalog?: string): Promise<MeasuredPhoto[]> {
  const file = catalog ?? demoMattes;
  const { photos } = catalogFile.parse(JSON.parse(await readFile(file, "utf8")));
  const photosDir = catalog === undefined ? demoPhotos : dirname(file);
  return Promise.all(
    photos.map(async ({ photo, matte, kind }) => ({
      name: photo.replace(/\.\w+$/, ""),
      kind,
      photo: await readFile(resolve(photosDir, photo)),
      matte: await readFile(resolve(dirname(file), matte)),
    })),
  );
}
