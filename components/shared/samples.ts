// Rows as the API would answer them, for tests of the parts.
import type { PairCellFragment, PairStatus, SkuRowFragment } from "../api/generated/graphql.ts";
import type { PagesHandle } from "../api/usePages.ts";

/** A square of one colour, 8 by 8. */
export const square = (colour: string): string =>
  `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="${colour}"/></svg>`)}`;

export const samplePhoto = (name: string, colour: string) => ({
  __typename: "Image" as const,
  sha256: `${name}${colour}`,
  name,
  width: 1600,
  height: 1600,
  bytes: 200_000,
  mimeType: "image/jpeg",
  placeholder: "",
  thumb: square(colour),
  tile: square(colour),
});

const counts = { total: 4, waiting: 1, processing: 0, ready: 2, approved: 1, rejected: 0, failed: 0, archived: 0 };

export const sampleSku = (number: number): SkuRowFragment => ({
  id: `sku-${number}`,
  code: `MUG-${String(number).padStart(5, "0")}`,
  title: "Speckled stoneware mug",
  status: "REVIEW",
  counts,
  mainPair: null,
});

export const samplePair = (position: number, status: PairStatus = "READY"): PairCellFragment => ({
  id: `pair-${position}`,
  status,
  position,
  isMain: position === 0,
  note: status === "FAILED" ? "No product edge found in the photo." : null,
  noteSaid: null,
  createdAt: "2026-05-04T09:12:00Z",
  source: samplePhoto(`IMG_${2040 + position}.jpg`, "teal"),
  result: status === "READY" ? samplePhoto(`IMG_${2040 + position}.jpg`, "white") : null,
  current:
    status === "READY"
      ? { id: `result-${position}`, engine: "studio", durationMs: 2100, confidence: 0.9, warnings: [], createdAt: "2026-05-04T09:41:00Z" }
      : null,
  sku: { id: "sku-1", code: "MUG-00001" },
  publications: [],
});

export const wholeList = <Node>(nodes: readonly Node[]): PagesHandle<Node> => ({
  nodes,
  total: nodes.length,
  isLoading: false,
  hasMore: false,
  error: undefined,
  loadMore: () => {},
  refresh: () => {},
});
