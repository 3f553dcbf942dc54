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
      Placement: withinParent,
      Output: withinParent,
      JobProgress: withinParent,
      Settings: withinParent,
      Viewer: withinParent,
      Engine: (engine) => (typeof engine.name === "string" ? engine.name : null),
      OutputPreset: (preset) => (typeof preset.name === "string" ? preset.name : null),
      UploadTicket: withinParent,
      Header: withinParent,
      Failure: withinParent,
    },
    updates: {
      Mutation: {
        submitJob: (_result, _args, cache) => forget(cache, "jobs"),
        cancelJob: (_result, _args, cache) => forget(cache, "jobs"),
      },
    },
  });
}

/** A list that a mutation has made stale is read anew. */
function forget(cache: Cache, field: string): void {
  for (const entry of cache.inspectFields("Query")) {
    if (entry.fieldName === field) cache.invalidate("Query", entry.fieldKey);
  }
}
