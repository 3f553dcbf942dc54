// Crop, turn, flip and resize: exact pixels, and the source's box that moves with them.
import { describe, expect, it } from "vitest";
import type { Picture } from "../picture.ts";
import { applyOperations, parseOperations } from "./apply.ts";
import { borderColor } from "./canvas.ts";
import { crop } from "./crop.ts";
import { flip } from "./flip.ts";
import { type Frame, placementOf, wholeFrame } from "./frame.ts";
import type { EditOperationInput } from "./operation.ts";
import { resize } from "./resize.ts";
import { rotate } from "./rotate.ts";

/** Every pixel says where it is: red its column, green its row. */
function chart(width: number, height: number, channels: 3 | 4 = 3): Picture {
  const data = Buffer.alloc(width * height * channels, 255);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set([x, y, 77], (y * width + x) * channels);
  return { data, width, height, channels };
}

const pixel = ({ data, width, channels }: Picture, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * channels, (y * width + x) * channels + channels),
];

/** A white picture with one black square of 12 pixels about a point. */
function dotAt(width: number, height: number, at: { x: number; y: number }, channels: 3 | 4 = 3): Picture {
  const data = Buffer.alloc(width * height * channels, 255);
  for (let y = at.y - 6; y < at.y + 6; y++) for (let x = at.x - 6; x < at.x + 6; x++) data.set([0, 0, 0], (y * width + x) * channels);
  return { data, width, height, channels };
}

/** The centre of what is dark, pixels from the left top corner. */
function darkCentre({ data, width, height, channels }: Picture): { x: number; y: number } {
  let mass = 0;
  let sumX = 0;
  let sumY = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels;
      const weight = channels === 4 && data[at + 3]! < 255 ? 0 : 255 - data[at]!;
      mass += weight;
      sumX += weight * (x + 0.5);
      sumY += weight * (y + 0.5);
    }
  }
  return { x: sumX / mass, y: sumY / mass };
}

const edit = (picture: Picture, operations: EditOperationInput[], frame: Frame = wholeFrame(picture)) =>
  applyOperations({ picture, frame, upscaled: false, confidence: null, warnings: [] }, parseOperations(operations), async () => {
    throw new Error("no cut-out is needed here");
  });

/** Where a point of the source lies in the result, by the placement alone. */
function place(frame: Frame, source: { width: number; height: number }, point: { x: number; y: number }): { x: number; y: number } {
  const box = placementOf(frame);
  if (box === null) throw new Error("no placement");
  const radians = (box.rotation * Math.PI) / 180;
  const x = (point.x / source.width - 0.5) * box.width;
  const y = (point.y / source.height - 0.5) * box.height;
  return {
    x: box.x + box.width / 2 + x * Math.cos(radians) - y * Math.sin(radians),
    y: box.y + box.height / 2 + x * Math.sin(radians) + y * Math.cos(radians),
  };
}

describe("crop", () => {
  it("keeps exactly the asked pixels", async () => {
    const cropped = await crop(chart(100, 50), { x: 0.1, y: 0.2, width: 0.5, height: 0.4 });
    expect([cropped.width, cropped.height]).toEqual([50, 20]);
    expect(pixel(cropped, 0, 0)).toEqual([10, 10, 77]);
    expect(pixel(cropped, 49, 19)).toEqual([59, 29, 77]);
  });

  it("keeps alpha, and changes nothing when all is kept", async () => {
    const picture = chart(9, 7, 4);
    expect((await crop(picture, { x: 0, y: 0, width: 1, height: 1 })).data.equals(picture.data)).toBe(true);
  });

  it("leaves neither gap nor overlap between neighbours, whatever the rounding", async () => {
    const widths = await Promise.all(
      [0, 1, 2].map(async (third) => (await crop(chart(100, 9), { x: third / 3, y: 0, width: 1 / 3, height: 1 })).width),
    );
    expect(widths.reduce((sum, width) => sum + width)).toBe(100);
  });

  it("refuses to keep less than a pixel and says how much it takes", async () => {
    await expect(crop(chart(100, 50), { x: 0, y: 0, width: 0.001, height: 1 })).rejects.toThrow(
      /crop\.width of at least 0\.0100 but received 0\.001/,
    );
  });
});

