// A contact sheet to judge by eye: for each photo the source, the exact matte, the error of ours, and the result on white and on dark.
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { Engine } from "../../../server/engines/engine.ts";
import { sharp } from "../../../server/images/libvips.ts";
import { type OutputSpec, type Picture, whiteRecipe } from "../../../server/images/picture.ts";
import type { MeasuredCutOut } from "./cut-outs.ts";

/** Pixels of a tile and of the line of words under each row. */
const tile = 360;
const caption = 26;
const columns = 5;
const dark = "#1c1c1e";

const output: OutputSpec = { preset: null, width: 1200, height: 1200, format: "PNG", quality: 90, maxBytes: null };

/** Writes a JPEG; its folder is made. */
export async function writeSheet(engine: Engine, measured: readonly MeasuredCutOut[], file: string): Promise<void> {
  const layers: { input: Buffer; left: number; top: number }[] = [];
  for (const [row, cutOut] of measured.entries()) {
    const top = row * (tile + caption);
    for (const [column, input] of (await tilesOf(engine, cutOut)).entries()) layers.push({ input, left: column * tile, top });
    layers.push({ input: await captionOf(cutOut), left: 0, top: top + tile });
  }
  await mkdir(dirname(file), { recursive: true });
  const sheet = { width: columns * tile, height: measured.length * (tile + caption), channels: 3 as const, background: "#ffffff" };
  await sharp({ create: sheet }).composite(layers).jpeg({ quality: 88 }).toFile(file);
}

async function tilesOf(engine: Engine, { photo, made }: MeasuredCutOut): Promise<Buffer[]> {
  const fit = { width: tile, height: tile, fit: "contain", background: "#ffffff" } as const;
  const source = await sharp(photo.photo).autoOrient().resize(fit).png().toBuffer();
  const matte = await sharp(photo.matte)
    .extractChannel(0)
    .resize({ ...fit, background: "#000000" })
    .png()
    .toBuffer();
  if (made === null) return [source, matte];
  const finished = await finish(engine, photo.photo);
  return [source, matte, await onGround(made.picture, "#ff00ff"), finished, await onGround(made.picture, dark)];
}

/** The picture that a seller would get: white, with shadow and tone. */
async function finish(engine: Engine, source: Buffer): Promise<Buffer> {
  const signal = new AbortController().signal;
  const options = engine.parseOptions({});
  const made = await engine.run({ source, prompt: null, recipe: whiteRecipe, model: null, options, output, signal, onStage: () => {} });
  return pipelineOf(made.picture).resize(tile, tile).png().toBuffer();
}

const pipelineOf = ({ data, width, height, channels }: Picture): ReturnType<typeof sharp> =>
  sharp(data, { raw: { width, height, channels } });

const onGround = async (picture: Picture, background: string): Promise<Buffer> =>
  sharp(await pipelineOf(picture).flatten({ background }).png().toBuffer())
    .resize(tile, tile)
    .png()
    .toBuffer();

/** A strip coloured by the overlap (green good, amber fair, red bad), as long as the overlap is high. */
async function captionOf({ score, isSure }: MeasuredCutOut): Promise<Buffer> {
  const background = score.overlap > 0.95 ? "#2e8b57" : score.overlap > 0.9 ? "#d9982b" : "#c0392b";
  const width = Math.max(1, Math.round(columns * tile * Math.max(0, (score.overlap - 0.5) * 2)));
  const strip = { create: { width, height: isSure ? caption - 16 : caption - 6, channels: 3 as const, background } };
  return sharp(strip).png().toBuffer();
}
