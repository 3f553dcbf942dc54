// `node tools/story-photos.ts`: makes the stories' photos anew, the demo's products in small and what the studio engine makes of them.
import { readFile, writeFile } from "node:fs/promises";
import { readDemoCatalog } from "../demo/catalog.ts";
import type { Engine } from "../server/engines/engine.ts";
import { createEngines } from "../server/engines/registry.ts";
import { measureCompliance } from "../server/images/compliance.ts";
import { encodePicture } from "../server/images/encode.ts";
import { inspectPhoto, type PhotoInfo } from "../server/images/inspect.ts";
import { sharp } from "../server/images/libvips.ts";
import { whiteRecipe } from "../server/images/picture.ts";
import { rulesOf } from "../server/images/preset-rules.ts";
import { defaultOutput, presets } from "../server/images/presets.ts";
import { createLog } from "../server/log.ts";

/** Pixels of the longer side: the main photo fills a dialog, the others a tile. */
const sides = { main: 1200, other: 800 } as const;
const webpQuality = 76;
/** Photos of one product: enough to tell stories with. */
const photosEach = 3;
/** Presets whose rules the stories show. */
const checkedPresets = ["square-master", "ozon", "amazon-main"] as const;

const storybook = new URL("../.storybook/", import.meta.url);

async function saveSmall(photo: Buffer, file: string, side: number): Promise<void> {
  const small = sharp(photo).autoOrient().resize(side, side, { fit: "inside", withoutEnlargement: true });
  await small.webp({ quality: webpQuality, effort: 6 }).toFile(new URL(`photos/${file}`, storybook).pathname);
}

const facts = ({ sha256, width, height, bytes, mimeType, thumbhash }: PhotoInfo) => ({
  sha256,
  width,
  height,
  bytes,
  mimeType,
  placeholder: thumbhash,
});

async function make(engine: Engine, path: string, id: string, side: number) {
  const source = await readFile(path);
  await saveSmall(source, `${id}.webp`, side);
  const startedAt = performance.now();
  const made = await engine.run({
    source,
    prompt: null,
    recipe: whiteRecipe,
    model: null,
    options: engine.parseOptions({}),
    output: defaultOutput,
    signal: new AbortController().signal,
    onStage: () => {},
  });
  const { data } = await encodePicture(made.picture, defaultOutput);
  const durationMs = Math.round(performance.now() - startedAt);
  await saveSmall(data, `${id}-result.webp`, side);
  const compliance = await Promise.all(
    checkedPresets.map(async (name) => {
      const outcomes = await measureCompliance(data, { name }, { upscaled: made.upscaled });
      // In the order of the preset's rules, which are spelt once.
      return [name, outcomes.map(({ verdict, actual }) => [verdict, actual])] as const;
    }),
  );
  return {
    source: { ...facts(await inspectPhoto(source)), file: `${id}.webp` },
    result: {
      ...facts(await inspectPhoto(data)),
      file: `${id}-result.webp`,
      durationMs,
      confidence: made.confidence,
      warnings: made.warnings,
      placement: made.placement,
      upscaled: made.upscaled,
      compliance: Object.fromEntries(compliance),
    },
  };
}

const engines = createEngines({ studioModel: undefined, concurrency: 2 }, createLog("warn"));
try {
  const skus = [];
  for (const { code, title, photos } of await readDemoCatalog()) {
    const made = [];
    for (const [index, { path, name }] of photos.slice(0, photosEach).entries()) {
      const id = `${code.toLowerCase()}-${index + 1}`;
      made.push({ name, ...(await make(engines.default, path, id, index === 0 ? sides.main : sides.other)) });
    }
    skus.push({ code, title, photos: made });
    console.log(`${code}: ${made.length} photos`);
  }
  const shownPresets = presets
    .filter(({ name }) => checkedPresets.some((each) => each === name))
    .map(({ name, title, output, source, checkedAt, confirmed }) => {
      const rules = rulesOf(name).map(({ name: rule, expected }) => ({ rule, expected }));
      return { name, title, output, source, checkedAt, confirmed, rules };
    });
  const catalog = { presets: shownPresets, options: engines.default.optionsSchema, skus };
  await writeFile(new URL("api/photos.json", storybook), `${JSON.stringify(catalog, null, 2)}\n`);
} finally {
  await engines.close();
}
