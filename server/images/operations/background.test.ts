// Background: painted behind the product, whose own pixels stay; and the list of operations as a whole.
import { describe, expect, it } from "vitest";
import { say } from "../../say.ts";
import type { Picture } from "../picture.ts";
import { applyOperations, maxOperations, parseOperations } from "./apply.ts";
import { background, isCutOut } from "./background.ts";
import { type CutOut, layBack } from "./cut-out.ts";
import { wholeFrame } from "./frame.ts";

const side = 60;

/** A disc of one colour, its ground clear or grey. */
function disc(channels: 3 | 4, radius = 15): Picture {
  const data = Buffer.alloc(side * side * channels, channels === 3 ? 120 : 0);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (Math.hypot(x + 0.5 - side / 2, y + 0.5 - side / 2) < radius)
        data.set([200, 40, 30, 255].slice(0, channels), (y * side + x) * channels);
    }
  }
  return { data, width: side, height: side, channels };
}

const pixel = ({ data, width, channels }: Picture, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * channels, (y * width + x) * channels + channels),
];
const start = (picture: Picture) => ({
  picture,
  frame: wholeFrame(picture),
  upscaled: false,
  confidence: 0.9,
  warnings: [say("SEVERAL_OBJECTS")],
});

describe("background", () => {
  it("paints a colour behind a cut-out", async () => {
    const painted = await background(disc(4), { kind: "COLOR", colors: ["#0f0"] });
    expect(painted.channels).toBe(3);
    expect(pixel(painted, 0, 0)).toEqual([0, 255, 0]);
    expect(pixel(painted, 30, 30)).toEqual([200, 40, 30]);
  });

  it("paints a gradient from top to bottom", async () => {
    const painted = await background(disc(4), { kind: "GRADIENT", colors: ["#000000", "#ffffff"] });
    expect(pixel(painted, 0, 0)).toEqual([0, 0, 0]);
    expect(pixel(painted, 59, 59)).toEqual([255, 255, 255]);
  });

  it("asks for no cut-out where the picture has its own", async () => {
    const edited = await applyOperations(
      start(disc(4)),
      parseOperations([{ background: { kind: "COLOR", colors: ["#ffffff"] } }]),
      async () => {
        throw new Error("not to be asked");
      },
    );
    expect(pixel(edited.picture, 0, 0)).toEqual([255, 255, 255]);
  });

  it("lays an engine's cut-out back to where the product stood, its solid pixels untouched", async () => {
    const original = disc(3);
    // As an engine would give it: twice as large, and moved.
    const cut = { ...disc(4, 30), width: side, height: side };
    const larger: CutOut = {
      picture: cut,
      placement: { x: -side / 2, y: -side / 2, width: side * 2, height: side * 2, rotation: 0 },
      confidence: 0.5,
      warnings: [say("CHECK_OUTLINE")],
    };
    const given = { box: { x: 0, y: 0, width: side, height: side, rotation: 0 }, isMirrored: false };
    const laid = await layBack(original, larger, given);
    expect(isCutOut(laid)).toBe(true);
    expect(pixel(laid, 30, 30)).toEqual([200, 40, 30, 255]);
    expect(pixel(laid, 30, 10)[3]).toBe(0);
    const edited = await applyOperations(start(original), parseOperations([{ background: { kind: "TRANSPARENT" } }]), async () => ({
      cut: larger,
      given,
    }));
    expect(edited).toMatchObject({ confidence: 0.5, warnings: [say("SEVERAL_OBJECTS"), say("CHECK_OUTLINE")] });
    expect(edited.picture.channels).toBe(4);
  });

  it.each([
    { rotation: 90, isMirrored: false, at: { x: 40, y: 12 } },
    { rotation: 270, isMirrored: false, at: { x: 20, y: 48 } },
    { rotation: 0, isMirrored: true, at: { x: 47, y: 20 } },
  ])("lays a cut-out of the source over a picture that was turned or mirrored: $rotation, $isMirrored", async ({
    rotation,
    isMirrored,
    at,
  }) => {
    // One solid dot at 12, 20 of the source.
    const data = Buffer.alloc(side * side * 4);
    for (let y = 18; y < 22; y++) for (let x = 10; x < 14; x++) data.set([9, 9, 9, 255], (y * side + x) * 4);
    const cut: CutOut = {
      picture: { data, width: side, height: side, channels: 4 },
      placement: { x: 0, y: 0, width: side, height: side, rotation: 0 },
      confidence: null,
      warnings: [],
    };
    const frame = { box: { x: 0, y: 0, width: side, height: side, rotation }, isMirrored };
    const laid = await layBack(disc(3), cut, frame);
    expect(pixel(laid, at.x, at.y)[3]).toBe(255);
  });

  it("leaves the picture alone with KEEP", async () => {
    const picture = disc(3);
    const edited = await applyOperations(start(picture), parseOperations([{ background: { kind: "KEEP" } }]), async () => {
      throw new Error("not to be asked");
    });
    expect(edited.picture).toBe(picture);
  });
});

describe("a list of operations", () => {
  it("runs in its order", async () => {
    const noCutOut = async (): Promise<never> => {
      throw new Error("not to be asked");
    };
    const cropThenTurn = await applyOperations(
      start(disc(3)),
      parseOperations([{ crop: { x: 0, y: 0, width: 0.5, height: 1 } }, { rotate: 90 }]),
      noCutOut,
    );
    const turnThenCrop = await applyOperations(
      start(disc(3)),
      parseOperations([{ rotate: 90 }, { crop: { x: 0, y: 0, width: 0.5, height: 1 } }]),
      noCutOut,
    );
    expect([cropThenTurn.picture.width, cropThenTurn.picture.height]).toEqual([60, 30]);
    expect([turnThenCrop.picture.width, turnThenCrop.picture.height]).toEqual([30, 60]);
  });

  it.each([
    [[], "operations is empty"],
    [[{}], "operations[0] to hold exactly one of"],
    [[{ rotate: 1, flip: "VERTICAL" as const }], "it holds 2"],
    [
      [{ rotate: 90 }, { crop: { x: 0.5, y: 0, width: 0.6, height: 1 } }],
      "Expected operations[1].crop.width above 0 and at most 0.5 but received 0.6",
    ],
    [[{ crop: { x: -0.1, y: 0, width: 0.5, height: 1 } }], "operations[0].crop.x between 0 and 1"],
    [[{ crop: { x: 0, y: 0, width: 1, height: 0 } }], "operations[0].crop.height above 0"],
    [[{ rotate: Number.NaN }], "operations[0].rotate"],
    [[{ resize: { width: 0, height: 10 } }], "operations[0].resize.width between 1 and 8000 pixels but received 0"],
    [[{ resize: { width: 10, height: 8001 } }], "operations[0].resize.height between 1 and 8000 pixels but received 8001"],
    [[{ tone: { contrast: -2 } }], "operations[0].tone.contrast between -1 and 1"],
    [[{ background: { kind: "COLOR" as const } }], "operations[0].background.colors to hold one"],
    [[{ background: { kind: "GRADIENT" as const, colors: ["#fff"] } }], "operations[0].background.colors to hold two"],
    [
      [{ background: { kind: "COLOR" as const, colors: ["red"] } }],
      'operations[0].background.colors[0] as #rgb or #rrggbb but received "red"',
    ],
  ])("names what is wrong with %j", (operations, words) => {
    expect(() => parseOperations(operations)).toThrow(words);
  });

  it("takes so many and no more", () => {
    expect(() => parseOperations(Array.from({ length: maxOperations + 1 }, () => ({ rotate: 1 })))).toThrow(/20 in one edit at most/);
  });
});
