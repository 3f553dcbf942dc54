// The fidelity figure on real photos: light, place, size, encoder and ground may change; shape, colours and texts may not.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { decodePhoto } from "../../images/decode.ts";
import { sharp } from "../../images/libvips.ts";
import { type Picture, type Recipe, whiteRecipe } from "../../images/picture.ts";
import { createLog } from "../../log.ts";
import { createEngines } from "../registry.ts";
import { changedBelow, type Fidelity, measureFidelity } from "./fidelity.ts";

/** Milliseconds: each test makes and cuts out pictures one after the other, on a machine that may have other work. */
vi.setConfig({ testTimeout: 120_000 });

const engines = createEngines({ studioModel: undefined, concurrency: 1 }, createLog("silent"));
afterAll(() => engines.close());

const read = (path: string): Buffer => readFileSync(new URL(path, import.meta.url));
const mug = read("../studio/fixtures/mug-001-01.jpg");
const bag = read("../studio/fixtures/bag-004-02.jpg");
const bottle = read("./fixtures/bottle.jpg");
const signal = new AbortController().signal;
const side = 800;
const output = { preset: null, width: side, height: side, format: "PNG", quality: 90, maxBytes: null } as const;
/** The bottle's print, in its photo's pixels. */
const print = { left: 372, top: 436, width: 98, height: 68 };

/** What a good model would make of the photo: the product on another ground, seen again. */
async function placedAnew(source: Buffer, recipe: Partial<Recipe> = {}): Promise<Buffer> {
  const { picture } = await engines.default.run({
    source,
    prompt: null,
    recipe: { ...whiteRecipe, shadow: 0.5, ...recipe },
    model: null,
    options: engines.default.parseOptions({}),
    output,
    signal,
    onStage: () => {},
  });
  return sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: picture.channels as 3 } })
    .png()
    .toBuffer();
}

async function compare(source: Buffer, made: Buffer): Promise<Fidelity> {
  const measured = await measureFidelity(engines.default, { source, made: await decodePhoto(made), signal });
  if (measured === null) throw new Error("the cut-outs were not sure");
  return measured;
}

/** Light from one side: a quarter darker at the left, a quarter brighter at the right. */
async function litFromTheRight(photo: Buffer): Promise<Buffer> {
  const { data, info } = await sharp(photo).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const lit = data.map((level, at) => Math.min(255, level * (0.75 + (0.5 * (Math.floor(at / 3) % info.width)) / info.width)));
  return sharp(lit, { raw: { width: info.width, height: info.height, channels: 3 } })
    .png()
    .toBuffer();
}

const png = (photo: ReturnType<typeof sharp>): Promise<Buffer> => photo.png().toBuffer();

describe("fidelity is high for the same product", () => {
  let onWhite: { mug: Buffer; bottle: Buffer };
  beforeAll(async () => {
    onWhite = { mug: await placedAnew(mug), bottle: await placedAnew(bottle) };
  });

  it.each<[string, Buffer, () => Promise<Buffer>]>([
    ["on another ground", bag, () => placedAnew(bag, { background: "GRADIENT", colors: ["#c8d8f0", "#7f93b8"] })],
    ["darker", mug, () => png(sharp(onWhite.mug).linear(0.75, 0))],
    ["brighter", mug, () => png(sharp(onWhite.mug).linear(1.15, 0))],
    ["lit from one side", mug, () => litFromTheRight(onWhite.mug)],
    ["in warmer light", mug, () => png(sharp(onWhite.mug).linear([1.06, 1, 0.92], [0, 0, 0]))],
    ["in harder light", bottle, () => png(sharp(onWhite.bottle).linear(1.15, -18))],
    [
      "smaller and beside the middle",
      bottle,
      () => png(sharp(onWhite.bottle).resize(500, 500).extend({ left: 230, right: 70, top: 210, bottom: 90, background: "#fff" })),
    ],
    ["out of a coarse encoder", bottle, () => sharp(onWhite.bottle).resize(560, 560).jpeg({ quality: 60 }).toBuffer()],
  ])("%s", async (_, source, make) => {
    expect((await compare(source, await make())).figure).toBeGreaterThan(changedBelow);
  });
});

describe("fidelity is low, and says why, for", () => {
  /** The bottle printed anew: its bare side, as it is below the print, with each row of the letters as `row` gives it. */
  async function reprinted(row: (letters: number[]) => number[]): Promise<Buffer> {
    const { data, info } = await sharp(bottle).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const patched = Buffer.from(data);
    for (let y = print.top; y < print.top + print.height; y++) {
      for (let channel = 0; channel < 3; channel++) {
        const at = (x: number, down: number): number => ((y + down) * info.width + print.left + x) * 3 + channel;
        const bare = Array.from({ length: print.width }, (_, x) => data[at(x, print.height)]!);
        const letters = row(bare.map((level, x) => data[at(x, 0)]! - level));
        for (const [x, level] of bare.entries()) patched[at(x, 0)] = Math.min(255, Math.max(0, level + letters[x]!));
      }
    }
    return placedAnew(await png(sharp(patched, { raw: { width: info.width, height: info.height, channels: 3 } })));
  }

  it.each<[string, Buffer, () => Promise<Buffer>, string]>([
    ["another colour", mug, async () => png(sharp(await placedAnew(mug)).modulate({ hue: 60 })), "colours"],
    ["a paler colour", bag, async () => png(sharp(await placedAnew(bag)).modulate({ saturation: 0.2 })), "colours"],
    ["a text that is gone", bottle, () => reprinted((letters) => letters.map(() => 0)), "details or texts"],
    ["another text", bottle, () => reprinted((letters) => letters.toReversed()), "details or texts"],
    ["a squeezed product", mug, async () => png(sharp(await placedAnew(mug)).resize(side, 680, { fit: "fill" })), "details or texts"],
    ["another product", mug, () => placedAnew(bag), "shape"],
  ])("%s", async (_, source, make, part) => {
    const { figure, changed } = await compare(source, await make());
    expect(figure).toBeLessThan(changedBelow);
    expect(changed).toContain(part);
  });

  it("but not for the same text printed anew", async () => {
    expect((await compare(bottle, await reprinted((letters) => letters))).figure).toBeGreaterThan(changedBelow);
  });
});

it("says nothing where there is no product to compare", async () => {
  const blank: Picture = { data: Buffer.alloc(300 * 300 * 3, 255), width: 300, height: 300, channels: 3 };
  expect(await measureFidelity(engines.default, { source: mug, made: blank, signal })).toBeNull();
});
