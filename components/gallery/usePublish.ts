// Approved pictures of SKUs or of a selection, how each stands in a gallery, and how they are sent there.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type Client, type CombinedError, useClient } from "urql";
import { failureText } from "../api/failure.ts";
import {
  ApprovedPairsDocument,
  type ApprovedPairsQuery,
  PublicationChangesDocument,
  type PublicationStateFragment,
  type PublishedPairFragment,
  PublishedPairsDocument,
  PublishPairsDocument,
} from "../api/generated/graphql.ts";
import { useStudio } from "../shared/context.ts";
import type { RunTarget } from "../shared/run-target.ts";
import { useRereadAfterSilence } from "../shared/useReread.ts";

/** Pairs read at a time. */
const pageSize = 100;
/** SKUs read at the same time: the rest of the connections stays free for pictures. */
const readsAtOnce = 3;
/** Pairs sent at a time; the server takes 1,000. */
const partSize = 500;

export interface Publishable {
  /** Approved ones, SKU by SKU, the main one first; undefined until they are read. */
  readonly pairs: readonly PublishedPairFragment[] | undefined;
  readonly error: CombinedError | undefined;
  readonly refresh: () => void;
  /** Why the server did not take a pair, by its id. */
  readonly refusals: ReadonlyMap<string, string>;
  readonly isSending: boolean;
  /** Why nothing was sent the last time. */
  readonly failure: string | undefined;
  readonly publish: (gallery: string, ids: readonly string[]) => Promise<void>;
}

interface ReadPairs {
  readonly key: string;
  readonly pairs?: readonly PublishedPairFragment[];
  readonly error?: CombinedError;
}

const noRefusals: ReadonlyMap<string, string> = new Map();

