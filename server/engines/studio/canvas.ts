// Paints the result: background, shadow, product, row by row into one buffer.
import type { OutputSpec, Picture, Recipe } from "../../images/picture.ts";
import type { Size } from "./planes.ts";
import { castShadow, type Rest, shadowRows } from "./shadow.ts";

/** The product at its final size: RGB and alpha bytes, and where its left top corner goes, pixels. */
export interface Piece extends Size {
  readonly colors: Buffer;
  readonly alpha: Buffer;
  readonly left: number;
  readonly top: number;
}

type Color = readonly [red: number, green: number, blue: number];
const white: Color = [255, 255, 255];

/** `#rgb` or `#rrggbb`; anything else is white. */
export function parseColor(text: string | undefined): Color {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text ?? "")?.[1];
  if (hex === undefined) return white;
  const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex;
  const channel = (at: number): number => Number.parseInt(full.slice(at, at + 2), 16);
  return [channel(0), channel(2), channel(4)];
}

export interface Stage {
  readonly output: OutputSpec;
  readonly recipe: Recipe;
  /** 0 (none) to 1. */
  readonly shadow: number;
  readonly rest: Rest;
}

export function paint(piece: Piece, scene: Stage): Picture {
  const { output, recipe } = scene;
  const channels = recipe.background === "TRANSPARENT" ? 4 : 3;
  const canvas = { width: output.width, height: output.height };
  const data = Buffer.allocUnsafeSlow(canvas.width * canvas.height * channels);
  const shade =
    scene.shadow > 0
      ? shadowRows(
          castShadow({
            alpha: piece.alpha,
            alphaSize: piece,
            left: piece.left,
            top: piece.top,
            canvas,
            strength: scene.shadow,
            rest: scene.rest,
          }),
          canvas,
        )
      : null;
  const colorAt = backgroundOf(recipe, canvas.height);
  for (let y = 0; y < canvas.height; y++) {
    const row = { data, start: y * canvas.width * channels, width: canvas.width, darkness: shade?.(y) ?? null };
    if (channels === 4) {
      paintClearRow(row, y);
      layOverClear(piece, row, y);
    } else {
      paintRow(row, colorAt(y), { y, isGradient: recipe.background === "GRADIENT" });
      layOver(piece, row, y);
    }
  }
  return { data, ...canvas, channels };
}

interface Row {
  readonly data: Buffer;
  readonly start: number;
  readonly width: number;
  readonly darkness: Float32Array | null;
}

function backgroundOf({ background, colors }: Recipe, height: number): (y: number) => Color {
  const top = parseColor(colors[0]);
  if (background !== "GRADIENT") return () => top;
  const bottom = parseColor(colors[1] ?? colors[0]);
  return (y) => {
    const share = height > 1 ? y / (height - 1) : 0;
    return [top[0] + (bottom[0] - top[0]) * share, top[1] + (bottom[1] - top[1]) * share, top[2] + (bottom[2] - top[2]) * share];
  };
}

/** Where neighbours differ by less than a byte, steps between two are hidden by grain; a plain colour stays exact. */
function paintRow({ data, start, width, darkness }: Row, [red, green, blue]: Color, at: { y: number; isGradient: boolean }): void {
  for (let x = 0, to = start; x < width; x++, to += 3) {
    const light = darkness === null ? 1 : 1 - darkness[x]!;
    const rounding = light < 1 || at.isGradient ? grainAt(x, at.y) : 0.5;
    data[to] = red * light + rounding;
    data[to + 1] = green * light + rounding;
    data[to + 2] = blue * light + rounding;
  }
}

/** Evenly spread from 0 to below 1, unlike its neighbours, without a pattern (interleaved gradient noise: Jimenez 2014). */
function grainAt(x: number, y: number): number {
  const fold = 0.06711056 * x + 0.00583715 * y;
  const wide = 52.9829189 * (fold - Math.floor(fold));
  return wide - Math.floor(wide);
}

function paintClearRow({ data, start, width, darkness }: Row, y: number): void {
  for (let x = 0, at = start; x < width; x++, at += 4) {
    data[at] = 0;
    data[at + 1] = 0;
    data[at + 2] = 0;
    data[at + 3] = darkness === null || darkness[x] === 0 ? 0 : darkness[x]! * 255 + grainAt(x, y);
  }
}

function layOver(piece: Piece, { data, start, width }: Row, y: number): void {
  const line = y - piece.top;
  if (line < 0 || line >= piece.height) return;
  const from = Math.max(0, -piece.left);
  const to = Math.min(piece.width, width - piece.left);
  for (let x = from; x < to; x++) {
    const source = line * piece.width + x;
    const share = piece.alpha[source]! / 255;
    if (share === 0) continue;
    const at = start + (piece.left + x) * 3;
    for (let channel = 0; channel < 3; channel++) {
      data[at + channel] = piece.colors[source * 3 + channel]! * share + data[at + channel]! * (1 - share) + 0.5;
    }
  }
}

/** Over black of the shadow's alpha, kept straight (not premultiplied). */
function layOverClear(piece: Piece, { data, start, width }: Row, y: number): void {
  const line = y - piece.top;
  if (line < 0 || line >= piece.height) return;
  const from = Math.max(0, -piece.left);
  const to = Math.min(piece.width, width - piece.left);
  for (let x = from; x < to; x++) {
    const source = line * piece.width + x;
    const share = piece.alpha[source]! / 255;
    if (share === 0) continue;
    const at = start + (piece.left + x) * 4;
    const total = share + (data[at + 3]! / 255) * (1 - share);
    for (let channel = 0; channel < 3; channel++) data[at + channel] = (piece.colors[source * 3 + channel]! * share) / total + 0.5;
    data[at + 3] = total * 255 + 0.5;
  }
}
