// Who is asking, and what that allows: what the viewer may not do is not shown.
import { type Role, ViewerDocument } from "../api/generated/graphql.ts";
import { useRead } from "../shared/useRead.ts";

export interface ViewerRights {
  readonly role: Role | undefined;
  /** May add photos and run jobs. */
  readonly canEdit: boolean;
}

export function useViewer(): ViewerRights {
  const role = useRead(ViewerDocument, {}).data?.viewer.role;
  return { role, canEdit: role === "EDITOR" || role === "OWNER" };
}
