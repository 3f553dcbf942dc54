// How far uploads are, over several SKUs and after failures.
import { describe, expect, it } from "vitest";
import { type Batches, begun, changed, type FailedFile, summed, without } from "./batches.ts";

const fileOf = (name: string, bytes = 100) => new File([new Uint8Array(bytes)], name, { type: "image/jpeg" });
const failed = (sku: string, name: string, canRetry: boolean): FailedFile => ({ sku, name, reason: "why", canRetry, file: fileOf(name) });
const ended = (batches: Batches, sku: string): Batches => changed(batches, sku, ({ underWay }) => ({ underWay: underWay - 1 }));

describe("uploads", () => {
  it("count all SKUs together, one that has ended too, as long as another is under way", () => {
    let now = begun([], "A", [fileOf("1", 300)]);
    now = begun(now, "B", [fileOf("2", 50), fileOf("3", 50)]);
    now = ended(
      changed(now, "A", () => ({ sentBytes: 300, done: 1 })),
      "A",
    );
    expect(summed(now)).toMatchObject({ isBusy: true, total: 3, done: 1, fraction: 0.75 });
    expect(summed(now.filter(({ sku }) => sku === "A"))).toMatchObject({ isBusy: false });
  });

  it("start counting anew when nothing is under way, and keep what failed until it is dealt with", () => {
    let now = begun([], "A", [fileOf("1"), fileOf("2")]);
    now = ended(
      changed(now, "A", () => ({ done: 2, sentBytes: 200, failures: [failed("A", "1", true), failed("A", "2", false)] })),
      "A",
    );
    now = begun(now, "B", [fileOf("3")]);
    expect(summed(now)).toMatchObject({ isBusy: true, total: 1, done: 0, fraction: 0 });
    expect(summed(now).failures.map(({ name }) => name)).toEqual(["1", "2"]);
    now = without(
      now,
      () => true,
      ({ canRetry }) => canRetry,
    );
    expect(summed(now).failures.map(({ name }) => name)).toEqual(["2"]);
    expect(
      summed(
        without(
          now,
          ({ sku }) => sku === "B",
          () => true,
        ),
      ).failures,
    ).toHaveLength(1);
    expect(summed(without(now, ({ sku }) => sku === "A")).failures).toEqual([]);
  });

  it("are not busy with files that are refused before they are sent", () => {
    expect(summed(begun([], "A", []))).toEqual({ isBusy: false, total: 0, done: 0, fraction: 0, failures: [] });
  });
});
