// The galleries that SKUs come from and pictures go to, with the last import of each.
import { useCallback, useMemo } from "react";
import type { CombinedError } from "urql";
import { GalleriesDocument, type GalleriesQuery, GalleryChangesDocument, type SyncStateFragment } from "../api/generated/graphql.ts";
import { useNews } from "../shared/useNews.ts";
import { useRead } from "../shared/useRead.ts";

export type Gallery = GalleriesQuery["galleries"][number];

export interface GalleriesRead {
  /** In the order of the server's configuration. */
  readonly galleries: readonly Gallery[];
  /** Those that pictures can be published to. */
  readonly targets: readonly Gallery[];
  readonly isLoading: boolean;
  readonly error: CombinedError | undefined;
  readonly refresh: () => void;
  /** What people call a gallery; its name where it is not there any more. */
  readonly titleOf: (name: string) => string;
  /** The id of an import that is under way; undefined: there is none. */
  readonly running: string | undefined;
}

const none: readonly Gallery[] = [];
/** The cache takes it. */
const taken = (): void => {};

export function useGalleries(): GalleriesRead {
  const { data, error, isLoading, refresh } = useRead(GalleriesDocument, {});
  const galleries = data?.galleries ?? none;
  // Where there are some, imports are seen that a colleague or the clock begins.
  useNews(GalleryChangesDocument, {}, taken, { pause: galleries.length === 0 });
  const titleOf = useCallback((name: string) => galleries.find((each) => each.name === name)?.title ?? name, [galleries]);
  return useMemo(
    () => ({
      galleries,
      targets: galleries.filter(({ canPublish }) => canPublish),
      isLoading,
      error,
      refresh,
      titleOf,
      running: galleries.find(({ lastSync }) => lastSync !== null && !isSyncOver(lastSync))?.lastSync?.id,
    }),
    [galleries, isLoading, error, refresh, titleOf],
  );
}

export const isSyncOver = ({ status }: Pick<SyncStateFragment, "status">): boolean =>
  status !== "QUEUED" && status !== "RUNNING" && status !== "PAUSED";
