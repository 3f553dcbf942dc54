// One pair in full: its pictures at full size and every result ever made of it.
import { useMemo } from "react";
import { PairInFullDocument, type PairInFullQuery } from "../api/generated/graphql.ts";
import { largePixels } from "../comparison/ImageComparison.tsx";
import { useStudio } from "../shared/context.ts";
import { useDecided } from "../shared/useDecided.ts";
import { type Read, useRead } from "../shared/useRead.ts";

export type PairInFull = Extract<NonNullable<PairInFullQuery["node"]>, { __typename?: "Pair"; source: unknown }>;
export type ResultInFull = PairInFull["results"][number];

export interface PairRead extends Omit<Read<PairInFullQuery>, "data"> {
  /** Undefined while it is read, null where it is not there any more. */
  readonly pair: PairInFull | null | undefined;
}

/** @param options `cache-first` for what is read ahead */
export function usePair(id: string | undefined, options: { readonly requestPolicy?: "cache-first" } = {}): PairRead {
  const { widths } = useStudio();
  const { data, error, isLoading, refresh } = useRead(
    PairInFullDocument,
    { id: id ?? "", ...widths, large: largePixels },
    { pause: id === undefined, ...options },
  );
  const node = data?.node;
  const found = node !== null && node !== undefined && "source" in node ? node : undefined;
  const [pair = null] = useDecided(useMemo(() => (found === undefined ? [] : [found]), [found]));
  return {
    pair: data === undefined ? undefined : pair,
    error,
    isLoading,
    refresh,
  };
}
