// The normalised cache: rows by their global id, pictures by their bytes and name, everything else within its parent.
import type { Exchange } from "@urql/core";
import { type Cache, cacheExchange, type DataFields } from "@urql/exchange-graphcache";

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
      Gallery: (gallery) => (typeof gallery.name === "string" ? gallery.name : null),
      UploadTicket: withinParent,
      Header: withinParent,
      Failure: withinParent,
      Sentence: withinParent,
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
        createSku: (_result, _args, cache) => forget(cache, "skus"),
        createPromptGroup: (_result, _args, cache) => forget(cache, "promptGroups"),
        deletePromptGroup: (_result, _args, cache) => forget(cache, "promptGroups"),
        createPromptTemplate: (_result, _args, cache) => forget(cache, "promptGroups"),
        // A template that is moved moves others.
        updatePromptTemplate: (_result, _args, cache) => forget(cache, "promptGroups"),
        deletePromptTemplate: (_result, _args, cache) => forget(cache, "promptGroups"),
        createApiKey: (_result, _args, cache) => forget(cache, "apiKeys"),
        // Its last import is another now.
        syncGallery: (_result, _args, cache) => forget(cache, "galleries"),
      },
      Subscription: {
        // An import has ended: it told of each photo, and not of what the list and its numbers come to.
        gallerySync: ({ gallerySync }, _args, cache) => {
          if ((gallerySync as { readonly finishedAt?: string | null }).finishedAt != null) forget(cache, "skus");
        },
      },
    },
    // Decisions on photos are not among these: they are shown over the cache, see decided.ts.
    optimistic: { setMainPair: ({ id }) => ({ __typename: "Pair", id: id as string, isMain: true }) },
  });
}

/** A list that a mutation has made stale is read anew. */
function forget(cache: Cache, field: string): void {
  for (const entry of cache.inspectFields("Query")) {
    if (entry.fieldName === field) cache.invalidate("Query", entry.fieldKey);
  }
}