/** @param target undefined asks for nothing */
export function usePublish(target: RunTarget | undefined): Publishable {
  const client = useClient();
  const { t, say, widths, connection } = useStudio();
  const key = target === undefined ? "" : keyOf(target);
  const [read, setRead] = useState<ReadPairs>({ key: "" });
  const [asked, setAsked] = useState(0);
  const [isSending, setIsSending] = useState(false);
  const [failure, setFailure] = useState<string>();
  const [refusals, setRefusals] = useState(noRefusals);
  const meant = useRef(target);
  meant.current = target;
  const refresh = useCallback(() => setAsked((times) => times + 1), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the target, `asked` for the wish to read it again
  useEffect(() => {
    if (meant.current === undefined) return;
    let isMeant = true;
    const bring = async (wanted: RunTarget): Promise<void> => {
      const found = await pairsOf(client, wanted, widths);
      // What was read before stays where it cannot be read again.
      if (isMeant) setRead((now) => ("pairs" in found || now.pairs === undefined || now.key !== key ? { key, ...found } : now));
    };
    void bring(meant.current);
    return () => {
      isMeant = false;
    };
  }, [client, key, asked, widths]);
  useEffect(() => connection.onReconnect(refresh), [connection, refresh]);

  const take = useCallback((news: readonly Change[]): void => {
    const byId = new Map(news.map((each) => [each.id, each]));
    setRead((now) => {
      if (now.pairs?.some(({ id }) => byId.has(id)) !== true) return now;
      return { ...now, pairs: now.pairs.map((pair) => ({ ...pair, ...byId.get(pair.id) })) };
    });
  }, []);
  useEffect(() => {
    if (key === "") return;
    const { unsubscribe } = client.subscription(PublicationChangesDocument, {}).subscribe(({ data }) => data != null && take([data.pairs]));
    return unsubscribe;
  }, [client, key, take]);

  const pairs = read.key === key ? read.pairs : undefined;
  const isUnderWay = pairs?.some(({ publications }) => publications.some(isOpen)) === true;
  useRereadAfterSilence(isUnderWay ? pairs : undefined, refresh);

  const publish = useCallback(
    async (gallery: string, ids: readonly string[]): Promise<void> => {
      setIsSending(true);
      setFailure(undefined);
      setRefusals((now) => new Map([...now].filter(([id]) => !ids.includes(id))));
      for (let start = 0; start < ids.length; start += partSize) {
        const { data, error } = await client.mutation(PublishPairsDocument, { gallery, pairs: ids.slice(start, start + partSize) });
        if (error !== undefined) setFailure(failureText(error, say) ?? t("serverSilent"));
        if (data == null) break;
        const { failures, pairs: taken } = data.publishPairs;
        take(taken);
        setRefusals((now) => new Map([...now, ...failures.map(({ subject, said }) => [subject, say(said)] as const)]));
      }
      setIsSending(false);
    },
    [client, t, say, take],
  );

  return {
    pairs: useMemo(() => pairs?.filter(({ status }) => status === "APPROVED"), [pairs]),
    error: read.key === key ? read.error : undefined,
    refresh,
    refusals,
    isSending,
    failure,
    publish,
  };
}

type Change = Pick<PublishedPairFragment, "id" | "publications"> & Partial<Pick<PublishedPairFragment, "status">>;

const isOpen = ({ status }: PublicationStateFragment): boolean => status === "QUEUED" || status === "SENT";

export const publicationIn = (pair: Pick<PublishedPairFragment, "publications">, gallery: string): PublicationStateFragment | undefined =>
  pair.publications.find((each) => each.gallery === gallery);

/** Whether sending it would change something: it is not there, or another result of it is. */
export const isToSend = (publication: PublicationStateFragment | undefined): boolean =>
  publication === undefined || publication.status === "FAILED" || !publication.isCurrent;

const keyOf = (target: RunTarget): string =>
  JSON.stringify(target.kind === "skus" ? target.skus.map(({ code }) => code) : target.pairs.map(({ id }) => id));

type Widths = { readonly thumb: number; readonly tile: number };
type Found = { readonly pairs: readonly PublishedPairFragment[] } | { readonly error: CombinedError };

/** In the order in which galleries show them. */
const inOrder = (pairs: readonly PublishedPairFragment[]): readonly PublishedPairFragment[] =>
  pairs.toSorted(
    (one, other) =>
      one.sku.code.localeCompare(other.sku.code) || Number(other.isMain) - Number(one.isMain) || one.position - other.position,
  );

async function pairsOf(client: Client, target: RunTarget, widths: Widths): Promise<Found> {
  const wanted =
    target.kind === "skus"
      ? target.skus
          .filter(({ counts }) => counts.approved > 0)
          .map(
            ({ code }) =>
              () =>
                approvedOf(client, code, widths),
          )
      : parts(target.pairs.map(({ id }) => id)).map((ids) => () => pairsById(client, ids, widths));
  const found: Found[] = [];
  const take = async (): Promise<void> => {
    for (let next = wanted.shift(); next !== undefined; next = wanted.shift()) found.push(await next());
  };
  await Promise.all(Array.from({ length: readsAtOnce }, take));
  const fault = found.find((each) => "error" in each);
  return fault ?? { pairs: inOrder(found.flatMap((each) => ("pairs" in each ? each.pairs : []))) };
}

const parts = (ids: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(ids.length / pageSize) }, (_, index) => ids.slice(index * pageSize, (index + 1) * pageSize));

const fresh = { requestPolicy: "network-only" } as const;

async function pairsById(client: Client, ids: readonly string[], widths: Widths): Promise<Found> {
  const { data, error } = await client.query(PublishedPairsDocument, { ids: [...ids], ...widths }, fresh);
  if (error !== undefined) return { error };
  return { pairs: data?.nodes.flatMap((node) => (node !== null && "publications" in node ? [node] : [])) ?? [] };
}

async function approvedOf(client: Client, sku: string, widths: Widths): Promise<Found> {
  const pairs: PublishedPairFragment[] = [];
  for (let after: string | null = null, isMore = true; isMore; ) {
    const { data, error }: { data?: ApprovedPairsQuery; error?: CombinedError } = await client.query(
      ApprovedPairsDocument,
      { sku, first: pageSize, after, ...widths },
      fresh,
    );
    if (error !== undefined) return { error };
    pairs.push(...(data?.pairs.edges.map(({ node }) => node) ?? []));
    after = data?.pairs.pageInfo.endCursor ?? null;
    isMore = data?.pairs.pageInfo.hasNextPage ?? false;
  }
  return { pairs };
}
