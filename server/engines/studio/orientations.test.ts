// A photo stored in any of the eight ways that cameras turn and mirror: one and the same picture, in the same place.
import { afterAll, beforeAll, expect, it } from "vitest";
import { mug, orientations, storedTurned } from "../../../tests/testkit/odd-photos.ts";
import { compareCutOuts, runStudio } from "../../../tests/testkit/studio-runs.ts";
import { sharp } from "../../images/libvips.ts";
import { whiteRecipe } from "../../images/picture.ts";
import { createLog } from "../../log.ts";
import type { EngineOutput } from "../engine.ts";
import { createEngines } from "../registry.ts";

const engines = createEngines({ studioModel: undefined, concurrency: 2 }, createLog("silent"));
afterAll(() => engines.close());

/** Wider than high, so that a turn that is missed shows. */
let photo: Buffer;
let upright: EngineOutput;
beforeAll(async () => {
  photo = await sharp(mug).extend({ left: 90, right: 30, extendWith: "copy" }).png().toBuffer();
  upright = await runStudio(engines.default, photo);
});

it.each(orientations)("orientation %s", async (orientation) => {
  const made = await runStudio(engines.default, await storedTurned(photo, orientation));
  const { overlap, difference } = compareCutOuts(upright, made);
  expect(overlap).toBeGreaterThan(0.995);
  expect(difference).toBeLessThan(1.5);
  for (const side of ["x", "y", "width", "height"] as const) {
    expect(Math.abs(made.placement![side] - upright.placement![side]), side).toBeLessThan(1.5);
  }
  expect(made.placement!.width / made.placement!.height).toBeCloseTo(920 / 800, 1);
});

it.each(orientations)("orientation %s where the background is kept", async (orientation) => {
  const recipe = { ...whiteRecipe, background: "KEEP", autoTone: false } as const;
  const [one, other] = await Promise.all([
    runStudio(engines.default, photo, { recipe }),
    runStudio(engines.default, await storedTurned(photo, orientation), { recipe }),
  ]);
  expect(other.placement).toEqual(one.placement);
  const difference =
    one.picture.data.reduce((sum, level, at) => sum + Math.abs(level - other.picture.data[at]!), 0) / one.picture.data.length;
  expect(difference).toBeLessThan(1);
});
