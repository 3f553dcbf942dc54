// Photos that come already cut out: their own transparency is the matte, and no network is asked.
import type { Picture } from "../../images/picture.ts";
import type { Cutout } from "./matte.ts";
import { resizePlane } from "./planes.ts";

/** Share of clear pixels above which a photo's transparency is meant as a cut-out. */
const clearShare = 0.02;
/** Pixels on the longer side of the labels that the confidence is judged by. */
const labelSide = 256;

export function isCutOutAlready(probe: Picture): boolean {
  if (probe.channels !== 4) return false;
  let clear = 0;
  for (let at = 3; at < probe.data.length; at += 4) if (probe.data[at]! < 8) clear++;
  return clear > clearShare * probe.width * probe.height;
}

/** Alpha of an RGBA picture, 0 to 1. */
export function alphaPlane(picture: Picture): Float32Array {
  const plane = new Float32Array(picture.width * picture.height);
  for (let at = 0; at < plane.length; at++) plane[at] = picture.data[at * 4 + 3]! / 255;
  return plane;
}

export function takeOwnAlpha(picture: Picture): Cutout {
  const { width, height } = picture;
  const colors = Buffer.allocUnsafeSlow(width * height * 3);
  const alpha = Buffer.allocUnsafeSlow(width * height);
  for (let at = 0; at < alpha.length; at++) {
    colors[at * 3] = picture.data[at * 4]!;
    colors[at * 3 + 1] = picture.data[at * 4 + 1]!;
    colors[at * 3 + 2] = picture.data[at * 4 + 2]!;
    alpha[at] = picture.data[at * 4 + 3]!;
  }
  const scale = Math.min(1, labelSide / Math.max(width, height));
  const labelSize = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  return { width, height, colors, alpha, labels: resizePlane(alphaPlane(picture), picture, labelSize), labelSize, edgeSupport: 1 };
}
