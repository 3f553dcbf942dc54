// Edits as values: what is seen is what the API is asked for, and every step can be taken back.
import { describe, expect, it } from "vitest";
import { degreesOf, type Edit, frameOf, mirrored, operationsOf, quarterTurned, untouched, withRatio } from "./edit.ts";
import { begin, changed, redone, settled, undone } from "./history.ts";

const picture = { width: 2200, height: 1600 };
const start = untouched(picture);

describe("operations", () => {
  it("are none where nothing is changed", () => {
    expect(operationsOf(start, picture)).toEqual([]);
    const around = quarterTurned(quarterTurned(start, 1, picture), -1, picture);
    expect(operationsOf(around, picture)).toEqual([]);
    expect(operationsOf(mirrored(mirrored(start, "ends"), "ends"), picture)).toEqual([]);
  });

  it("paint the ground after the tone and before pixels move", () => {
    const edit: Edit = {
      ...withRatio(mirrored({ ...start, straighten: 3 }, "sides"), "1:1", picture),
      tone: { ...start.tone, brightness: 0.12 },
      ground: "#e6e6e6",
    };
    expect(operationsOf(edit, picture).map((operation) => Object.keys(operation)[0])).toEqual([
      "tone",
      "background",
      "flip",
      "rotate",
      "crop",
    ]);
    expect(operationsOf(edit, picture)[3]).toEqual({ rotate: 357 });
    expect(operationsOf({ ...start, ground: "transparent" }, picture)).toEqual([{ background: { kind: "TRANSPARENT" } }]);
  });
});

describe("turning and mirroring", () => {
  it("takes the frame along", () => {
    const left = { ...start, wanted: { x: -600, y: 100, width: 800, height: 400 } };
    const turned = quarterTurned(left, 1, picture);
    expect(turned.wanted).toEqual({ x: -100, y: -600, width: 400, height: 800 });
    expect(quarterTurned(turned, -1, picture)).toEqual(left);
  });

  it("mirrors what is seen: a turn goes the other way", () => {
    const edit = mirrored({ ...start, quarters: 1, straighten: 4 }, "sides");
    expect(degreesOf(edit)).toBe(266);
    expect(degreesOf({ ...start, quarters: 1, straighten: 4 })).toBe(94);
    expect(mirrored(start, "sides").straighten).toBe(0);
  });

  it("keeps a chosen ratio upright", () => {
    const turned = quarterTurned(withRatio(start, "3:4", picture), 1, picture);
    const { width, height } = frameOf(turned, picture);
    expect(width / height).toBeCloseTo(3 / 4);
  });

  it("gives the frame back when the dial goes back", () => {
    const edit = withRatio(start, "1:1", picture);
    const tilted = frameOf({ ...edit, straighten: 10 }, picture);
    expect(tilted.width).toBeLessThan(1600);
    expect(frameOf({ ...edit, straighten: 0 }, picture).width).toBe(1600);
  });
});

describe("history", () => {
  it("takes a drag for one step", () => {
    let history = begin(0);
    for (const value of [1, 2, 3]) history = changed(history, value, "brightness");
    history = changed(settled(history), 4, "brightness");
    expect(undone(history).now).toBe(3);
    expect(undone(undone(history)).now).toBe(0);
    expect(undone(undone(undone(history))).now).toBe(0);
  });

  it("goes forth again, until something else is done", () => {
    const back = undone(changed(changed(begin("a"), "b"), "c"));
    expect(redone(back).now).toBe("c");
    expect(redone(changed(back, "d")).now).toBe("d");
  });
});
