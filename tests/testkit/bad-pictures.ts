// Pictures that no camera made: cut, altered, lying about their size, or built to keep a decoder busy. All made here, the same at every call.
import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { crowdedJpeg, crowdedTiff, crowdedWebp } from "./crowded-pictures.ts";
import { grain, mug, withProfile } from "./odd-photos.ts";

export interface BadPicture {
  readonly name: string;
  readonly bytes: Buffer;
}

const side = 160;
const photo = () => sharp(mug).resize(side, side);

const bases: readonly (readonly [format: string, make: () => Promise<Buffer>])[] = [
  ["jpeg", () => photo().jpeg({ quality: 85 }).toBuffer()],
  ["progressive jpeg", () => photo().jpeg({ progressive: true }).toBuffer()],
  ["png", () => photo().png().toBuffer()],
  ["interlaced png", () => photo().png({ progressive: true, palette: true }).toBuffer()],
  ["webp", () => photo().webp().toBuffer()],
  ["lossless webp", () => photo().webp({ lossless: true }).toBuffer()],
  ["avif", () => photo().avif({ effort: 0 }).toBuffer()],
  ["tiff", () => photo().tiff({ compression: "lzw" }).toBuffer()],
  ["gif", () => photo().gif({ effort: 1 }).toBuffer()],
];

/** What is done to each format alike. */
const harms: readonly (readonly [harm: string, apply: (bytes: Buffer) => Buffer])[] = [
  ["its head alone", (bytes) => bytes.subarray(0, 40)],
  ["cut in the middle", (bytes) => bytes.subarray(0, bytes.length >> 1)],
  ["zeros in its middle", (bytes) => patched(bytes, bytes.length >> 2, Buffer.alloc(bytes.length >> 2))],
  ["bits turned all over", flipped],
  ["its second half twice", (bytes) => Buffer.concat([bytes, bytes.subarray(bytes.length >> 1)])],
  ["noise behind its head", (bytes) => Buffer.concat([bytes.subarray(0, 32), noise(4_000)])],
];

function patched(bytes: Buffer, at: number, patch: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  patch.copy(copy, at);
  return copy;
}

function* numbers(): Generator<number, never> {
  for (let state = 7; ; ) {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    yield state >> 8;
  }
}

function noise(length: number): Buffer {
  const next = numbers();
  return Buffer.from(Array.from({ length }, () => next.next().value & 255));
}

/** One bit in some two hundred bytes, past the first sixteen. */
function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const next = numbers();
  for (let at = 16; at < copy.length; at += 50 + (next.next().value % 300)) copy[at] = (copy[at] ?? 0) ^ (1 << (next.next().value & 7));
  return copy;
}

const u16 = (value: number): Buffer => Buffer.of(value >> 8, value & 255);
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const latin = (text: string): Buffer => Buffer.from(text, "latin1");

/** A PNG of these chunks, checksums right. */
function png(...chunks: readonly (readonly [kind: string, body: Buffer])[]): Buffer {
  const framed = chunks.map(([kind, body]) => {
    const typed = Buffer.concat([latin(kind), body]);
    return Buffer.concat([u32(body.length), typed, u32(crc32(typed))]);
  });
  return Buffer.concat([latin("\x89PNG\r\n\x1a\n"), ...framed]);
}
const header = (width: number, height: number, depth = 8, colour = 0): [string, Buffer] => [
  "IHDR",
  Buffer.concat([u32(width), u32(height), Buffer.of(depth, colour, 0, 0, 0)]),
];
const rows = (bytes: number): [string, Buffer] => ["IDAT", deflateSync(Buffer.alloc(bytes))];
const end: [string, Buffer] = ["IEND", Buffer.alloc(0)];

