// Which pixels of a finished picture are its plain white ground, its soft shadow included: enough to show another ground at once.
// What the server paints comes from the cut-out itself.

export interface Pixels {
  /** RGBA, a byte each. */
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** `clear`: the picture stands free, and shows whatever lies behind it. `unknown`: its ground is not white. */
export type FoundGround = { readonly kind: "clear" | "unknown" } | { readonly kind: "white"; readonly mask: Uint8Array };

/** A ground is white where the darkest channel is at least this, of 255. */
const whiteFrom = 240;
/** Share of the border that must be so. */
const borderShare = 0.9;
/** Alpha, of 255, up to which a pixel counts as clear. */
const clearUpTo = 8;
/** A shadow is at least so light, of 255, */
const shadowFrom = 120;
/** so grey (difference between its channels), */
const shadowChroma = 12;
/** and changes by so little from pixel to pixel: an outline changes by more. */
const shadowStep = 7;

export function findGround(pixels: Pixels): FoundGround {
  const { width, height } = pixels;
  const border = borderOf(width, height);
  const share = (fits: (at: number) => boolean): number => border.filter(fits).length / Math.max(1, border.length);
  const { data } = pixels;
  if (share((at) => (data[at * 4 + 3] ?? 255) <= clearUpTo) >= borderShare) return { kind: "clear" };
  if (share((at) => darkest(data, at) >= whiteFrom) < borderShare) return { kind: "unknown" };
  return { kind: "white", mask: flood(pixels, border) };
}

function borderOf(width: number, height: number): number[] {
  const found: number[] = [];
  for (let x = 0; x < width; x++) found.push(x, (height - 1) * width + x);
  for (let y = 1; y < height - 1; y++) found.push(y * width, y * width + width - 1);
  return found;
}

const darkest = (data: Pixels["data"], at: number): number => Math.min(data[at * 4] ?? 0, data[at * 4 + 1] ?? 0, data[at * 4 + 2] ?? 0);
const lightest = (data: Pixels["data"], at: number): number => Math.max(data[at * 4] ?? 0, data[at * 4 + 1] ?? 0, data[at * 4 + 2] ?? 0);

/** From the border inward, over all that is white or fades softly from it. */
function flood({ data, width, height }: Pixels, border: readonly number[]): Uint8Array {
  const mask = new Uint8Array(width * height);
  const queue = new Uint32Array(width * height);
  let end = 0;
  const add = (at: number): void => {
    if (mask[at] === 1) return;
    mask[at] = 1;
    queue[end++] = at;
  };
  for (const at of border) if (darkest(data, at) >= whiteFrom) add(at);
  for (let next = 0; next < end; next++) {
    const at = queue[next] ?? 0;
    const level = darkest(data, at);
    const x = at % width;
    for (const [neighbour, isThere] of [
      [at - 1, x > 0],
      [at + 1, x < width - 1],
      [at - width, at >= width],
      [at + width, at < width * (height - 1)],
    ] as const) {
      if (!isThere || mask[neighbour] === 1) continue;
      const dark = darkest(data, neighbour);
      const isShade = dark >= shadowFrom && lightest(data, neighbour) - dark <= shadowChroma && Math.abs(dark - level) <= shadowStep;
      if (dark >= whiteFrom || isShade) add(neighbour);
    }
  }
  return mask;
}
