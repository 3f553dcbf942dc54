// Who is asking, and the rule of roles.
import { z } from "zod";
import { forbidden } from "../errors.ts";
import { say } from "../say.ts";

export const roles = ["VIEWER", "REVIEWER", "EDITOR", "OWNER"] as const;
export type Role = (typeof roles)[number];

/** Characters of a user id or a workspace id at most: they stand in every row, key and notification. */
const maxIdLength = 200;
export const principalId = z
  .string()
  .min(1)
  .max(maxIdLength)
  .refine((id) => !id.includes("\0"), "must not hold NUL characters");

export interface Viewer {
  readonly userId: string;
  readonly workspace: string;
  readonly role: Role;
  /** When the credentials stop holding; null where they never do. */
  readonly expiresAt: Date | null;
}

/** @throws UserError FORBIDDEN naming the role that it takes. Ask before any id is looked up. */
export function assertRole(viewer: Viewer, atLeast: Role): void {
  if (roles.indexOf(viewer.role) >= roles.indexOf(atLeast)) return;
  throw forbidden(say("ROLE_TOO_LOW", { needed: atLeast, role: viewer.role }));
}
