// What is let in as a photo, and what is refused and how.
import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { inspectPhoto } from "./inspect.ts";
import { sharp } from "./libvips.ts";

/** Noise, so that cutting a file anywhere cuts into pixels. */
const noise = Buffer.from(Array.from({ length: 160 * 120 * 3 }, (_, at) => (at * 7919 + (at >> 5) * 104_729) % 251));
const photo = () => sharp(noise, { raw: { width: 160, height: 120, channels: 3 } });

const formats = [
  ["image/jpeg", () => photo().jpeg({ quality: 90 }).toBuffer()],
  ["image/jpeg", () => photo().jpeg({ progressive: true }).toBuffer()],
  ["image/png", () => photo().png().toBuffer()],
  ["image/webp", () => photo().webp().toBuffer()],
  ["image/avif", () => photo().avif({ effort: 0 }).toBuffer()],
  ["image/tiff", () => photo().tiff({ compression: "lzw" }).toBuffer()],
  ["image/gif", () => photo().gif().toBuffer()],
] as const;

describe("inspectPhoto accepts", () => {
  it.each(formats)("%s and tells its size, sum and placeholder", async (mimeType, make) => {
    const bytes = await make();
    const info = await inspectPhoto(bytes);
    expect(info).toMatchObject({ width: 160, height: 120, mimeType, orientation: 1, bytes: bytes.length });
    expect(info.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(Buffer.from(info.thumbhash, "base64").length).toBeGreaterThan(4);
  });

  it("a turned photo, telling its upright size", async () => {
    const info = await inspectPhoto(await photo().withMetadata({ orientation: 6 }).jpeg().toBuffer());
    expect(info).toMatchObject({ width: 120, height: 160, orientation: 6 });
  });

  it("CMYK and 16-bit", async () => {
    await expect(inspectPhoto(await photo().toColourspace("cmyk").jpeg().toBuffer())).resolves.toMatchObject({ mimeType: "image/jpeg" });
    await expect(inspectPhoto(await photo().toColourspace("rgb16").png().toBuffer())).resolves.toMatchObject({ mimeType: "image/png" });
  });

  it("a photo with a colour profile, by the profile's name", async () => {
    const p3 = await photo().withIccProfile("p3").jpeg().toBuffer();
    const srgb = await photo().withIccProfile("srgb").png().toBuffer();
    expect((await inspectPhoto(p3)).colorProfile).toMatch(/P3/);
    expect((await inspectPhoto(srgb)).colorProfile).toBe("sRGB");
    expect((await inspectPhoto(await photo().jpeg().toBuffer())).colorProfile).toBeNull();
  });

  it.each(formats)("%s with something after its end, as some cameras and mail programs leave it", async (_, make) => {
    const bytes = Buffer.concat([await make(), Buffer.alloc(5000, 7)]);
    await expect(inspectPhoto(bytes)).resolves.toMatchObject({ width: 160, height: 120 });
  });
});

describe("inspectPhoto refuses", () => {
  const refusal = { name: "UserError", code: "BAD_USER_INPUT" };

  it.each(formats)("%s cut short, wherever the cut is", async (mimeType, make) => {
    const bytes = await make();
    for (const share of [0.3, 0.6, 0.9, 0.99]) {
      const cut = bytes.subarray(0, Math.floor(bytes.length * share));
      await expect(inspectPhoto(cut), `${mimeType} cut at ${share}`).rejects.toMatchObject(refusal);
    }
  });

  it("a PNG whose checksum is wrong", async () => {
    const bytes = Buffer.from(await photo().png().toBuffer());
    const middle = bytes.length >> 1;
    bytes[middle] = bytes[middle]! ^ 1;
    await expect(inspectPhoto(bytes)).rejects.toThrow(/checksum/);
  });

  it("a PNG with rows missing although its checksums are right", async () => {
    await expect(inspectPhoto(pngWithRows({ claimed: 64, present: 40 }))).rejects.toMatchObject(refusal);
    await expect(inspectPhoto(pngWithRows({ claimed: 64, present: 64 }))).resolves.toMatchObject({ height: 64 });
  });

  it.each([
    ["SVG", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
    ["SVG behind an XML head", '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'],
    ["PDF", "%PDF-1.7 aaaaaaaaaaaaaaaaaaaaaaaa"],
    ["HTML", "<html><body>no photo here</body></html>"],
    ["text", "just some words in a file"],
    ["PostScript", "%!PS-Adobe-3.0 EPSF-3.0 aaaaaaaaaa"],
  ])("%s", async (_, text) => {
    await expect(inspectPhoto(Buffer.from(text))).rejects.toMatchObject(refusal);
  });

  it("a HEIC photo that the decoder cannot read, saying what to do", async () => {
    const head = Buffer.concat([Buffer.of(0, 0, 0, 24), Buffer.from("ftypheic\0\0\0\0mif1heic", "latin1")]);
    await expect(inspectPhoto(head)).rejects.toThrow(/HEIC.*Export it as JPEG/);
  });

  it("an empty file", async () => {
    await expect(inspectPhoto(Buffer.alloc(0))).rejects.toThrow(/empty/);
  });

  it("more pixels than the limit, without decoding them", async () => {
    const startedAt = performance.now();
    await expect(inspectPhoto(pngWithRows({ claimed: 60_000, present: 1, width: 60_000 }))).rejects.toMatchObject({
      code: "LIMIT_EXCEEDED",
    });
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });

  it("ribbons", async () => {
    const ribbon = await sharp({ create: { width: 40_000, height: 2, channels: 3, background: "#888" } })
      .png()
      .toBuffer();
    await expect(inspectPhoto(ribbon)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
  });

  it("to go on once aborted", async () => {
    const reason = new Error("enough");
    await expect(inspectPhoto(await photo().png().toBuffer(), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

/** A greyscale PNG that claims more rows than it holds; every checksum is right. */
function pngWithRows({ claimed, present, width = 64 }: { claimed: number; present: number; width?: number }): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(claimed, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc((width + 1) * present));
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", rows),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(kind: string, body: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(kind, "latin1"), body]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(body.length, 0);
  frame.writeUInt32BE(crcOf(typed), 4);
  return Buffer.concat([frame.subarray(0, 4), typed, frame.subarray(4)]);
}

function crcOf(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
