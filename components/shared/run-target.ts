// What a run or a download is about: whole SKUs, or chosen pairs.
import type { PairCellFragment, SkuRowFragment } from "../api/generated/graphql.ts";

export type RunTarget =
  | { readonly kind: "skus"; readonly skus: readonly SkuRowFragment[] }
  | { readonly kind: "pairs"; readonly pairs: readonly PairCellFragment[] };
