// The workspace's SKUs: searched and filtered by the server, read page by page, kept true by news.
import { useEffect, useMemo, useRef } from "react";
import {
  SkuChangesDocument,
  type SkuRowFragment,
  type SkuStatus,
  SkusDocument,
  type SkusQuery,
  type SkusQueryVariables,
  SkuTabsDocument,
} from "../api/generated/graphql.ts";
import type { Page } from "../api/pages.ts";
import { type PagesHandle, usePages } from "../api/usePages.ts";
import { useStudio } from "../shared/context.ts";
import { useNews } from "../shared/useNews.ts";
import { useRead } from "../shared/useRead.ts";

/** SKUs read at a time: a few screens of rows. */
const pageSize = 60;
/** News of many pairs become one reading of the numbers. */
const settleMs = 700;
/** A subscription starts with how things stand; that is no change. */
const presentStateMs = 3000;

export type SkuTab = "all" | "review" | "pending" | "processing" | "approved";

export const tabStatus: Readonly<Record<SkuTab, SkuStatus | undefined>> = {
  all: undefined,
  review: "REVIEW",
  pending: "PENDING",
  processing: "PROCESSING",
  approved: "APPROVED",
};

export interface SkusInput {
  readonly search?: string;
  readonly tab?: SkuTab;
}

export function useSkus({ search = "", tab = "all" }: SkusInput = {}): PagesHandle<SkuRowFragment> {
  const { widths } = useStudio();
  const status = tabStatus[tab];
  const pages = usePages<SkusQuery, SkusQueryVariables, SkuRowFragment>(JSON.stringify([search, tab, widths]), {
    document: SkusDocument,
    variables: (after) => ({
      first: pageSize,
      after,
      filter: { ...(search === "" ? {} : { search }), ...(status === undefined ? {} : { status: [status] }) },
      ...widths,
    }),
    page: pageOf,
  });
  useSkuNews(pages.refresh);
  return pages;
}

const pageOf = ({ skus }: SkusQuery): Page<SkuRowFragment> => ({
  nodes: skus.edges.map((edge) => edge.node),
  endCursor: skus.pageInfo.endCursor,
  hasNextPage: skus.pageInfo.hasNextPage,
  total: skus.totalCount,
});

export type SkuCounts = Readonly<Record<SkuTab, number>>;

/** How many SKUs stand at each status under the search; undefined until it is known. */
export function useSkuCounts(search = ""): SkuCounts | undefined {
  const { data, refresh } = useRead(SkuTabsDocument, { search: search === "" ? null : search });
  useSkuNews(refresh);
  return useMemo(
    () =>
      data && {
        all: data.all.totalCount,
        review: data.review.totalCount,
        pending: data.pending.totalCount,
        processing: data.processing.totalCount,
        approved: data.approved.totalCount,
      },
    [data],
  );
}

/** The cache takes the changed rows by itself; membership and numbers are read anew once a SKU's status has changed. */
function useSkuNews(onStatusChange: () => void): void {
  const { widths } = useStudio();
  const statuses = useRef(new Map<string, SkuStatus>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const notify = useRef(onStatusChange);
  useEffect(() => {
    notify.current = onStatusChange;
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  const since = useRef(0);
  useEffect(() => {
    since.current = Date.now();
  }, []);
  useNews(SkuChangesDocument, widths, ({ pairs: { sku } }) => {
    const before = statuses.current.get(sku.id);
    statuses.current.set(sku.id, sku.status);
    const isFirstNews = before === undefined && Date.now() - since.current < presentStateMs;
    if (before !== sku.status && !isFirstNews) {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => notify.current(), settleMs);
    }
  });
}
