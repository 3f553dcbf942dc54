// Files whose parts are too many to be walked through, and those with as many as real ones may have.
import { describe, expect, it } from "vitest";
import { crowdedJpeg, crowdedWebp } from "../../tests/testkit/crowded-pictures.ts";
import { mug } from "../../tests/testkit/odd-photos.ts";
import { inspectPhoto } from "./inspect.ts";
import { findContainerDamage } from "./integrity.ts";
import { sharp } from "./libvips.ts";

const tooMany = "it has too many parts";

describe("a WebP", () => {
  it("may move for a thousand frames", async () => {
    await expect(inspectPhoto(await crowdedWebp({ frames: 1_000 }))).resolves.toMatchObject({ width: 1, height: 1 });
    expect(findContainerDamage(await crowdedWebp({ frames: 1_001 }), "webp")).toBe(tooMany);
  });

  it("cannot hide frames within a frame, where the decoder finds them", async () => {
    expect(findContainerDamage(await crowdedWebp({ frames: 1_001, isNested: true }), "webp")).toBe(tooMany);
  });

  it("is not walked through for ever", async () => {
    await expect(inspectPhoto(await crowdedWebp({ unknownChunks: 90_000 }))).resolves.toMatchObject({ width: 1 });
    expect(findContainerDamage(await crowdedWebp({ unknownChunks: 100_001 }), "webp")).toBe(tooMany);
  });

  it("is not refused for a last chunk that is cut off: its decoder knows whether it needs that", async () => {
    const whole = await sharp(mug).webp().toBuffer();
    const odd = Buffer.concat([whole, Buffer.from("EXIF\xff\xff\0\0", "latin1")]);
    odd.writeUInt32LE(odd.length - 8, 4);
    expect(findContainerDamage(odd, "webp")).toBeNull();
  });
});

describe("a JPEG", () => {
  const scan = Buffer.of(0xff, 0xda);

  it("may have a hundred scans", async () => {
    await expect(inspectPhoto(crowdedJpeg({ scans: 100 }))).resolves.toMatchObject({ width: 16 });
    expect(findContainerDamage(crowdedJpeg({ scans: 101 }), "jpeg")).toBe(tooMany);
  });

  it("is let in with what looks like scans in its head or behind its end, as in thumbnails and films", async () => {
    const photo = await sharp(mug).jpeg({ progressive: true }).toBuffer();
    const looks = Buffer.alloc(2_000, scan);
    const thumbnail = Buffer.concat([Buffer.of(0xff, 0xe5, 2_002 >> 8, 2_002 & 255), looks]);
    const both = Buffer.concat([photo.subarray(0, 2), thumbnail, photo.subarray(2), looks]);
    await expect(inspectPhoto(both)).resolves.toMatchObject({ width: 800 });
  });

  it("cannot hide scans behind markers that its decoder passes over", () => {
    // Each with a length behind it that would lead beyond the end.
    for (const passed of [0x00, 0x01, 0x02, 0xbf, 0xd0]) {
      const extra = Buffer.of(0xff, passed, 0xfe, 0xfe);
      expect(findContainerDamage(crowdedJpeg({ scans: 101, extra }), "jpeg"), String(passed)).toBe(tooMany);
    }
  });
});
