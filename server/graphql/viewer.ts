// Who is asking.
import { roles, type Viewer } from "../auth/viewer.ts";
import { builder } from "./builder.ts";

export const RoleEnum = builder.enumType("Role", {
  description:
    "VIEWER reads; REVIEWER also approves, rejects and archives; EDITOR also adds, runs, edits and deletes; OWNER also manages keys.",
  values: roles,
});

const ViewerType = builder.objectRef<Viewer>("Viewer").implement({
  fields: (t) => ({
    userId: t.exposeString("userId"),
    workspaceId: t.exposeString("workspace"),
    role: t.expose("role", { type: RoleEnum }),
  }),
});

builder.queryField("viewer", (t) =>
  t.field({ type: ViewerType, description: "Who is asking, and what they may do.", resolve: (_root, _args, { viewer }) => viewer }),
);
