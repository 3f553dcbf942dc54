// The two forms of the fault tests: the whole one, by `npm run test:faults`, which also prints what it measured; and the short one of `npm test`.
import { uptime } from "node:process";

export const isWhole = process.env["FAULTS"] === "whole";

/** @param short what `npm test` takes */
export const inForm = <T>(short: T, whole: T): T => (isWhole ? whole : short);

/** A studio engine that is not at hand: the pictures of other engines are not compared with their sources, which takes most of the time. */
export const withoutComparison: Readonly<Record<string, string>> = { STUDIO_MODEL: "/nowhere/none.onnx" };

/** Prints a figure of the whole form; the short one runs beside other tests, where no figure is to be believed. */
export function report(what: string, figure: string): void {
  if (isWhole) console.log(`${uptime().toFixed(0).padStart(5)} s  ${what}: ${figure}`);
}

/** Numbers from 0 to below 1, the same again for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
