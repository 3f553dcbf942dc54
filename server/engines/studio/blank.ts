// Photos in which there is nothing to find, told before the network is asked: on such it answers by chance.
import { fromPicture } from "../../images/decode.ts";
import type { Picture } from "../../images/picture.ts";
import { say } from "../../say.ts";
import type { Size } from "./planes.ts";

/** Pixels of the shorter side, below which no product can be told from its background. */
const minSide = 16;
/** Alpha below which a pixel shows nothing. */
const clearBelow = 8;
/** Side of the grid of mean colours in which evenness is judged: coarse enough that grain averages out. */
const gridSide = 64;
/** Levels that a cell may differ from evenly falling light; the palest product on paper of its own colour differs by more. */
const evenWithin = 6;
/** Side of the grid in which grain is told from things. */
const grainGridSide = 16;
/** Share of the photo's contrast that is left in that grid, below which it shows grain alone: of photos of products half is left and more. */
const grainShare = 0.03;

/** Why nothing can be found, with what to do; null where something may be. @param size of the whole photo. @param probe a smaller copy. */
export async function whyBlank(size: Size, probe: Picture): Promise<string | null> {
  if (Math.min(size.width, size.height) < minSide) {
    return say("NO_PRODUCT_TOO_SMALL", size);
  }
  const clear = countClear(probe);
  if (clear === probe.width * probe.height) {
    return say("NO_PRODUCT_CLEAR");
  }
  // What is left of a cut-out may well be of one colour.
  if (clear > 0) return null;
  if (await isEven(probe)) return say("NO_PRODUCT_EVEN");
  return (await isGrain(probe)) ? say("NO_PRODUCT_GRAIN") : null;
}

function countClear({ data, channels }: Picture): number {
  if (channels === 3) return 0;
  let clear = 0;
  for (let at = 3; at < data.length; at += 4) if (data[at]! < clearBelow) clear++;
  return clear;
}

/** Whether all of it is one colour under light that falls off evenly: a plane and a bowl, fitted to each channel. */
async function isEven(probe: Picture): Promise<boolean> {
  const grid = await gridOf(probe, gridSide);
  for (let channel = 0; channel < 3; channel++) {
    const left = Float64Array.from({ length: gridSide * gridSide }, (_, cell) => grid[cell * 3 + channel]!);
    for (const shape of evenShapes) takeOut(left, shape);
    if (left.some((level) => Math.abs(level) > evenWithin)) return false;
  }
  return true;
}

/** Whether all contrast is gone once neighbours are averaged. */
async function isGrain(probe: Picture): Promise<boolean> {
  const whole = varianceOf(probe.data, probe.channels);
  return varianceOf(await gridOf(probe, grainGridSide), 3) < grainShare * whole;
}

/** Of the green channel, the nearest to what an eye sees of light. */
function varianceOf(data: Buffer, channels: number): number {
  let sum = 0;
  let squares = 0;
  for (let at = 1; at < data.length; at += channels) {
    sum += data[at]!;
    squares += data[at]! * data[at]!;
  }
  const count = data.length / channels;
  return squares / count - (sum / count) ** 2;
}

/** Mean colours of the cells that a grid of so many cells a side cuts the picture into. */
const gridOf = (probe: Picture, side: number): Promise<Buffer> =>
  fromPicture(probe).removeAlpha().resize(side, side, { fit: "fill", kernel: "cubic" }).raw().toBuffer();

/** Orthogonal on a full grid, so that they can be taken out one after the other. */
const evenShapes: readonly Float64Array[] = (() => {
  const steps = Array.from({ length: gridSide }, (_, step) => ((step + 0.5) / gridSide) * 2 - 1);
  const mean = steps.reduce((sum, step) => sum + step * step, 0) / gridSide;
  const shape = (valueAt: (x: number, y: number) => number): Float64Array =>
    Float64Array.from({ length: gridSide * gridSide }, (_, cell) => valueAt(steps[cell % gridSide]!, steps[Math.floor(cell / gridSide)]!));
  return [
    shape(() => 1),
    shape((x) => x),
    shape((_, y) => y),
    shape((x, y) => x * y),
    shape((x) => x * x - mean),
    shape((_, y) => y * y - mean),
  ];
})();

function takeOut(levels: Float64Array, shape: Float64Array): void {
  let together = 0;
  let own = 0;
  for (let cell = 0; cell < levels.length; cell++) {
    together += levels[cell]! * shape[cell]!;
    own += shape[cell]! * shape[cell]!;
  }
  for (let cell = 0; cell < levels.length; cell++) levels[cell]! -= (together / own) * shape[cell]!;
}
