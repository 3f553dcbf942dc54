// An import as it goes: its numbers by subscription, what failed read again as it grows; and how one is started.
import { useCallback, useState } from "react";
import { type CombinedError, useClient, useSubscription } from "urql";
import { failureText } from "../api/failure.ts";
import {
  GallerySyncProgressDocument,
  type GallerySyncProgressSubscription,
  type GallerySyncProgressSubscriptionVariables,
  GallerySyncReadDocument,
  SyncFailuresDocument,
  SyncGalleryDocument,
  type SyncStateFragment,
} from "../api/generated/graphql.ts";
import { useStudio } from "../shared/context.ts";
import { useRead } from "../shared/useRead.ts";
import { useRereadAfterSilence, useRereadOnChange } from "../shared/useReread.ts";
import { isSyncOver } from "./useGalleries.ts";

/** Failures are read again at most this often, however fast they come. */
const failuresEveryMs = 1_500;

export interface SyncFailure {
  /** A SKU's code, with the photo where it is about one. */
  readonly subject: string;
  readonly message: string;
}

export interface GallerySyncRead {
  readonly sync: SyncStateFragment | undefined;
  readonly error: CombinedError | undefined;
}

/** @param id undefined asks for nothing */
export function useGallerySync(id: string | undefined): GallerySyncRead {
  const { data, error, refresh } = useRead(GallerySyncReadDocument, { id: id ?? "" }, { pause: id === undefined });
  const node = id === undefined ? undefined : data?.node;
  const sync = isSync(node) && node.id === id ? node : undefined;
  const isOver = sync !== undefined && isSyncOver(sync);
  useSubscription<GallerySyncProgressSubscription, null, GallerySyncProgressSubscriptionVariables>(
    { query: GallerySyncProgressDocument, variables: { id: id ?? "" }, pause: id === undefined || isOver },
    () => null,
  );
  useRereadAfterSilence(isOver ? undefined : sync, refresh);
  return { sync, error };
}

const isSync = (node: { readonly id: string } | null | undefined): node is SyncStateFragment => node != null && "skusDone" in node;

/** The first thousand, in the order in which they came. */
export function useSyncFailures(sync: Pick<SyncStateFragment, "id" | "failed" | "status"> | undefined): readonly SyncFailure[] {
  const failed = sync?.failed ?? 0;
  const { data, refresh } = useRead(SyncFailuresDocument, { id: sync?.id ?? "" }, { pause: failed === 0 });
  // Its end too: the last of them may have come with it.
  useRereadOnChange(sync === undefined ? "" : `${sync.id} ${failed} ${isSyncOver(sync)}`, refresh, failuresEveryMs);
  const node = data?.node;
  return failed > 0 && node != null && "failures" in node && node.id === sync?.id ? node.failures : none;
}

const none: readonly SyncFailure[] = [];

export interface StartSync {
  /** @returns the import that is under way now; undefined where it was refused */
  readonly start: (gallery: string) => Promise<SyncStateFragment | undefined>;
  readonly isStarting: boolean;
  /** Why the last one was not started. */
  readonly failure: string | undefined;
}

export function useStartSync(): StartSync {
  const client = useClient();
  const { t } = useStudio();
  const [isStarting, setIsStarting] = useState(false);
  const [failure, setFailure] = useState<string>();
  const start = useCallback(
    async (gallery: string) => {
      setIsStarting(true);
      setFailure(undefined);
      const { data, error } = await client.mutation(SyncGalleryDocument, { gallery });
      setIsStarting(false);
      if (error !== undefined) setFailure(failureText(error) ?? t("serverSilent"));
      return data?.syncGallery;
    },
    [client, t],
  );
  return { start, isStarting, failure };
}