function pngs(): BadPicture[] {
  const bomb = deflateSync(Buffer.alloc(60_000_000));
  return [
    { name: "png of no pixels", bytes: png(header(0, 0), rows(1), end) },
    { name: "png that says 2 billion pixels a side", bytes: png(header(0x7fffffff, 0x7fffffff), rows(1), end) },
    { name: "png that says 90 megapixels and holds none", bytes: png(header(9_400, 9_400, 8, 6), rows(10), end) },
    { name: "png with more rows than it says, by 60 MB", bytes: png(header(16, 16), ["IDAT", bomb], end) },
    {
      name: "png with a comment that unpacks to 60 MB",
      bytes: png(header(16, 16), ["zTXt", Buffer.concat([latin("Comment\0\0"), bomb])], rows(272), end),
    },
    {
      name: "png with a profile that unpacks to 60 MB",
      bytes: png(header(16, 16), ["iCCP", Buffer.concat([latin("p\0\0"), bomb])], rows(272), end),
    },
    {
      name: "png of a hundred thousand empty parts",
      bytes: png(header(16, 16), ...Array.from({ length: 100_001 }, () => ["IDAT", Buffer.alloc(0)] as const), end),
    },
    { name: "png of an impossible depth", bytes: png(header(16, 16, 7), rows(272), end) },
    { name: "png of an impossible colour", bytes: png(header(16, 16, 8, 5), rows(272), end) },
    { name: "png with a palette that is not there", bytes: png(header(16, 16, 8, 3), rows(272), end) },
    { name: "png whose pixels are not packed", bytes: png(header(16, 16), ["IDAT", Buffer.alloc(272)], end) },
    { name: "png without pixels", bytes: png(header(16, 16), end) },
    { name: "png that begins with its end", bytes: png(end, header(16, 16), rows(272)) },
  ];
}

/** Changes the size that a JPEG's frame header says. */
function jpegOfSize(jpeg: Buffer, width: number, height: number): Buffer {
  const frame = jpeg.indexOf(Buffer.of(0xff, 0xc0));
  return patched(jpeg, frame + 5, Buffer.concat([u16(height), u16(width)]));
}
const afterStart = (jpeg: Buffer, ...parts: Buffer[]): Buffer => Buffer.concat([jpeg.subarray(0, 2), ...parts, jpeg.subarray(2)]);
const segment = (marker: number, body: Buffer): Buffer => Buffer.concat([Buffer.of(0xff, marker), u16(body.length + 2), body]);

function jpegs(jpeg: Buffer, progressive: Buffer): BadPicture[] {
  const tables = jpeg.indexOf(Buffer.of(0xff, 0xc4));
  const scan = progressive.indexOf(Buffer.of(0xff, 0xda));
  const oneScan = progressive.subarray(scan, progressive.indexOf(Buffer.of(0xff, 0xda), scan + 2));
  // A directory whose "next" is itself. https://www.media.mit.edu/pia/Research/deepview/exif.html
  const ring = Buffer.concat([latin("Exif\0\0MM\0*"), u32(8), u16(1), u16(0x0112), u16(3), u32(1), u16(6), u16(0), u32(8)]);
  const endlessExif = Buffer.concat([latin("Exif\0\0MM\0*"), u32(8), u16(0xffff), noise(2_000)]);
  return [
    { name: "jpeg of its two ends alone", bytes: Buffer.concat([Buffer.of(0xff, 0xd8, 0xff, 0xd9), Buffer.alloc(20)]) },
    { name: "jpeg that says no pixels", bytes: jpegOfSize(jpeg, 0, 0) },
    { name: "jpeg that says 4 gigapixels", bytes: jpegOfSize(jpeg, 65_500, 65_500) },
    { name: "jpeg that says 99 megapixels and holds a hundredth", bytes: jpegOfSize(jpeg, 9_900, 10_000) },
    { name: "jpeg without tables", bytes: patched(jpeg, tables, Buffer.of(0xff, 0xfe)) },
    { name: "jpeg with noise as its tables", bytes: patched(jpeg, tables + 5, noise(16)) },
    { name: "jpeg of 12 bits", bytes: patched(jpeg, jpeg.indexOf(Buffer.of(0xff, 0xc0)) + 4, Buffer.of(12)) },
    {
      name: "jpeg with three thousand scans",
      bytes: Buffer.concat([progressive.subarray(0, scan), ...Array.from({ length: 3_000 }, () => oneScan), progressive.subarray(scan)]),
    },
    { name: "jpeg with a ring in its Exif", bytes: afterStart(jpeg, segment(0xe1, ring)) },
    { name: "jpeg with 65,535 Exif tags of noise", bytes: afterStart(jpeg, segment(0xe1, endlessExif)) },
    {
      name: "jpeg behind 6 MB of comments",
      bytes: afterStart(jpeg, ...Array.from({ length: 100 }, () => segment(0xfe, Buffer.alloc(65_000)))),
    },
    { name: "jpeg with noise as its colour profile", bytes: withProfile(jpeg, noise(3_000)) },
    { name: "jpeg with a colour profile that says 4 GB", bytes: withProfile(jpeg, Buffer.concat([u32(0xffffffff), noise(200)])) },
    { name: "jpeg that goes on as a page", bytes: Buffer.concat([jpeg, latin("<html><script>alert(1)</script></html>")]) },
  ];
}

