// Files whose parts are too many to be walked through, and those with as many as real ones may have.
import { describe, expect, it } from "vitest";
import { crowdedWebp } from "../../tests/testkit/crowded-pictures.ts";
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
