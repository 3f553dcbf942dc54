// The white ground of a finished picture: shadow included, product and what it encloses left out.
import { expect, it } from "vitest";
import { findGround, type Pixels } from "./ground.ts";

const side = 60;

function picture(colour: (x: number, y: number) => readonly [number, number, number, number]): Pixels {
  const data = new Uint8ClampedArray(side * side * 4);
  for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) data.set(colour(x, y), (y * side + x) * 4);
  return { data, width: side, height: side };
}

const isProduct = (x: number, y: number): boolean => x >= 15 && x < 45 && y >= 10 && y < 40;
const isHole = (x: number, y: number): boolean => x >= 25 && x < 35 && y >= 20 && y < 30;

const onWhite = picture((x, y) => {
  if (isHole(x, y) || (x === 40 && y === 35)) return [255, 255, 255, 255];
  if (isProduct(x, y)) return [120, 60, 40, 255];
  // A shadow that fades downwards from under the product.
  const shade = x >= 15 && x < 45 && y >= 40 && y < 58 ? 200 + (y - 40) * 3 : 255;
  const soft = x >= 15 && x < 45 ? shade : 255;
  return [soft, soft, soft, 255];
});

it("holds the white, the soft shadow and what a handle closes in, not the product and its highlights", () => {
  const found = findGround(onWhite);
  if (found.kind !== "white") throw new Error(`The ground is ${found.kind}`);
  const at = (x: number, y: number): number | undefined => found.mask[y * side + x];
  expect([at(2, 2), at(30, 59), at(30, 50)]).toEqual([1, 1, 1]);
  expect(at(30, 25)).toBe(1);
  expect([at(20, 15), at(40, 35)]).toEqual([0, 0]);
});

it("says when there is none to be seen", () => {
  expect(findGround(picture((x) => [90 + x, 80, 70, 255])).kind).toBe("unknown");
  expect(findGround(picture((x, y) => (isProduct(x, y) ? [10, 20, 30, 255] : [0, 0, 0, 0]))).kind).toBe("clear");
});
