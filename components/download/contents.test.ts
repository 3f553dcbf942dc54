// What a download says it holds, before it is made.
import { expect, it } from "vitest";
import { samplePair, sampleSku } from "../shared/samples.ts";
import { codesOf, contentsOf } from "./contents.ts";

it("counts files and bytes of chosen photos", () => {
  const approved = { ...samplePair(0), status: "APPROVED" as const };
  const { total, contents } = contentsOf({ kind: "pairs", pairs: [approved, samplePair(1), samplePair(2, "WAITING")] });
  expect(total).toBe(3);
  expect(contents).toEqual([
    { content: "APPROVED", files: 1, bytes: 200_000 },
    { content: "BEST", files: 2, bytes: 400_000 },
    { content: "SOURCES", files: 3, bytes: 600_000 },
  ]);
});

it("counts files of whole SKUs, without what is archived", () => {
  const sku = sampleSku(1);
  const archived = { ...sku, counts: { ...sku.counts, archived: 1 } };
  const { total, contents } = contentsOf({ kind: "skus", skus: [sku, archived] });
  expect(total).toBe(7);
  expect(contents.map(({ files }) => files)).toEqual([2, 6, 7]);
});

it("names the SKUs that have such a file", () => {
  const empty = { ...sampleSku(2), counts: { ...sampleSku(2).counts, approved: 0 } };
  const target = { kind: "skus", skus: [sampleSku(1), empty] } as const;
  expect(codesOf(target)).toEqual(["MUG-00001", "MUG-00002"]);
  expect(codesOf(target, "APPROVED")).toEqual(["MUG-00001"]);
});
