// When a worker may judge others.
import { expect, it } from "vitest";
import { createPulse } from "./pulse.ts";

it("is steady after two beats' time, and again only after as much once beats were missed", () => {
  let ms = 0;
  const pulse = createPulse(1_000, () => ms);
  const beatAt = (at: number): void => {
    ms = at;
    pulse.beat();
  };
  beatAt(1_000);
  expect(pulse.isSteady()).toBe(false);
  beatAt(2_000);
  expect(pulse.isSteady()).toBe(true);
  // The database is away.
  ms = 5_000;
  expect(pulse.isSteady()).toBe(false);
  beatAt(6_000);
  expect(pulse.isSteady()).toBe(false);
  beatAt(7_000);
  beatAt(8_000);
  expect(pulse.isSteady()).toBe(true);
});
