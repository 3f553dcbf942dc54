// Who is asking, and what that allows: what the viewer may not do is not shown.
import type { CombinedError } from "@urql/core";
import { type Role, ViewerDocument } from "../api/generated/graphql.ts";
import { useRead } from "../shared/useRead.ts";

export interface ViewerRights {
  readonly role: Role | undefined;
  /** Whether the role has been told, or can not be. */
  readonly isTold: boolean;
  /** May approve, reject, archive, download, and choose the own settings. */
  readonly canReview: boolean;
  /** May add photos and run jobs. */
  readonly canEdit: boolean;
  /** May make and revoke keys for scripts. */
  readonly isOwner: boolean;
  /** Why the role is not known, where it could not be read; it is asked for again by itself where that may help. */
  readonly error: CombinedError | undefined;
  readonly refresh: () => void;
}

export function useViewer(): ViewerRights {
  const { data, error, refresh } = useRead(ViewerDocument, {});
  const role = data?.viewer.role;
  const canEdit = role === "EDITOR" || role === "OWNER";
  return {
    role,
    isTold: role !== undefined || error !== undefined,
    canReview: canEdit || role === "REVIEWER",
    canEdit,
    isOwner: role === "OWNER",
    error: role === undefined ? error : undefined,
    refresh,
  };
}
