// Finds files that are cut short or altered from their container alone: decoders are too forgiving to be relied on for it.
import { crc32 } from "node:zlib";
import type { PhotoFormat } from "./sniff.ts";
import { tiffDamage } from "./tiff-damage.ts";

/** Chunks of a PNG or WebP; stops files made of millions of empty ones, which hold up the process and take libwebp 40 times their size in memory. */
const maxChunks = 100_000;
/** Frames of a WebP; libvips asks libwebp for each by its number, which counts from the first: 50 MB of tiny ones would take a thread for an hour. */
const maxWebpFrames = 1_000;
/** Scans of a JPEG; real ones have a dozen. Each is a walk over the whole picture, for as little as ten bytes: 3,000 in 600 KB took 26 s. */
const maxJpegScans = 100;

/** Bytes of an animation frame before the chunks of its picture. */
const animationFrameHead = 16;

const endMissing = "its end is missing";
const tooManyParts = "it has too many parts";

/** What is wrong with the file's container, in words that follow "The photo is damaged:"; null where nothing is. */
export function findContainerDamage(bytes: Buffer, format: PhotoFormat): string | null {
  if (format === "png") return pngDamage(bytes);
  if (format === "webp") return riffDamage(bytes);
  if (format === "jpeg") return jpegDamage(bytes);
  if (format === "gif") return gifDamage(bytes);
  return format === "tiff" ? tiffDamage(bytes) : boxDamage(bytes);
}

/** Every chunk must be whole and its checksum right, up to IEND. https://www.w3.org/TR/png-3/#5Chunk-layout */
function pngDamage(bytes: Buffer): string | null {
  let at = 8;
  for (let count = 0; count < maxChunks; count++) {
    if (at + 12 > bytes.length) return endMissing;
    const length = bytes.readUInt32BE(at);
    const end = at + 8 + length;
    if (end + 4 > bytes.length) return endMissing;
    if (crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end)) return "a checksum is wrong";
    if (bytes.toString("latin1", at + 4, at + 8) === "IEND") return null;
    at = end + 4;
  }
  return tooManyParts;
}

/**
 * Any end will do: cameras and mail programs leave things behind it. Scans are counted as libjpeg comes upon them, so that those of a thumbnail in
 * the head do not count, nor what follows the end. ITU-T T.81, B.1.1
 */
function jpegDamage(bytes: Buffer): string | null {
  if (bytes.lastIndexOf(Buffer.of(0xff, marker.end)) < 0) return endMissing;
  let scans = 0;
  for (let at = 2; at >= 0 && at + 4 <= bytes.length; ) {
    const kind = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff) at = bytes.indexOf(0xff, at);
    else if (kind === 0xff) at++;
    else if (isBare(kind)) at += 2;
    else if (kind === marker.end) return null;
    else {
      if (kind === marker.scan) scans++;
      if (scans > maxJpegScans) return tooManyParts;
      at += 2 + Math.max(2, bytes.readUInt16BE(at + 2));
    }
  }
  return null;
}

const marker = { end: 0xd9, scan: 0xda } as const;

/**
 * Without a length behind it: a stuffed zero, a restart, the start; and all below the frames' markers, which libjpeg passes over where it looks for
 * a restart.
 */
const isBare = (kind: number): boolean => kind < 0xc0 || (kind >= 0xd0 && kind <= 0xd8);

/**
 * The length in the RIFF header must be there; a chunk that runs out of it is the decoder's to judge, for it may be one that nobody needs.
 * https://developers.google.com/speed/webp/docs/riff_container
 */
function riffDamage(bytes: Buffer): string | null {
  const end = bytes.readUInt32LE(4) + 8;
  if (end > bytes.length) return endMissing;
  let frames = 0;
  let at = 12;
  for (let count = 0; at + 8 <= end; count++) {
    const isFrame = bytes.toString("latin1", at, at + 4) === "ANMF";
    if (isFrame) frames++;
    if (frames > maxWebpFrames || count === maxChunks) return tooManyParts;
    // A frame is gone into behind its own head: what is no picture there, another frame too, libwebp takes as if the frame had ended before it.
    const length = isFrame ? animationFrameHead : bytes.readUInt32LE(at + 4);
    at += 8 + length + (length % 2);
  }
  return null;
}

/** Only the first frame is used, so a trailer anywhere after it will do; a file without any was cut short. */
function gifDamage(bytes: Buffer): string | null {
  return bytes.includes(0x3b, 13) ? null : endMissing;
}

/** The top-level boxes must fill the file, up to the one that holds the pixels; what follows is not looked at. ISO/IEC 14496-12, 4.2 */
function boxDamage(bytes: Buffer): string | null {
  const seen = new Set<string>();
  let at = 0;
  while (at + 8 <= bytes.length && !(seen.has("meta") && seen.has("mdat"))) {
    const short = bytes.readUInt32BE(at);
    if (short === 0) return null;
    if (short === 1 && at + 16 > bytes.length) return endMissing;
    const length = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short;
    if (length < 8) return "its parts have impossible lengths";
    if (at + length > bytes.length) return endMissing;
    seen.add(bytes.toString("latin1", at + 4, at + 8));
    at += length;
  }
  return null;
}