describe("rotate", () => {
  it.each([
    [90, [0, 0], [0, 19]],
    [180, [0, 0], [29, 19]],
    [270, [0, 0], [29, 0]],
  ])("turns by %i degrees clockwise without touching a value", async (degrees, [x = 0, y = 0], expected) => {
    const turned = await rotate(chart(30, 20), degrees);
    expect(pixel(turned, x, y)).toEqual([...expected, 77]);
    expect(turned.data.toSorted().join() === chart(30, 20).data.toSorted().join()).toBe(true);
  });

  it("fills an opaque picture's new corners with its border's colour, a clear one's with nothing", async () => {
    const opaque = await rotate({ ...chart(40, 40), data: Buffer.alloc(4800, 200) }, 30);
    expect(opaque.data.every((value) => Math.abs(value - 200) <= 1)).toBe(true);
    expect(pixel(await rotate(chart(40, 40, 4), 30), 0, 0)).toEqual([0, 0, 0, 0]);
  });

  it("keeps colours clean where they meet clear pixels", async () => {
    const white: Picture = { data: Buffer.alloc(60 * 60 * 4, 255), width: 60, height: 60, channels: 4 };
    const { data } = await rotate(white, 17);
    const visible = Array.from({ length: data.length / 4 }, (_, pixelAt) => pixelAt * 4).filter((at) => data[at + 3]! > 8);
    expect(Math.min(...visible.map((at) => data[at]!))).toBeGreaterThan(240);
  });

  it("refuses a canvas beyond the limit", async () => {
    const ribbon: Picture = { data: Buffer.alloc(15_990 * 3), width: 15_990, height: 1, channels: 3 };
    await expect(rotate({ ...ribbon, height: 7_900 }, 45)).rejects.toThrow(/rotate would make a picture of \d+ x \d+ pixels/);
  });
});

describe("flip", () => {
  it("mirrors left to right, or top to bottom", async () => {
    expect(pixel(await flip(chart(30, 20), "HORIZONTAL"), 0, 0)).toEqual([29, 0, 77]);
    expect(pixel(await flip(chart(30, 20), "VERTICAL"), 0, 0)).toEqual([0, 19, 77]);
  });
});

describe("resize", () => {
  const wide = chart(200, 100);

  it("CONTAIN keeps all and pads with the border's colour", async () => {
    const picture: Picture = { data: Buffer.alloc(200 * 100 * 3, 240), width: 200, height: 100, channels: 3 };
    const padded = await resize(picture, { width: 100, height: 100, fit: "CONTAIN" });
    expect([padded.width, padded.height]).toEqual([100, 100]);
    expect(borderColor(padded)).toEqual([240, 240, 240]);
    expect(pixel(await resize(chart(200, 100, 4), { width: 100, height: 100, fit: "CONTAIN" }), 0, 0)).toEqual([0, 0, 0, 0]);
  });

  it("COVER fills the size and trims both sides alike", async () => {
    const covered = await resize(wide, { width: 100, height: 100, fit: "COVER" });
    expect(pixel(covered, 0, 50)[0]).toBe(50);
    expect(pixel(covered, 99, 50)[0]).toBe(149);
  });

  it("INSIDE keeps the ratio and nothing else", async () => {
    const inside = await resize(wide, { width: 100, height: 100, fit: "INSIDE" });
    expect([inside.width, inside.height]).toEqual([100, 50]);
  });

  it("answers the very same picture when it has the size already", async () => {
    expect(await resize(wide, { width: 200, height: 100, fit: "COVER" })).toBe(wide);
  });
});

describe("the source's place", () => {
  const source = { width: 240, height: 160 };
  const point = { x: 70, y: 100 };
  const cases: [string, EditOperationInput[]][] = [
    ["a crop", [{ crop: { x: 0.1, y: 0.25, width: 0.7, height: 0.7 } }]],
    ["a right angle", [{ rotate: 90 }]],
    ["any angle", [{ rotate: 23 }]],
    ["a turn the other way", [{ rotate: -67.5 }]],
    ["padding", [{ resize: { width: 400, height: 400 } }]],
    ["trimming", [{ resize: { width: 120, height: 130, fit: "COVER" } }]],
    ["two flips", [{ flip: "HORIZONTAL" }, { flip: "VERTICAL" }]],
    ["flips around a turn", [{ flip: "HORIZONTAL" }, { rotate: 30 }, { flip: "HORIZONTAL" }]],
    [
      "all of them",
      [{ rotate: 20 }, { crop: { x: 0.1, y: 0.1, width: 0.8, height: 0.8 } }, { rotate: 90 }, { resize: { width: 300, height: 300 } }],
    ],
  ];

  it.each(cases)("is kept through %s", async (_name, operations) => {
    const { picture, frame } = await edit(dotAt(source.width, source.height, point), operations);
    const dark = darkCentre(picture);
    const placed = place(frame, source, point);
    // libvips draws enlargements half a pixel to the right and down.
    const tolerance = operations.some((operation) => operation.resize) ? 0.8 : 0.1;
    expect(Math.hypot(dark.x - placed.x, dark.y - placed.y)).toBeLessThan(tolerance);
  });

  it("cannot be told of a mirrored source", async () => {
    expect(placementOf((await edit(chart(20, 20), [{ flip: "VERTICAL" }])).frame)).toBeNull();
  });

  it("stays unknown where it was", async () => {
    expect((await edit(chart(20, 20), [{ rotate: 90 }, { resize: { width: 8, height: 8 } }], null)).frame).toBeNull();
  });
});