const gif = (width: number, height: number, ...blocks: Buffer[]): Buffer => {
  const size = Buffer.alloc(4);
  size.writeUInt16LE(width);
  size.writeUInt16LE(height, 2);
  return Buffer.concat([latin("GIF89a"), size, Buffer.of(0x80, 0, 0, 0, 0, 0, 255, 255, 255), ...blocks, Buffer.of(0x3b)]);
};
const frame = (bits: number, packed: Buffer): Buffer =>
  Buffer.concat([Buffer.of(0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, bits, packed.length), packed, Buffer.of(0)]);

function gifs(): BadPicture[] {
  const dot = frame(2, Buffer.of(0x44, 0x01));
  return [
    { name: "gif of no pixels", bytes: gif(0, 0, dot) },
    { name: "gif that says 4 gigapixels", bytes: gif(65_535, 65_535, dot) },
    { name: "gif without a frame", bytes: gif(16, 16) },
    { name: "gif of codes longer than there are", bytes: gif(16, 16, frame(200, Buffer.of(1, 2, 3))) },
    { name: "gif of noise as codes", bytes: gif(300, 300, frame(8, noise(250))) },
    { name: "gif of ten thousand frames", bytes: gif(400, 400, ...Array.from({ length: 10_000 }, () => dot)) },
    {
      name: "gif of an extension without an end",
      bytes: gif(
        16,
        16,
        Buffer.of(0x21, 0xfe),
        ...Array.from({ length: 5_000 }, () => Buffer.concat([Buffer.of(255), Buffer.alloc(255, 1)])),
      ),
    },
  ];
}

/** Tags of a TIFF's only directory: tag, type (3 short, 4 long), value. https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf */
function tiff(tags: readonly (readonly [tag: number, type: 3 | 4, value: number])[], next = 0): Buffer {
  const entries = tags.map(([tag, type, value]) =>
    Buffer.concat([u16(tag), u16(type), u32(1), type === 3 ? Buffer.concat([u16(value), u16(0)]) : u32(value)]),
  );
  return Buffer.concat([latin("MM\0*"), u32(8), u16(tags.length), ...entries, u32(next), Buffer.alloc(64)]);
}

function tiffs(): BadPicture[] {
  const usual = [
    [0x100, 4, 8],
    [0x101, 4, 8],
    [0x102, 3, 8],
    [0x103, 3, 1],
    [0x106, 3, 1],
    [0x111, 4, 122],
    [0x115, 3, 1],
    [0x116, 4, 8],
    [0x117, 4, 64],
  ] as const;
  const having = (tag: number, value: number): Buffer => tiff(usual.map((each) => (each[0] === tag ? [each[0], each[1], value] : each)));
  return [
    { name: "tiff whose next page is itself", bytes: tiff(usual, 8) },
    { name: "tiff whose next page is nowhere", bytes: tiff(usual, 0xfffffff0) },
    { name: "tiff that says 4 billion pixels a side", bytes: having(0x100, 0xffffffff) },
    { name: "tiff of no rows", bytes: having(0x101, 0) },
    { name: "tiff of 65,535 bits a pixel", bytes: having(0x102, 65_535) },
    { name: "tiff packed in a way that nobody knows", bytes: having(0x103, 54_321) },
    { name: "tiff whose pixels lie behind its end", bytes: having(0x111, 0xfffffff0) },
    { name: "tiff of 65,535 channels", bytes: having(0x115, 65_535) },
    { name: "tiff of strips without rows", bytes: having(0x116, 0) },
    { name: "tiff whose directory says 65,535 tags", bytes: Buffer.concat([latin("MM\0*"), u32(8), u16(65_535), noise(600)]) },
    { name: "big tiff of noise", bytes: Buffer.concat([latin("MM\0+"), u16(8), u16(0), noise(200)]) },
  ];
}

const riff = (length: number, ...chunks: Buffer[]): Buffer => {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(length);
  return Buffer.concat([latin("RIFF"), size, latin("WEBP"), ...chunks]);
};

