// Resize: CONTAIN keeps the whole picture and pads it, COVER fills the size and trims, INSIDE keeps the ratio and takes no more than the size.
import { badUserInput } from "../../errors.ts";
import { fromPicture, pictureOf } from "../decode.ts";
import type { Picture } from "../picture.ts";
import { maxOutputSide } from "../presets.ts";
import { roomColor } from "./canvas.ts";
import { type Frame, scaleFrame, shiftFrame } from "./frame.ts";
import { expectBetween, type Fit, fits, type Resize } from "./operation.ts";

const why = "that is what marketplaces take.";

/** @throws UserError BAD_USER_INPUT naming the field at fault. */
export function parseResize(
  field: string,
  { width, height, fit }: { width: number; height: number; fit?: Fit | null | undefined },
): Resize {
  const range = { least: 1, most: maxOutputSide, unit: "pixels", why };
  expectBetween(`${field}.width`, width, range);
  expectBetween(`${field}.height`, height, range);
  const wanted = fit ?? "CONTAIN";
  if (!fits.includes(wanted)) throw badUserInput(`Expected ${field}.fit to be one of ${fits.join(", ")} but received ${String(fit)}.`);
  return { width: Math.round(width), height: Math.round(height), fit: wanted };
}

export async function resize(picture: Picture, params: Resize): Promise<Picture> {
  const { scaled, left, top, canvas } = layout(picture, params);
  const isSame = scaled.width === picture.width && scaled.height === picture.height;
  const pixels = isSame ? picture : await scaleTo(picture, scaled);
  if (scaled.width === canvas.width && scaled.height === canvas.height) return pixels;
  // A canvas is never larger on one side and smaller on the other: it pads (CONTAIN) or trims (COVER).
  const placed =
    params.fit === "COVER"
      ? fromPicture(pixels).extract({ left: -left, top: -top, ...canvas })
      : fromPicture(pixels).extend({
          left,
          top,
          right: canvas.width - scaled.width - left,
          bottom: canvas.height - scaled.height - top,
          background: roomColor(pixels),
        });
  const { data, info } = await placed.raw().toBuffer({ resolveWithObject: true });
  return pictureOf(data, info);
}

export function resizeFrame(frame: Frame, picture: Picture, params: Resize): Frame {
  const { scaled, left, top } = layout(picture, params);
  const scaledFrame = scaleFrame(frame, { across: scaled.width / picture.width, down: scaled.height / picture.height });
  return shiftFrame(scaledFrame, { left: -left, top: -top });
}

/** Whether pixels are enlarged. */
export function enlarges(picture: Picture, params: Resize): boolean {
  const { scaled } = layout(picture, params);
  return scaled.width > picture.width || scaled.height > picture.height;
}

interface Layout {
  readonly scaled: { width: number; height: number };
  /** Where the scaled picture's left top corner goes in the canvas, pixels; negative where it is trimmed. */
  readonly left: number;
  readonly top: number;
  readonly canvas: { width: number; height: number };
}

function layout(picture: Picture, { width, height, fit }: Resize): Layout {
  const across = width / picture.width;
  const down = height / picture.height;
  const scale = fit === "COVER" ? Math.max(across, down) : Math.min(across, down);
  const side = (pixels: number, asked: number): number => {
    const exact = Math.max(1, Math.round(pixels * scale));
    return fit === "COVER" ? Math.max(asked, exact) : Math.min(asked, exact);
  };
  const scaled = { width: side(picture.width, width), height: side(picture.height, height) };
  const canvas = fit === "INSIDE" ? scaled : { width, height };
  return { scaled, canvas, left: Math.floor((canvas.width - scaled.width) / 2), top: Math.floor((canvas.height - scaled.height) / 2) };
}

async function scaleTo(picture: Picture, size: { width: number; height: number }): Promise<Picture> {
  const scaled = fromPicture(picture).resize(size.width, size.height, { fit: "fill", kernel: "lanczos3" });
  const { data, info } = await scaled.raw().toBuffer({ resolveWithObject: true });
  return pictureOf(data, info);
}
