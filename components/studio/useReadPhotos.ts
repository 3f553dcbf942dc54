// What is read of the chosen SKU's photos: held for those that ask, and drawn anew only where the studio shows something of it itself.
import { useCallback, useRef, useState } from "react";
import type { SkuRowFragment } from "../api/generated/graphql.ts";
import { useIsomorphicLayoutEffect } from "../shared/useIsomorphicLayoutEffect.ts";
import type { PhotosRead } from "./Photos.tsx";

const nothing: PhotosRead = { pairs: [], sku: undefined };

export interface ReadPhotos {
  readonly read: PhotosRead;
  readonly onRead: (read: PhotosRead) => void;
}

/**
 * @param known SKUs by code of which the list tells: of others, what is read is all that is known
 * @param isWatched while a dialog shows the photos: at other times each decision on one would draw the whole studio once more
 */
export function useReadPhotos(known: ReadonlyMap<string, SkuRowFragment>, isWatched: boolean): ReadPhotos {
  const held = useRef(nothing);
  const [drawn, setDrawn] = useState(nothing);
  const watched = useRef(isWatched);
  useIsomorphicLayoutEffect(() => {
    watched.current = isWatched;
  });
  const onRead = useCallback(
    (next: PhotosRead) => {
      held.current = next;
      const isListed = next.sku === undefined || known.has(next.sku.code);
      setDrawn((before) => (watched.current || (!isListed && before.sku !== next.sku) ? next : before));
    },
    [known],
  );
  return { read: isWatched ? held.current : drawn, onRead };
}
