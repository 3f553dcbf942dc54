// What a download can hold of the chosen SKUs or photos: how many files each kind has, and how many bytes where they are known.
import type { DownloadContent, SkuRowFragment } from "../api/generated/graphql.ts";
import type { RunTarget } from "../shared/run-target.ts";

export interface Content {
  readonly content: Exclude<DownloadContent, "READY">;
  readonly files: number;
  /** Undefined for whole SKUs, whose photos are not all at hand. */
  readonly bytes: number | undefined;
}

/** @returns how many of the photos stay out, whatever is chosen, beside what each choice holds */
export function contentsOf(target: RunTarget): { readonly total: number; readonly contents: readonly Content[] } {
  if (target.kind === "skus") {
    const { skus } = target;
    const sum = (of: (counts: SkuRowFragment["counts"]) => number): number => skus.reduce((total, { counts }) => total + of(counts), 0);
    const total = sum((counts) => counts.total - counts.archived);
    return {
      total,
      contents: [
        { content: "APPROVED", files: sum((counts) => counts.approved), bytes: undefined },
        { content: "BEST", files: sum((counts) => counts.approved + counts.ready), bytes: undefined },
        { content: "SOURCES", files: total, bytes: undefined },
      ],
    };
  }
  const of = (content: Content["content"], pictures: readonly ({ readonly bytes: number } | null)[]): Content => {
    const there = pictures.filter((picture) => picture !== null);
    return { content, files: there.length, bytes: there.reduce((total, { bytes }) => total + bytes, 0) };
  };
  const { pairs } = target;
  return {
    total: pairs.length,
    contents: [
      of(
        "APPROVED",
        pairs.flatMap((pair) => (pair.status === "APPROVED" ? [pair.result] : [])),
      ),
      of(
        "BEST",
        pairs.flatMap((pair) => (pair.status === "APPROVED" || pair.status === "READY" ? [pair.result] : [])),
      ),
      of(
        "SOURCES",
        pairs.map((pair) => pair.source),
      ),
    ],
  };
}

/** Codes of the SKUs in question; with a content, of those alone that have such a file. */
export function codesOf(target: RunTarget, content?: Content["content"]): readonly string[] {
  const has = (part: RunTarget): boolean =>
    content === undefined || contentsOf(part).contents.some((each) => each.content === content && each.files > 0);
  const codes =
    target.kind === "skus"
      ? target.skus.flatMap((sku) => (has({ kind: "skus", skus: [sku] }) ? [sku.code] : []))
      : target.pairs.flatMap((pair) => (has({ kind: "pairs", pairs: [pair] }) ? [pair.sku.code] : []));
  return [...new Set(codes)];
}
