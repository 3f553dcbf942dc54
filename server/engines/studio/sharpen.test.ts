// Sharpening brings out fine detail where a photo was shrunk, and leaves grain, flats, outlines and enlarged pixels alone.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sharp } from "../../images/libvips.ts";
import { type Finished, sharpen } from "./sharpen.ts";

const side = 200;

function piece(brightnessAt: (x: number, y: number) => number): Finished {
  const colors = Buffer.alloc(side * side * 3);
  for (let at = 0; at < side * side; at++) colors.fill(brightnessAt(at % side, Math.floor(at / side)), at * 3, at * 3 + 3);
  return { colors, alpha: Buffer.alloc(side * side, 255), width: side, height: side };
}

/** The same grain each time: a linear congruential generator, its sums near a normal distribution. */
function grain(deviation: number): () => number {
  let seed = 7;
  const next = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  return () => (next() + next() + next() + next() - 2) * deviation * Math.sqrt(3);
}

/** Mean squared difference of neighbours along rows. */
function detailOf({ colors, width, height }: Finished): number {
  let sum = 0;
  for (let at = 0; at < width * height - 1; at++) sum += (colors[at * 3]! - colors[at * 3 + 3]!) ** 2;
  return sum / (width * height);
}

async function realPiece(resized: number): Promise<Finished> {
  const photo = (): ReturnType<typeof sharp> => sharp(readFileSync(new URL("./fixtures/bag-004-02.jpg", import.meta.url))).resize(resized);
  const { data: colors, info } = await photo().removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { colors, alpha: Buffer.alloc(info.width * info.height, 255), width: info.width, height: info.height };
}

describe("a real photo", () => {
  it("gains detail where it was shrunk, more with more sharpening", async () => {
    const [plain, mild, strong] = [await realPiece(300), await realPiece(300), await realPiece(300)];
    sharpen(mild, { amount: 0.3, scale: 0.4 });
    sharpen(strong, { amount: 1, scale: 0.4 });
    expect(detailOf(mild) / detailOf(plain)).toBeGreaterThan(1.15);
    expect(detailOf(strong)).toBeGreaterThan(1.1 * detailOf(mild));
  });

  it("gains less at its own size than shrunk by half", async () => {
    const [own, shrunk] = [await realPiece(400), await realPiece(400)];
    sharpen(own, { amount: 0.5, scale: 1 });
    sharpen(shrunk, { amount: 0.5, scale: 0.5 });
    expect(detailOf(own)).toBeLessThan(detailOf(shrunk));
  });

  it.each([
    ["enlarged", { amount: 1, scale: 1.6 }],
    ["that nobody wants sharper", { amount: 0, scale: 0.4 }],
  ])("%s keeps every byte", async (_title, how) => {
    const [plain, made] = [await realPiece(300), await realPiece(300)];
    sharpen(made, how);
    expect(made.colors.equals(plain.colors)).toBe(true);
  });
});

it.each([1.5, 4, 8])("grain of %d levels on a flat product grows by less than a twentieth", (deviation) => {
  const noise = grain(deviation);
  const flat = piece(() => 128 + noise());
  const before = detailOf(flat);
  sharpen(flat, { amount: 0.5, scale: 0.5 });
  expect(detailOf(flat) / before).toBeLessThan(1.05);
});

it("a soft gradient is left as it is", () => {
  const soft = piece((x, y) => 40 + x * 0.8 + y * 0.1);
  const before = Buffer.from(soft.colors);
  sharpen(soft, { amount: 1, scale: 0.5 });
  expect(soft.colors.equals(before)).toBe(true);
});

it("an edge gets steeper, and its seams stay below a twentieth of the range", () => {
  const edge = piece((x) => (x < 100 ? 60 : x === 100 ? 130 : 200));
  sharpen(edge, { amount: 1, scale: 0.5 });
  const row = Array.from({ length: side }, (_, x) => edge.colors[(100 * side + x) * 3]!);
  expect(Math.max(...row)).toBeGreaterThan(200);
  expect(Math.max(...row)).toBeLessThanOrEqual(213);
  expect(Math.min(...row)).toBeGreaterThanOrEqual(47);
});

it("colours keep their hue: only brightness changes", () => {
  const edge = piece((x) => (x % 20 < 10 ? 90 : 150));
  for (let at = 0; at < side * side; at++) edge.colors[at * 3] = edge.colors[at * 3]! + 40;
  sharpen(edge, { amount: 1, scale: 0.5 });
  for (let at = 0; at < side * side; at++) expect(edge.colors[at * 3]! - edge.colors[at * 3 + 2]!).toBe(40);
});

it("the outline gets no light or dark rim", () => {
  // A dark disc's colours run on beyond its outline into whatever was there: nothing of that may show.
  const isDisc = (x: number, y: number): boolean => Math.hypot(x - 100, y - 100) < 70;
  const disc = piece((x, y) => (isDisc(x, y) ? 50 : 240));
  for (let at = 0; at < side * side; at++) disc.alpha[at] = isDisc(at % side, Math.floor(at / side)) ? 255 : 0;
  const before = Buffer.from(disc.colors);
  sharpen(disc, { amount: 1, scale: 0.5 });
  expect(disc.colors.equals(before)).toBe(true);
});

it.each([
  [1, 1],
  [3, 400],
  [400, 4],
])("a piece of %d x %d pixels is done", (width, height) => {
  const strip = { colors: Buffer.alloc(width * height * 3, 9), alpha: Buffer.alloc(width * height, 255), width, height };
  sharpen(strip, { amount: 1, scale: 0.5 });
  expect(strip.colors.every((value) => value === 9)).toBe(true);
});
