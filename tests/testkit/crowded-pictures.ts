// Pictures of more parts than decoders were thought for: small files that would hold up a thread, or fill memory, by counting alone.
import sharp from "sharp";

const latin = (text: string): Buffer => Buffer.from(text, "latin1");
const little = (value: number, bytes: number): Buffer => {
  const written = Buffer.alloc(bytes);
  written.writeUIntLE(value, 0, bytes);
  return written;
};
const times = (count: number, part: Buffer): Buffer => Buffer.alloc(count * part.length, part);

const chunk = (kind: string, ...body: readonly Buffer[]): Buffer => {
  const length = body.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([latin(kind), little(length, 4), ...body, Buffer.alloc(length % 2)]);
};

export interface WebpParts {
  readonly frames?: number;
  /** Of these, all but the first stand within the first. */
  readonly isNested?: boolean;
  /** Empty chunks of a kind that nobody knows. */
  readonly unknownChunks?: number;
}

/** Of one pixel, moving. */
export async function crowdedWebp({ frames = 1, isNested = false, unknownChunks = 0 }: WebpParts): Promise<Buffer> {
  const dot = await sharp({ create: { width: 1, height: 1, channels: 3, background: "#ffffff" } })
    .webp({ lossless: true })
    .toBuffer();
  // Place, size less one, milliseconds, flags; then the picture's own chunk. https://developers.google.com/speed/webp/docs/riff_container
  const body = Buffer.concat([Buffer.alloc(12), little(10, 3), Buffer.alloc(1), dot.subarray(12)]);
  const frame = chunk("ANMF", body);
  const all = isNested ? chunk("ANMF", body, times(frames - 1, frame)) : times(frames, frame);
  const head = [chunk("VP8X", little(2, 4), Buffer.alloc(6)), chunk("ANIM", Buffer.alloc(6))];
  return chunk("RIFF", latin("WEBP"), ...head, all, times(unknownChunks, chunk("none")));
}

export interface JpegParts {
  readonly scans: number;
  /** Pixels. */
  readonly side?: number;
  /** Put before the frame, behind a marker and its length. */
  readonly extra?: Buffer;
}

const big = (value: number): Buffer => Buffer.of(value >> 8, value & 255);
const segment = (marker: number, ...body: readonly Buffer[]): Buffer => {
  const all = Buffer.concat(body);
  return Buffer.concat([Buffer.of(0xff, marker), big(all.length + 2), all]);
};

/** Progressive, grey and even; each scan tells all blocks, in runs of 16,384 but for the first. ITU-T T.81, B.2 and G.1 */
export function crowdedJpeg({ scans, side = 16, extra = Buffer.alloc(0) }: JpegParts): Buffer {
  const blocks = Math.ceil(side / 8) ** 2;
  const quantities = segment(0xdb, Buffer.of(0), Buffer.alloc(64, 1));
  const frame = segment(0xc2, Buffer.of(8), big(side), big(side), Buffer.of(1, 1, 0x11, 0));
  // One code of one bit each: "as before" for the first coefficient, "nothing in the next 2^14 blocks and as many as 14 bits say" for the others.
  const codes = [0x00, 0x10].map((table) => segment(0xc4, Buffer.of(table, 1), Buffer.alloc(15), Buffer.of(table === 0 ? 0 : 0xe0)));
  const first = [segment(0xda, Buffer.of(1, 1, 0, 0, 0, 0)), Buffer.alloc(Math.ceil(blocks / 8))];
  const runs = Buffer.alloc(Math.ceil((Math.ceil(blocks / 2 ** 14) * 15) / 8));
  const other = Buffer.concat([segment(0xda, Buffer.of(1, 1, 0, 1, 63, 0)), runs]);
  const head = [Buffer.of(0xff, 0xd8), extra, quantities, frame, ...codes];
  return Buffer.concat([...head, ...first, times(scans - 1, other), Buffer.of(0xff, 0xd9)]);
}

/** Of four pixels a side, all pages of the same pixels. @param ring the last page is followed by the first */
export function crowdedTiff(pages: number, ring = false): Buffer {
  const pixelsAt = 8;
  const tags = [
    [256, 4],
    [257, 4],
    [258, 8],
    [259, 1],
    [262, 1],
    [273, pixelsAt],
    [277, 1],
    [278, 4],
    [279, 16],
  ] as const;
  const entries = Buffer.concat(tags.map(([tag, value]) => Buffer.concat([little(tag, 2), little(4, 2), little(1, 4), little(value, 4)])));
  const page = Buffer.concat([little(tags.length, 2), entries, Buffer.alloc(4)]);
  const firstAt = pixelsAt + 16;
  const all = times(pages, page);
  for (let number = 1; number < pages; number++) all.writeUInt32LE(firstAt + number * page.length, number * page.length - 4);
  if (ring) all.writeUInt32LE(firstAt, all.length - 4);
  return Buffer.concat([latin("II*\0"), little(firstAt, 4), Buffer.alloc(16), all]);
}
