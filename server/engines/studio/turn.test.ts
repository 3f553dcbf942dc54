// A turn moves pixels to where it says and leaves them as sharp as scaling alone does.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodePhoto } from "../../images/decode.ts";
import { type Pixels, resample } from "./resample.ts";
import { resampleTurned, turnedBounds, turnPoint } from "./turn.ts";

const photo = await decodePhoto(readFileSync(new URL("./fixtures/bag-004-02.jpg", import.meta.url)));
const degrees = [-4, -1, 0.5, 3] as const;
/** None is 1, at which scaling alone leaves every byte as it is. */
const scales = [0.45, 0.89, 1.2, 1.7] as const;
const cases = degrees.flatMap((turn) => scales.map((scale) => [turn, scale] as const));

/** The photo turned about its middle, in a frame of the size that it has without a turn. */
function turned(pixels: Pixels, turn: number, scale: number): Pixels {
  const size = { width: Math.round(pixels.width * scale), height: Math.round(pixels.height * scale) };
  const middle = { x: pixels.width / 2, y: pixels.height / 2 };
  const corner = turnPoint({ x: middle.x - size.width / 2 / scale, y: middle.y - size.height / 2 / scale }, -turn, middle);
  const data = resampleTurned(pixels, { degrees: turn, scale, corner }, { ...size, kernel: "lanczos3", isClear: false });
  return { data, ...size, channels: pixels.channels };
}

/** Mean squared difference of neighbours both ways, in the middle half: the same whichever way the picture is turned. */
function detailOf({ data, width, height, channels }: Pixels): number {
  let sum = 0;
  let count = 0;
  for (let y = height >> 2; y < height - (height >> 2); y++) {
    for (let x = width >> 2; x < width - (width >> 2); x++) {
      const at = (y * width + x) * channels;
      sum += (data[at]! - data[at + channels]!) ** 2 + (data[at]! - data[at + width * channels]!) ** 2;
      count++;
    }
  }
  return sum / count;
}

describe("a turned photo", () => {
  it.each(cases)("by %d degrees at %d times its size is as sharp as one that was only scaled", (turn, scale) => {
    const size = { width: Math.round(photo.width * scale), height: Math.round(photo.height * scale) };
    const plain = { data: resample(photo, size, "lanczos3"), ...size, channels: photo.channels };
    expect(detailOf(turned(photo, turn, scale)) / detailOf(plain)).toBeGreaterThan(0.97);
  });

  it("comes back to where it was when it is turned back", () => {
    const back = turned(turned(photo, 3, 1), -3, 1);
    let error = 0;
    let count = 0;
    for (let y = 100; y < photo.height - 100; y++) {
      for (let x = 100; x < photo.width - 100; x++) {
        error += Math.abs(back.data[(y * photo.width + x) * 3 + 1]! - photo.data[(y * photo.width + x) * 3 + 1]!);
        count++;
      }
    }
    expect(error / count).toBeLessThan(1.5);
  });

  it("that is turned by nothing is the one that was only scaled", () => {
    const size = { width: Math.round(photo.width * 0.8), height: Math.round(photo.height * 0.8) };
    const corner = { x: 0, y: 0 };
    const plain = resample(photo, size, "lanczos3");
    const made = resampleTurned(photo, { degrees: 0, scale: 0.8, corner }, { ...size, kernel: "lanczos3", isClear: false });
    let most = 0;
    for (let at = 0; at < plain.length; at++) most = Math.max(most, Math.abs(plain[at]! - made[at]!));
    expect(most).toBeLessThanOrEqual(2);
  });
});

describe("the outline", () => {
  const size = { width: 400, height: 300 };
  const alpha = Buffer.alloc(size.width * size.height);
  for (let y = 80; y < 220; y++) alpha.fill(255, y * size.width + 150, y * size.width + 230);

  it.each([-4, 2.5, 0])("turned by %d degrees lies in the box that is told for it", (turn) => {
    const box = turnedBounds({ alpha, ...size }, turn, 64)!;
    const corner = turnPoint({ x: 0, y: 0 }, -turn, { x: 200, y: 150 });
    const data = resampleTurned(
      { data: alpha, ...size, channels: 1 },
      { degrees: turn, scale: 1, corner },
      { ...size, kernel: "mitchell", isClear: true },
    );
    const drawn = turnedBounds({ alpha: data, ...size }, 0, 128)!;
    for (const side of ["x0", "y0", "x1", "y1"] as const) expect(Math.abs(drawn[side] - box[side]), side).toBeLessThanOrEqual(1.5);
  });

  it("is not drawn on beyond the picture's edge", () => {
    const whole = Buffer.alloc(50 * 50, 255);
    const corner = { x: -10, y: -10 };
    const to = { width: 70, height: 70, kernel: "mitchell", isClear: true } as const;
    const data = resampleTurned({ data: whole, width: 50, height: 50, channels: 1 }, { degrees: 1, scale: 1, corner }, to);
    expect([data[0], data[69], data[35 * 70 + 35]]).toEqual([0, 0, 255]);
  });

  it("of nothing is none", () => {
    expect(turnedBounds({ alpha: Buffer.alloc(9), width: 3, height: 3 }, 2, 64)).toBeNull();
  });
});
