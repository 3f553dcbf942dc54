// Openings show the ground behind; prints and pale parts of the product do not count as such.
import { describe, expect, it } from "vitest";
import type { Picture } from "../../images/picture.ts";
import { openSeenThrough } from "./seen-through.ts";

const size = 200;
const ground = 200;
type Inside = (x: number, y: number) => boolean;

const box =
  (x0: number, y0: number, x1: number, y1: number): Inside =>
  (x, y) =>
    x >= x0 && x < x1 && y >= y0 && y < y1;
const product = box(50, 40, 150, 160);
const middle = box(75, 70, 125, 130);

/** A dark block before a grey wall that darkens by a sixth towards the bottom; `pale` has the colour of the wall there, or a given one. */
function scene(pale: Inside, color?: number): Picture {
  const data = Buffer.alloc(size * size * 3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const wall = ground - y / 6;
      const level = pale(x, y) ? (color ?? wall) : product(x, y) ? 70 : wall;
      data.fill(level + ((x * 7 + y * 13) % 3), (y * size + x) * 3, (y * size + x) * 3 + 3);
    }
  }
  return { data, width: size, height: size, channels: 3 };
}

const plane = (value: Inside, high: number): Float32Array =>
  Float32Array.from({ length: size * size }, (_, at) => (value(at % size, Math.floor(at / size)) ? high : 0));

function open(picture: Picture, belief: number): { opened: number; label: number } {
  const labels = plane(product, 1);
  const opened = openSeenThrough(picture, labels, plane(product, belief));
  return { opened, label: labels[100 * size + 100]! };
}

describe("openSeenThrough", () => {
  it("opens what shows the wall behind where the network was unsure", () => {
    const { opened, label } = open(scene(middle), 0.85);
    expect(opened).toBeCloseTo(0.25, 1);
    expect(label).toBeLessThan(0.1);
  });

  it("keeps a print in the wall's colour that the network is sure of", () => {
    expect(open(scene(middle), 0.99)).toEqual({ opened: 0, label: 1 });
  });

  it("opens many gaps at once even so: slats are no prints", () => {
    const slats: Inside = (x, y) => y >= 60 && y < 140 && x >= 56 && x < 146 && (x - 56) % 6 < 4;
    const labels = plane(product, 1);
    expect(openSeenThrough(scene(slats), labels, plane(product, 0.99))).toBeGreaterThan(0.2);
  });

  it("keeps a part that is merely pale", () => {
    expect(open(scene(middle, 235), 0.85).opened).toBe(0);
  });

  it("keeps a pale part at the product's rim", () => {
    expect(open(scene(box(75, 100, 125, 160)), 0.85).opened).toBe(0);
  });
});
