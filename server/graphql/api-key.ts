// Keys for scripts: owners only.
import { apiKeyWhere, createApiKey, revokeApiKey } from "../domain/api-key.ts";
import { builder } from "./builder.ts";
import { decodeId, noRowId } from "./ids.ts";
import { RoleEnum } from "./viewer.ts";

const ApiKey = builder.prismaNode("ApiKey", {
  id: { field: "id" },
  nullable: true,
  // To others no key is there, as with any id that they may not see.
  findUnique: (id, { viewer }) => ({ id: viewer.role === "OWNER" ? id : noRowId, workspace: viewer.workspace }),
  fields: (t) => ({
    name: t.exposeString("name"),
    role: t.expose("role", { type: RoleEnum }),
    prefix: t.exposeString("prefix", { description: "The first characters, to tell keys apart." }),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
    lastUsedAt: t.expose("lastUsedAt", { type: "DateTime", nullable: true }),
    expiresAt: t.expose("expiresAt", { type: "DateTime", nullable: true }),
    revokedAt: t.expose("revokedAt", { type: "DateTime", nullable: true }),
  }),
});

const CreateApiKeyPayload = builder.objectRef<{ readonly id: string; readonly secret: string }>("CreateApiKeyPayload").implement({
  fields: (t) => ({
    apiKey: t.prismaField({
      type: ApiKey,
      resolve: (query, { id }, _args, { app, viewer }) =>
        app.db.apiKey.findFirstOrThrow({ ...query, where: { ...apiKeyWhere(viewer), id } }),
    }),
    secret: t.exposeString("secret", { description: "Shown this once." }),
  }),
});

builder.queryField("apiKeys", (t) =>
  t.prismaField({
    type: [ApiKey],
    description: "Keys for scripts (owners only); the secret is shown once, when it is made. The newest first, revoked ones too.",
    resolve: (query, _root, _args, { app, viewer }) =>
      app.db.apiKey.findMany({ ...query, where: apiKeyWhere(viewer), orderBy: [{ createdAt: "desc" }, { id: "desc" }] }),
  }),
);

const CreateApiKeyInput = builder.inputType("CreateApiKeyInput", {
  fields: (t) => ({
    name: t.string({ required: true }),
    role: t.field({ type: RoleEnum, required: true }),
    expiresAt: t.field({ type: "DateTime", description: "Left out: the key holds until it is revoked." }),
  }),
});

builder.mutationFields((t) => ({
  createApiKey: t.field({
    type: CreateApiKeyPayload,
    args: { input: t.arg({ type: CreateApiKeyInput, required: true }) },
    resolve: (_root, { input }, { app, viewer }) => createApiKey(app, viewer, input),
  }),
  revokeApiKey: t.prismaField({
    type: ApiKey,
    description: "From the next request on the key is refused; a revoked one is answered as it is.",
    args: { id: t.arg.id({ required: true }) },
    resolve: async (query, _root, args, { app, viewer }) => {
      const { id } = await revokeApiKey(app, viewer, decodeId("ApiKey", args.id));
      return app.db.apiKey.findUniqueOrThrow({ ...query, where: { id } });
    },
  }),
}));
