// The normalised cache: rows by their global id, pictures by their bytes and name, everything else within its parent;
// and what a decision will look like before the server has answered.

import type { Exchange } from "@urql/core";
import { type Cache, cacheExchange, type DataFields, type OptimisticMutationResolver } from "@urql/exchange-graphcache";
import type { PairStatus } from "./generated/graphql.ts";

const withinParent = (): null => null;

/** Two rows may hold the same bytes under other names, hence both; the links of either show the same picture. */
export function photoKey(photo: DataFields): string | null {
  return typeof photo.sha256 === "string" && typeof photo.name === "string" ? `${photo.sha256}:${photo.name}` : null;
}

export function createCache(): Exchange {
  return cacheExchange({
    keys: {
      Image: photoKey,
      PairCounts: withinParent,
      PairsPayload: withinParent,
      SkusPayload: withinParent,
      RuleOutcome: withinParent,
      Placement: withinParent,
      Output: withinParent,
      JobProgress: withinParent,
      // There is one: the viewer's own.
      Settings: () => "own",
      Viewer: withinParent,
      Download: withinParent,
      Engine: (engine) => (typeof engine.name === "string" ? engine.name : null),
      OutputPreset: (preset) => (typeof preset.name === "string" ? preset.name : null),
      UploadTicket: withinParent,
      Header: withinParent,
      Failure: withinParent,
      Recipe: withinParent,
      JobEstimate: withinParent,
      CreateApiKeyPayload: withinParent,
    },
    updates: {
      Mutation: {
        submitJob: (_result, _args, cache) => forget(cache, "jobs"),
        cancelJob: (_result, _args, cache) => forget(cache, "jobs"),
        resumeJob: (_result, _args, cache) => forget(cache, "jobs"),
        retryJob: (_result, _args, cache) => forget(cache, "jobs"),
        createPromptGroup: (_result, _args, cache) => forget(cache, "promptGroups"),
        deletePromptGroup: (_result, _args, cache) => forget(cache, "promptGroups"),
        createPromptTemplate: (_result, _args, cache) => forget(cache, "promptGroups"),
        // A template that is moved moves others.
        updatePromptTemplate: (_result, _args, cache) => forget(cache, "promptGroups"),
        deletePromptTemplate: (_result, _args, cache) => forget(cache, "promptGroups"),
        createApiKey: (_result, _args, cache) => forget(cache, "apiKeys"),
      },
    },
    optimistic: optimisticDecisions(),
  });
}

/** A list that a mutation has made stale is read anew. */
function forget(cache: Cache, field: string): void {
  for (const entry of cache.inspectFields("Query")) {
    if (entry.fieldName === field) cache.invalidate("Query", entry.fieldKey);
  }
}

type Decided = (id: string, cache: Cache) => { readonly status: PairStatus; readonly note?: string | null };

function optimisticDecisions(): Record<string, OptimisticMutationResolver> {
  const archivedFrom = new Map<string, PairStatus>();
  const statusOf = (cache: Cache, id: string): PairStatus => cache.resolve({ __typename: "Pair", id }, "status") as PairStatus;
  const payload =
    (decided: Decided): OptimisticMutationResolver =>
    ({ ids }, cache) => ({
      __typename: "PairsPayload",
      failures: [],
      pairs: (ids as string[])
        .filter((id) => cache.resolve({ __typename: "Pair", id }, "id") === id)
        .map((id) => ({ __typename: "Pair", id, ...decided(id, cache) })),
    });
  const approve = payload(() => ({ status: "APPROVED", note: null }));
  return {
    // What keeps a preset's rules is known only by measuring it.
    approvePairs: (args, cache, info) =>
      args.compliantWith == null ? approve(args, cache, info) : { __typename: "PairsPayload", failures: [], pairs: [] },
    rejectPairs: (args, cache, info) =>
      payload(() => ({ status: "REJECTED", note: (args.reason ?? null) as string | null }))(args, cache, info),
    reopenPairs: payload(() => ({ status: "READY", note: null })),
    archivePairs: payload((id, cache) => {
      const status = statusOf(cache, id);
      if (status !== "ARCHIVED") archivedFrom.set(id, status);
      return { status: "ARCHIVED" };
    }),
    activatePairs: payload((id) => ({ status: archivedFrom.get(id) ?? "READY" })),
    setMainPair: ({ id }) => ({ __typename: "Pair", id: id as string, isMain: true }),
  };
}
