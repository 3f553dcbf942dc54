// Two cut-out products laid over each other: planes to compare, and the place, size and shift at which they cover each other best.
import type { Picture } from "../../images/picture.ts";
import { boxMean } from "../studio/planes.ts";

/** Pixels of the side of the copies that are laid over each other by trial. */
const trialSide = 64;
/** Factors and pixels of the trial copies: a shadow or a thread that was cut out with a product moves its box by so much. */
const scales = [0.92, 0.94, 0.96, 0.98, 1, 1.02, 1.04, 1.06, 1.08];
const reach = 3;
/** Pixels of the windows whose means are taken off and smoothed by, so that what is left is no shading and no grain. */
const coarse = 8;
const smooth = 1;

/** Levels: below it, colour is mostly noise. */
const darkest = 32;

/** Keeps divisions finite where a window holds nothing of the product. */
const tiny = 1e-4;

/** Square planes, one value a pixel. */
export interface Layer {
  readonly side: number;
  /** 0 to 1. */
  readonly alpha: Float32Array;
  /** Levels, 0 to 255. */
  readonly luma: Float32Array;
  /** How much bluer, and redder, than grey, as a share of luma: whether in light or in shade. */
  readonly blue: Float32Array;
  readonly red: Float32Array;
  /** Levels of luma about the mean nearby: edges, prints, seams. */
  readonly fine: Float32Array;
}

export function layersOf({ data, width }: Picture): Layer {
  const count = width * width;
  const [alpha, luma, blue, red] = [0, 1, 2, 3].map(() => new Float32Array(count)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (let at = 0; at < count; at++) {
    const [r, g, b] = [data[at * 4]!, data[at * 4 + 1]!, data[at * 4 + 2]!];
    alpha[at] = data[at * 4 + 3]! / 255;
    const light = 0.299 * r + 0.587 * g + 0.114 * b;
    luma[at] = light;
    blue[at] = (b - light) / (light + darkest);
    red[at] = (r - light) / (light + darkest);
  }
  return withFine({ side: width, alpha, luma, blue, red });
}

function withFine(layer: Omit<Layer, "fine">): Layer {
  const { side, alpha, luma } = layer;
  const around = meanWithin(luma, alpha, { side, radius: coarse });
  const near = meanWithin(luma, alpha, { side, radius: smooth });
  return { ...layer, fine: near.map((value, at) => (alpha[at]! > 0.5 ? value - around[at]! : 0)) };
}

/** Means over windows, of the product's pixels alone. */
function meanWithin(plane: Float32Array, alpha: Float32Array, { side, radius }: { side: number; radius: number }): Float32Array {
  const shape = { width: side, height: side, radius };
  const scratch = new Float32Array(plane.length);
  const mean = plane.map((value, at) => value * alpha[at]!);
  boxMean(mean, mean, scratch, shape);
  const share = alpha.slice();
  boxMean(share, share, scratch, shape);
  return mean.map((value, at) => (share[at]! < tiny ? 0 : value / share[at]!));
}

interface Place {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** `layer` moved and scaled, about the centre, to where its outline covers that of `onto` best. */
export function register(layer: Layer, onto: Layer): Layer {
  const [moving, fixed] = [shrunk(layer), shrunk(onto)];
  let best: Place & { overlap: number } = { scale: 1, x: 0, y: 0, overlap: -1 };
  for (const scale of scales) {
    for (let y = -reach; y <= reach; y++) {
      for (let x = -reach; x <= reach; x++) {
        const overlap = overlapAt(moving, fixed, { scale, x, y });
        if (overlap > best.overlap) best = { scale, x, y, overlap };
      }
    }
  }
  const ratio = layer.side / trialSide;
  const place = { scale: best.scale, x: best.x * ratio, y: best.y * ratio };
  const moved = (plane: Float32Array): Float32Array => sample(plane, layer.side, place);
  return withFine({ side: layer.side, alpha: moved(layer.alpha), luma: moved(layer.luma), blue: moved(layer.blue), red: moved(layer.red) });
}

/** The outline as means of whole cells: `side` is a multiple of the trial's. */
function shrunk({ alpha, side }: Layer): Float32Array {
  const cell = side / trialSide;
  const small = new Float32Array(trialSide * trialSide);
  for (let at = 0; at < alpha.length; at++) {
    const x = Math.floor((at % side) / cell);
    const y = Math.floor(Math.floor(at / side) / cell);
    small[y * trialSide + x]! += alpha[at]! / (cell * cell);
  }
  return small;
}

function overlapAt(moving: Float32Array, fixed: Float32Array, place: Place): number {
  const moved = sample(moving, trialSide, place);
  let both = 0;
  let either = 0;
  for (let at = 0; at < fixed.length; at++) {
    both += Math.min(fixed[at]!, moved[at]!);
    either += Math.max(fixed[at]!, moved[at]!);
  }
  return either === 0 ? 0 : both / either;
}

/** Bilinear; 0 beyond the plane. */
function sample(plane: Float32Array, side: number, { scale, x: right, y: down }: Place): Float32Array {
  const target = new Float32Array(plane.length);
  const centre = (side - 1) / 2;
  for (let y = 0; y < side; y++) {
    const v = (y - centre - down) / scale + centre;
    const top = Math.floor(v);
    for (let x = 0; x < side; x++) {
      const u = (x - centre - right) / scale + centre;
      const left = Math.floor(u);
      if (left < 0 || top < 0 || left + 1 >= side || top + 1 >= side) continue;
      const at = top * side + left;
      const upper = plane[at]! * (left + 1 - u) + plane[at + 1]! * (u - left);
      const lower = plane[at + side]! * (left + 1 - u) + plane[at + side + 1]! * (u - left);
      target[y * side + x] = upper * (top + 1 - v) + lower * (v - top);
    }
  }
  return target;
}