function webps(webp: Buffer): BadPicture[] {
  const canvas = Buffer.concat([latin("VP8X"), Buffer.of(10, 0, 0, 0, 0x12, 0, 0, 0), Buffer.from([0xff, 0x3f, 0x00, 0xff, 0x3f, 0x00])]);
  const body = webp.subarray(12);
  return [
    { name: "webp that says 4 GB", bytes: riff(0xffffffff, body) },
    { name: "webp of a canvas of 16,384 a side without a frame", bytes: riff(22, canvas) },
    { name: "webp whose still picture says that it moves", bytes: riff(4 + canvas.length + body.length, canvas, body) },
    { name: "webp of a part that is longer than the file", bytes: patched(webp, 16, Buffer.of(0xff, 0xff, 0xff, 0x7f)) },
  ];
}

function avifs(avif: Buffer): BadPicture[] {
  const at = (box: string): number => avif.indexOf(latin(box));
  return [
    { name: "avif that says 65,535 pixels a side", bytes: patched(avif, at("ispe") + 8, Buffer.concat([u32(65_535), u32(65_535)])) },
    { name: "avif that says no pixels", bytes: patched(avif, at("ispe") + 8, Buffer.alloc(8)) },
    { name: "avif whose pixels lie behind its end", bytes: patched(avif, at("iloc") + 8, Buffer.alloc(24, 0xff)) },
    { name: "avif with noise as its codec's settings", bytes: patched(avif, at("av1C") + 4, noise(4)) },
    {
      name: "avif of boxes within boxes",
      bytes: Buffer.concat([
        avif.subarray(0, 32),
        ...Array.from({ length: 2_000 }, (_, n) => Buffer.concat([u32(8 * (2_000 - n)), latin("meta")])),
      ]),
    },
  ];
}

const crowded = async (): Promise<BadPicture[]> => [
  { name: "tiff of a hundred thousand pages", bytes: crowdedTiff(100_000) },
  { name: "tiff whose pages go round", bytes: crowdedTiff(10, true) },
  { name: "jpeg of ten thousand scans over 99 megapixels", bytes: crowdedJpeg({ scans: 10_000, side: 9_990 }) },
  { name: "webp of a hundred thousand frames", bytes: await crowdedWebp({ frames: 100_000 }) },
  { name: "webp of a hundred thousand frames within its first", bytes: await crowdedWebp({ frames: 100_000, isNested: true }) },
  { name: "webp of a million empty parts", bytes: await crowdedWebp({ unknownChunks: 1_000_000 }) },
];

const others: readonly BadPicture[] = [
  { name: "nothing at all", bytes: Buffer.alloc(0) },
  { name: "svg that reads a file", bytes: latin('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>') },
  {
    name: "xml that doubles itself",
    bytes: latin('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "&c;&c;"><!ENTITY c "&d;&d;">]><svg>&b;</svg>'),
  },
  { name: "pdf", bytes: latin("%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>") },
  { name: "zip", bytes: Buffer.concat([latin("PK\x03\x04"), noise(200)]) },
  {
    name: "mvg script",
    bytes: latin("push graphic-context\nviewbox 0 0 640 480\nfill 'url(https://127.0.0.1/x.jpg\"|ls \"-la)'\npop graphic-context"),
  },
  { name: "bmp", bytes: Buffer.concat([latin("BM"), noise(200)]) },
  { name: "noise", bytes: noise(5_000) },
  { name: "jpeg head before a page", bytes: Buffer.concat([Buffer.of(0xff, 0xd8, 0xff), latin("<html><body>not a photo</body></html>")]) },
  { name: "gif head before a script", bytes: latin("GIF89a/*                       */=1;alert(1)//;") },
];

/** More than a hundred. */
export async function badPictures(): Promise<BadPicture[]> {
  const made = await Promise.all(bases.map(async ([format, make]) => [format, await make()] as const));
  const base = new Map(made);
  const of = (format: string): Buffer => base.get(format) ?? Buffer.alloc(0);
  return [
    ...made.flatMap(([format, bytes]) => harms.map(([harm, apply]) => ({ name: `${format}: ${harm}`, bytes: apply(bytes) }))),
    ...jpegs(of("jpeg"), of("progressive jpeg")),
    ...pngs(),
    ...gifs(),
    ...tiffs(),
    ...webps(of("webp")),
    ...(await crowded()),
    ...avifs(of("avif")),
    ...others,
    { name: "grain alone", bytes: await grain(400, 400).png().toBuffer() },
  ];
}
