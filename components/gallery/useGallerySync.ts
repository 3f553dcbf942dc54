// An import as it goes: its numbers by subscription, what failed read again as it grows; and how one is started and cancelled.
import { useCallback, useState } from "react";
import { type CombinedError, useClient, useSubscription } from "urql";
import { failureText } from "../api/failure.ts";
import {
  CancelGallerySyncDocument,
  GallerySyncProgressDocument,
  type GallerySyncProgressSubscription,
  type GallerySyncProgressSubscriptionVariables,
  GallerySyncReadDocument,
  SyncFailuresDocument,
  SyncGalleryDocument,
  type SyncStateFragment,
} from "../api/generated/graphql.ts";
import { useStudio } from "../shared/context.ts";
import type { Said } from "../shared/messages/sentences.ts";
import { useRead } from "../shared/useRead.ts";
import { useRereadAfterSilence, useRereadOnChange } from "../shared/useReread.ts";
import { isSyncOver } from "./useGalleries.ts";

/** Failures are read again at most this often, however fast they come. */
const failuresEveryMs = 1_500;

export interface SyncFailure {
  /** A SKU's code, with the photo where it is about one. */
  readonly subject: string;
  readonly said: Said;
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

export interface SyncSteering {
  /** @returns the import that is under way now; undefined where it was refused */
  readonly start: (gallery: string) => Promise<SyncStateFragment | undefined>;
  /** What has come in stays. @returns whether it was done */
  readonly cancel: (id: string) => Promise<boolean>;
  /** What was asked for and is not answered yet. */
  readonly steering: "start" | "cancel" | undefined;
  /** Why the last of these was not done. */
  readonly failure: string | undefined;
}

export function useSyncSteering(): SyncSteering {
  const client = useClient();
  const { t, say } = useStudio();
  const [steering, setSteering] = useState<SyncSteering["steering"]>();
  const [failure, setFailure] = useState<string>();
  const ask = useCallback(
    async <Answer>(how: "start" | "cancel", question: () => PromiseLike<{ data?: Answer; error?: CombinedError }>) => {
      setSteering(how);
      setFailure(undefined);
      const { data, error } = await question();
      setSteering(undefined);
      if (error !== undefined) setFailure(failureText(error, say) ?? t("serverSilent"));
      return data;
    },
    [t, say],
  );
  const start = useCallback(
    async (gallery: string) => (await ask("start", () => client.mutation(SyncGalleryDocument, { gallery })))?.syncGallery,
    [ask, client],
  );
  const cancel = useCallback(
    async (id: string) => (await ask("cancel", () => client.mutation(CancelGallerySyncDocument, { id }))) !== undefined,
    [ask, client],
  );
  return { start, cancel, steering, failure };
}
