// Background: paints behind a product that stands free, its own soft edge and shadow kept.
import { badUserInput } from "../../errors.ts";
import { type BackgroundKind, backgroundKinds, type Picture } from "../picture.ts";
import { type Color, parseColor } from "./canvas.ts";
import type { Background } from "./operation.ts";

const colorCounts: Readonly<Record<BackgroundKind, number>> = { KEEP: 0, TRANSPARENT: 0, COLOR: 1, GRADIENT: 2 };
/** Share of clear pixels from which a picture's own transparency is taken for the cut-out. */
const clearShare = 0.02;

/** @throws UserError BAD_USER_INPUT naming the field at fault. */
export function parseBackground(field: string, given: { kind: BackgroundKind; colors?: readonly string[] | null | undefined }): Background {
  const { kind } = given;
  const colors = given.colors ?? [];
  if (!backgroundKinds.includes(kind)) {
    throw badUserInput(`Expected ${field}.kind to be one of ${backgroundKinds.join(", ")} but received ${String(kind)}.`);
  }
  const count = colorCounts[kind];
  if (colors.length !== count) {
    const wanted = count === 0 ? "none" : count === 1 ? "one" : "two (top, bottom)";
    throw badUserInput(`Expected ${field}.colors to hold ${wanted} but received ${colors.length}: ${kind} takes ${wanted}.`);
  }
  for (const [index, color] of colors.entries()) {
    if (parseColor(color) === null) {
      throw badUserInput(
        `Expected ${field}.colors[${index}] as #rgb or #rrggbb but received ${JSON.stringify(color.slice(0, 40))}: colours are CSS hex.`,
      );
    }
  }
  return { kind, colors: [...colors] };
}

/** Whether the picture's own alpha already says what is product. */
export function isCutOut(picture: Picture): boolean {
  if (picture.channels === 3) return false;
  let clear = 0;
  for (let at = 3; at < picture.data.length; at += 4) if (picture.data[at]! < 8) clear++;
  return clear > clearShare * picture.width * picture.height;
}

/** Paints behind the picture's own alpha; KEEP and TRANSPARENT leave it as it is, and so does a picture without alpha. */
export async function background(picture: Picture, { kind, colors }: Background): Promise<Picture> {
  if (kind === "KEEP" || kind === "TRANSPARENT" || picture.channels === 3) return picture;
  const [top, bottom] = [parseColor(colors[0]!)!, parseColor(colors.at(-1)!)!];
  const { width, height } = picture;
  const data = Buffer.allocUnsafeSlow(width * height * 3);
  for (let y = 0; y < height; y++) {
    const behind = mix(top, bottom, height > 1 ? y / (height - 1) : 0);
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 4;
      const to = (y * width + x) * 3;
      const share = picture.data[from + 3]! / 255;
      for (let channel = 0; channel < 3; channel++) {
        data[to + channel] = Math.round(picture.data[from + channel]! * share + behind[channel]! * (1 - share));
      }
    }
  }
  return { data, width, height, channels: 3 };
}

const mix = (from: Color, to: Color, share: number): Color => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
];
