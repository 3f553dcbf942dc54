// Masks as people paint them, and shapes to paint with.
import sharp from "sharp";
import type { TestApi } from "./api.ts";
import { put, type Ticket } from "./photos.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

export type Shape = (x: number, y: number) => boolean;

export const circle =
  (centreX: number, centreY: number, radius: number): Shape =>
  (x, y) =>
    Math.hypot(x - centreX, y - centreY) < radius;
export const box =
  (x0: number, y0: number, x1: number, y1: number): Shape =>
  (x, y) =>
    x >= x0 && x < x1 && y >= y0 && y < y1;
export const everywhere: Shape = () => true;

/** A PNG: the shapes as given, transparent elsewhere; white lies over black. */
export function paintMask({ width, height }: Size, { black, white }: { black?: Shape; white?: Shape }): Promise<Buffer> {
  const rgba = Buffer.alloc(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      if (white?.(x, y)) rgba.fill(255, at, at + 4);
      else if (black?.(x, y)) rgba[at + 3] = 255;
    }
  }
  return sharp(rgba, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}

/** As with a thick brush: the outline wanders some pixels to either side of the exact one. */
export async function coarsely(exact: Shape, { width, height }: Size): Promise<Shape> {
  const sharply = Buffer.alloc(width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (exact(x, y)) sharply[y * width + x] = 255;
  const soft = await sharp(sharply, { raw: { width, height, channels: 1 } })
    .blur(5)
    .extractChannel(0)
    .raw()
    .toBuffer();
  return (x, y) => x >= 0 && x < width && (soft[y * width + x] ?? 0) > 128 + 85 * Math.sin(x / 13) * Math.cos(y / 17);
}

const createUploads = `mutation ($input: CreateUploadsInput!) { createUploads(input: $input) { id url headers { name value } } }`;
const completeUploads = `mutation ($ids: [ID!]!) { completeUploads(ids: $ids) { pairs { id } failures { message } } }`;

/** Brings a mask in as a client does. @returns the upload's id, and what completing it answered */
export async function uploadMask(api: TestApi, sku: string, png: Buffer): Promise<{ id: string; completed: unknown }> {
  const input = { sku, files: [{ name: "mask.png", mimeType: "image/png", bytes: png.byteLength, purpose: "MASK" }] };
  const [ticket] = (await api.as()(createUploads, { input })).data.createUploads as Ticket[];
  if (ticket === undefined) throw new Error("no ticket came");
  await put(api, ticket, png);
  return { id: ticket.id, completed: (await api.as()(completeUploads, { ids: [ticket.id] })).data.completeUploads };
}
