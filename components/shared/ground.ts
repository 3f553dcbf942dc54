// Which pixels of a finished picture are its plain white ground, its soft shadow included: enough to show another ground at once.
// What the server paints comes from the cut-out itself.

export interface Pixels {
  /** RGBA, a byte each. */
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** `clear`: the picture stands free, and shows whatever lies behind it. `unknown`: its ground is not white. */
export type FoundGround =
  | { readonly kind: "unknown" }
  | { readonly kind: "clear" | "white" /** 1 where the ground is. */; readonly mask: Uint8Array };

/** A ground is white where the darkest channel is at least this, of 255. */
const whiteFrom = 240;
/** Share of the border that must be so. */
const borderShare = 0.9;
/** Alpha, of 255, up to which a pixel counts as clear. */
const clearUpTo = 8;
/** Alpha, of 255, below which a pixel is more ground than product. */
const halfClear = 128;
/** A shadow is at least so light, of 255, */
const shadowFrom = 120;
/** so grey (difference between its channels), */
const shadowChroma = 12;
/** and changes by so little from pixel to pixel: an outline changes by more. */
const shadowStep = 7;

/** What is closed in by the product, such as under a handle, is ground where it is as white as white gets, */
const pureWhiteFrom = 253;
/** and this large a share of the picture: a highlight is smaller. */
const closedInShare = 0.0005;

export function findGround(pixels: Pixels): FoundGround {
  const { width, height } = pixels;
  const border = borderOf(width, height);
  const share = (fits: (at: number) => boolean): number => border.filter(fits).length / Math.max(1, border.length);
  const { data } = pixels;
  if (share((at) => (data[at * 4 + 3] ?? 255) <= clearUpTo) >= borderShare) {
    return { kind: "clear", mask: Uint8Array.from({ length: width * height }, (_, at) => ((data[at * 4 + 3] ?? 255) < halfClear ? 1 : 0)) };
  }
  if (share((at) => darkest(data, at) >= whiteFrom) < borderShare) return { kind: "unknown" };
  const mask = new Uint8Array(width * height);
  flood(
    pixels,
    mask,
    border.filter((at) => darkest(data, at) >= whiteFrom),
  );
  for (const part of closedIn(pixels, mask)) flood(pixels, mask, part);
  return { kind: "white", mask };
}

function borderOf(width: number, height: number): number[] {
  const found: number[] = [];
  for (let x = 0; x < width; x++) found.push(x, (height - 1) * width + x);
  for (let y = 1; y < height - 1; y++) found.push(y * width, y * width + width - 1);
  return found;
}

const darkest = (data: Pixels["data"], at: number): number => Math.min(data[at * 4] ?? 0, data[at * 4 + 1] ?? 0, data[at * 4 + 2] ?? 0);
const lightest = (data: Pixels["data"], at: number): number => Math.max(data[at * 4] ?? 0, data[at * 4 + 1] ?? 0, data[at * 4 + 2] ?? 0);

/** Marks, from where it begins, all that is white or fades softly from it. */
function flood(pixels: Pixels, mask: Uint8Array, from: readonly number[]): void {
  const { data } = pixels;
  spread(pixels, mask, {
    from,
    isMore: (at, before) => {
      const dark = darkest(data, at);
      if (dark >= whiteFrom) return true;
      return dark >= shadowFrom && lightest(data, at) - dark <= shadowChroma && Math.abs(dark - darkest(data, before)) <= shadowStep;
    },
  });
}

/** Pure white parts that the flood has not reached, large enough to be ground. */
function closedIn({ data, width, height }: Pixels, mask: Uint8Array): number[][] {
  const seen = Uint8Array.from(mask);
  const parts: number[][] = [];
  for (let at = 0; at < seen.length; at++) {
    if (seen[at] === 1 || darkest(data, at) < pureWhiteFrom) continue;
    const part = spread({ data, width, height }, seen, { from: [at], isMore: (next) => darkest(data, next) >= pureWhiteFrom });
    if (part.length >= closedInShare * seen.length) parts.push(part);
  }
  return parts;
}

interface Spreading {
  readonly from: readonly number[];
  readonly isMore: (at: number, before: number) => boolean;
}

/** @returns what was marked */
function spread({ width, height }: Pixels, mask: Uint8Array, { from, isMore }: Spreading): number[] {
  const marked: number[] = [];
  const mark = (at: number): void => {
    mask[at] = 1;
    marked.push(at);
  };
  for (const at of from) if (mask[at] === 0) mark(at);
  for (let next = 0; next < marked.length; next++) {
    const at = marked[next] ?? 0;
    const x = at % width;
    if (x > 0 && mask[at - 1] === 0 && isMore(at - 1, at)) mark(at - 1);
    if (x < width - 1 && mask[at + 1] === 0 && isMore(at + 1, at)) mark(at + 1);
    if (at >= width && mask[at - width] === 0 && isMore(at - width, at)) mark(at - width);
    if (at < width * (height - 1) && mask[at + width] === 0 && isMore(at + width, at)) mark(at + width);
  }
  return marked;
}
