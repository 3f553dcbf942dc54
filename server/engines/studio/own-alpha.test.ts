// Photos that come cut out already keep their own colours up to the outline, whatever stands under their clear pixels.
import { afterAll, describe, expect, it } from "vitest";
import { runStudio } from "../../../tests/testkit/studio-runs.ts";
import { fromPicture } from "../../images/decode.ts";
import { whiteRecipe } from "../../images/picture.ts";
import { createLog } from "../../log.ts";
import { createEngines } from "../registry.ts";

const engines = createEngines({ studioModel: undefined, concurrency: 2 }, createLog("silent"));
afterAll(() => engines.close());

const side = 600;
const plain = { ...whiteRecipe, shadow: 0, autoTone: false, sharpen: 0 } as const;

/** A white square, its outermost pixels of one alpha, on clear black. */
function whiteOnClearBlack(edgeAlpha: number): Promise<Buffer> {
  const data = Buffer.alloc(side * side * 4);
  for (let y = 101; y < 500; y++) {
    for (let x = 101; x < 500; x++) {
      const isEdge = x === 101 || x === 499 || y === 101 || y === 499;
      data.set([255, 255, 255, isEdge ? edgeAlpha : 255], (y * side + x) * 4);
    }
  }
  return fromPicture({ data, width: side, height: side, channels: 4 }).png().toBuffer();
}

describe.each([255, 128, 20, 4])("a cut-out whose outline has alpha %s", (edgeAlpha) => {
  it.each([150, 330, 460, 900])("gets no dark line around it at %s pixels", async (pixels) => {
    const output = { preset: null, width: pixels, height: pixels, format: "PNG", quality: 90, maxBytes: null } as const;
    const { picture } = await runStudio(engines.default, await whiteOnClearBlack(edgeAlpha), { recipe: plain, output });
    expect(Math.min(...new Set(picture.data))).toBeGreaterThanOrEqual(253);
  });
});
