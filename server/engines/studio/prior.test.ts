// How often a network is asked about one photo: often where a look is quick, twice where it takes seconds.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeView } from "../../images/decode.ts";
import type { Picture } from "../../images/picture.ts";
import { builtInModel } from "./model-slot/known.ts";
import { loadNetwork, type Network } from "./network.ts";
import { findProduct, type Prior } from "./prior.ts";

let probe: Picture;
let network: Network;
beforeAll(async () => {
  probe = await decodeView(readFileSync(new URL("./fixtures/mug-001-01.jpg", import.meta.url)), { width: 768, height: 768 });
  network = await loadNetwork(builtInModel, 1);
});
afterAll(() => network.close());

async function findWith(looks: Network["looks"]): Promise<{ asked: number; prior: Prior | null }> {
  let asked = 0;
  const counting: Network = {
    ...network,
    looks,
    predict(picture) {
      asked++;
      return network.predict(picture);
    },
  };
  return { prior: await findProduct(counting, probe), asked };
}

const share = (plane: Float32Array): number => plane.filter((value) => value > 0.5).length / plane.length;

describe("the product is found", () => {
  it("by five looks, or by the whole photo and one closer look, in the same place", async () => {
    const many = await findWith("many");
    const few = await findWith("few");
    expect([many.asked, few.asked]).toEqual([5, 2]);
    expect(few.prior?.agreement).toBeGreaterThan(0.8);
    expect(share(few.prior!.probability)).toBeCloseTo(share(many.prior!.probability), 2);
  });
});
