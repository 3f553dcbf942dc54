// Prompt groups: named sets of templates that a whole workspace shares; each user has at most one active.
import type { App } from "../app.ts";
import { assertRole, type Viewer } from "../auth/viewer.ts";
import { isUniqueViolation, type Prisma, type Tx } from "../db/client.ts";
import { conflict, limitExceeded, notFound, type UserError } from "../errors.ts";
import { endedKeyUsers } from "./api-key.ts";
import { requireName, requireText } from "./names.ts";
import { lockWorkspace } from "./workspace.ts";

export type PromptGroupRow = Prisma.PromptGroupGetPayload<object>;

/** Groups in a workspace at most: bounds `promptGroups`, which is answered whole. */
const maxGroups = 100;
/** Characters: a name stands in every list, a description is read at a glance. */
const maxNameLength = 100;
const maxDescriptionLength = 1_000;

export interface PromptGroupInput {
  readonly name: string;
  /** Left out: none, or the one that there is; null: none. */
  readonly description?: string | null | undefined;
}

export const groupNotFound = (): UserError => notFound("prompt group with this id");

/** @throws CONFLICT when the name is taken, BAD_USER_INPUT naming the field, LIMIT_EXCEEDED */
export async function createPromptGroup(app: App, viewer: Viewer, input: PromptGroupInput): Promise<PromptGroupRow> {
  assertRole(viewer, "EDITOR");
  const { workspace } = viewer;
  const data = checkGroup(input);
  return refusingTakenName(data.name, () =>
    app.db.$transaction(async (tx) => {
      await lockWorkspace(tx, workspace);
      const count = await tx.promptGroup.count({ where: { workspace } });
      if (count >= maxGroups)
        throw limitExceeded(`The workspace has ${count} prompt groups: ${maxGroups} is the most. Delete one that is no longer used.`);
      return tx.promptGroup.create({ data: { workspace, ...data } });
    }),
  );
}

/** @throws NOT_FOUND, and as `createPromptGroup` does */
export async function updatePromptGroup(
  app: App,
  viewer: Viewer,
  { id, ...input }: PromptGroupInput & { id: string | null },
): Promise<PromptGroupRow> {
  assertRole(viewer, "EDITOR");
  const data = checkGroup(input);
  return refusingTakenName(data.name, () =>
    app.db.$transaction(async (tx) => {
      const group = await lockGroup(tx, viewer, id);
      return tx.promptGroup.update({ where: { id: group.id }, data });
    }),
  );
}

/** With its templates; runs under way keep the ones that they were submitted with. @throws NOT_FOUND, CONFLICT while it is active for anybody */
export async function deletePromptGroup(app: App, viewer: Viewer, id: string | null): Promise<void> {
  assertRole(viewer, "EDITOR");
  await app.db.$transaction(async (tx) => {
    const group = await lockGroup(tx, viewer, id);
    const active = await tx.userPreference.findMany({ where: { activePromptGroupId: group.id }, select: { userId: true } });
    // Nobody can choose another one in the name of a key that holds no more.
    const ended = await endedKeyUsers(
      tx,
      active.map(({ userId }) => userId),
    );
    const choosing = active.filter(({ userId }) => !ended.includes(userId));
    if (choosing.length > 0) throw activeForSomebody(group.name, viewer, choosing);
    await tx.promptGroup.delete({ where: { id: group.id } });
  });
}

function activeForSomebody(name: string, viewer: Viewer, active: readonly { userId: string }[]): UserError {
  const others = active.filter(({ userId }) => userId !== viewer.userId).length;
  const users = `${others} other ${others === 1 ? "user" : "users"}`;
  const whom = others === active.length ? users : others === 0 ? "you" : `you and ${users}`;
  return conflict(
    `The prompt group ${name} is active for ${whom}, so it can not be deleted: ${others === active.length ? "they" : "you"} must first choose another group, or none (updateSettings with activePromptGroup null).`,
  );
}

/** The group, held until `tx` ends: against a change of its templates and against becoming somebody's active one. @throws NOT_FOUND */
export async function lockGroup(tx: Tx, viewer: Viewer, id: string | null): Promise<PromptGroupRow> {
  if (id === null) throw groupNotFound();
  await tx.$queryRaw`SELECT 1 FROM ai_prompt_group WHERE id = ${id}::uuid AND workspace = ${viewer.workspace} FOR UPDATE`;
  const group = await tx.promptGroup.findFirst({ where: { id, workspace: viewer.workspace } });
  if (group === null) throw groupNotFound();
  return group;
}

function checkGroup({ name, description }: PromptGroupInput): { name: string; description?: string | null } {
  return {
    name: requireName("name", name, maxNameLength),
    ...(description === undefined
      ? {}
      : { description: description === null || description === "" ? null : requireText("description", description, maxDescriptionLength) }),
  };
}

async function refusingTakenName<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (isUniqueViolation(error)) throw conflict(`There is a prompt group named ${name} already: choose another name, or use that group.`);
    throw error;
  }
}
