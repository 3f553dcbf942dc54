// TIFFs cut short or pointing past their end, in all their layouts.
import { describe, expect, it } from "vitest";
import { crowdedTiff } from "../../tests/testkit/crowded-pictures.ts";
import { inspectPhoto } from "./inspect.ts";
import { sharp } from "./libvips.ts";
import { tiffDamage } from "./tiff-damage.ts";

const noise = Buffer.from(Array.from({ length: 160 * 120 * 3 }, (_, at) => (at * 7919 + (at >> 5) * 104_729) % 251));
const photo = () => sharp(noise, { raw: { width: 160, height: 120, channels: 3 } });

const layouts = [
  ["strips", () => photo().tiff({ compression: "lzw" }).toBuffer()],
  ["strips without compression", () => photo().tiff({ compression: "none" }).toBuffer()],
  ["tiles", () => photo().tiff({ compression: "deflate", tile: true, tileWidth: 64, tileHeight: 64 }).toBuffer()],
  ["BigTIFF", () => photo().tiff({ compression: "lzw", bigtiff: true }).toBuffer()],
  ["BigTIFF in tiles", () => photo().tiff({ compression: "lzw", bigtiff: true, tile: true, tileWidth: 32, tileHeight: 32 }).toBuffer()],
  ["16 bits a channel", () => photo().toColourspace("rgb16").tiff({ compression: "lzw" }).toBuffer()],
] as const;

describe.each(layouts)("a TIFF in %s", (_, make) => {
  it("is let in whole", async () => {
    await expect(inspectPhoto(await make())).resolves.toMatchObject({ width: 160, height: 120, mimeType: "image/tiff" });
  });

  it("is refused cut short, wherever the cut is", async () => {
    const bytes = await make();
    for (const share of [0.01, 0.3, 0.6, 0.9, 0.99]) {
      const cut = bytes.subarray(0, Math.max(12, Math.floor(bytes.length * share)));
      await expect(inspectPhoto(cut), `cut at ${share}`).rejects.toThrow(/damaged: its end is missing/);
    }
  });
});

describe("tiffDamage", () => {
  it("counts pages up to a thousand, and never goes round", async () => {
    await expect(inspectPhoto(crowdedTiff(1_000))).resolves.toMatchObject({ width: 4, height: 4 });
    expect(tiffDamage(crowdedTiff(1_001))).toBe("it has too many parts");
    expect(tiffDamage(crowdedTiff(10, true))).toBe("it has too many parts");
  });

  it("is not taken in by pointers to nowhere", () => {
    const head = Buffer.from([0x49, 0x49, 42, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
    expect(tiffDamage(head)).toBe("its end is missing");
    const big = Buffer.concat([Buffer.from([0x4d, 0x4d, 0, 43, 0, 8, 0, 0]), Buffer.alloc(8, 0xff)]);
    expect(tiffDamage(big)).toBe("its end is missing");
  });

  it("reads big-endian files as well", () => {
    // One strip of one byte at the file's end: header, one directory with two entries.
    const bytes = Buffer.alloc(8 + 2 + 2 * 12 + 4 + 1);
    bytes.set([0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 2]);
    const entry = (at: number, tag: number, value: number): void => {
      bytes.writeUInt16BE(tag, at);
      bytes.writeUInt16BE(4, at + 2);
      bytes.writeUInt32BE(1, at + 4);
      bytes.writeUInt32BE(value, at + 8);
    };
    entry(10, 273, bytes.length - 1);
    entry(22, 279, 1);
    expect(tiffDamage(bytes)).toBeNull();
    entry(22, 279, 2);
    expect(tiffDamage(bytes)).toBe("its end is missing");
  });
});
