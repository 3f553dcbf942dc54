// The photos of one SKU with what was made of them, in order, kept true by news.
import { useEffect, useRef } from "react";
import {
  type PairCellFragment,
  PairChangesDocument,
  PairsDocument,
  type PairsQuery,
  type PairsQueryVariables,
  SkuHeadDocument,
  type SkuRowFragment,
} from "../api/generated/graphql.ts";
import type { Page } from "../api/pages.ts";
import { type PagesHandle, usePages } from "../api/usePages.ts";
import { useStudio } from "../shared/context.ts";
import { useDecided } from "../shared/useDecided.ts";
import { useNews } from "../shared/useNews.ts";
import { useRead } from "../shared/useRead.ts";

/** Pairs read at a time, a screen of them at first; a SKU has at most 500. */
const pageSize = { first: 48, later: 100 } as const;
/** News of many new photos become one reading. */
const settleMs = 400;

export interface PairsHandle extends PagesHandle<PairCellFragment> {
  readonly sku: SkuRowFragment | undefined;
}

/** @param code of the SKU; undefined asks for nothing */
export function usePairs(code: string): PairsHandle {
  const { widths, firstPictures } = useStudio();
  const pages = usePages<PairsQuery, PairsQueryVariables, PairCellFragment>(JSON.stringify([code, widths]), {
    document: PairsDocument,
    variables: (after) => ({ sku: code, first: after === null ? pageSize.first : pageSize.later, after, ...widths }),
    page: pageOf,
    readAllAfter: firstPictures.wait,
  });
  const head = useRead(SkuHeadDocument, { code, ...widths });
  usePairNews(code, pages);
  return { ...pages, nodes: useDecided(pages.nodes), sku: head.data?.sku ?? undefined };
}

const pageOf = ({ pairs }: PairsQuery): Page<PairCellFragment> => ({
  nodes: pairs.edges.map((edge) => edge.node),
  endCursor: pairs.pageInfo.endCursor,
  hasNextPage: pairs.pageInfo.hasNextPage,
  total: pairs.totalCount,
});

/** Changed pairs land through the cache; a pair that the list does not know makes it read again. */
function usePairNews(code: string, pages: PagesHandle<PairCellFragment>): void {
  const { widths } = useStudio();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const list = useRef(pages);
  useEffect(() => {
    list.current = pages;
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  useNews(PairChangesDocument, { sku: code, ...widths }, (news) => {
    if (list.current.isLoading || list.current.nodes.some((pair) => pair.id === news.pairs.id)) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => list.current.refresh(), settleMs);
  });
}
