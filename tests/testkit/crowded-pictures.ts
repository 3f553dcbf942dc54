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
