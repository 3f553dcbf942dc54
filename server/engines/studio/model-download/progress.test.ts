// The words for how far a download is.
import { describe, expect, it } from "vitest";
import { createMeter } from "./progress.ts";

/** A meter on a clock that a test sets, in seconds. */
function meterOf(total: number) {
  let seconds = 0;
  const meter = createMeter(total, () => seconds * 1000);
  return (at: number, done: number): string => {
    seconds = at;
    meter.note(done);
    return meter.line;
  };
}

describe("the progress", () => {
  it("says how much, how fast and how long still", () => {
    const at = meterOf(178_648_008);
    expect(at(0, 0)).toBe("  0 %  0.0 of 178.6 MB");
    expect(at(10, 31_000_000)).toBe(" 17 %  31.0 of 178.6 MB  3.1 MB/s  48 s left");
    expect(at(11, 178_648_008)).toMatch(/^100 % {2}178\.6 of 178\.6 MB .* 0 s left$/);
  });

  it("follows the network: what was long ago does not count", () => {
    const at = meterOf(100_000_000);
    at(0, 0);
    for (let second = 1; second <= 10; second++) at(second, second * 5_000_000);
    for (let second = 11; second <= 20; second++) at(second, 50_000_000 + (second - 10) * 1_000_000);
    expect(at(21, 61_000_000)).toMatch(/1\.\d MB\/s {2}\d+ s left/);
  });

  it("counts what was kept of an earlier try as done, and not as fast", () => {
    const at = meterOf(100_000_000);
    at(0, 50_000_000);
    expect(at(1, 51_000_000)).toBe(" 51 %  51.0 of 100.0 MB  1.0 MB/s  49 s left");
  });

  it("begins anew with the download", () => {
    const at = meterOf(100_000_000);
    at(0, 50_000_000);
    at(1, 0);
    expect(at(2, 1_000_000)).toBe("  1 %  1.0 of 100.0 MB  1.0 MB/s  1 min 39 s left");
    expect(at(10_000, 1_000_001)).toContain(" h ");
  });
});
