// API keys: made and revoked by owners, kept as hashes, found by them.
import { randomBytes } from "node:crypto";
import type { App } from "../app.ts";
import { apiKeyPrefix, hashApiKey } from "../auth/authenticate.ts";
import { assertRole, type Role, type Viewer } from "../auth/viewer.ts";
import type { Db, Prisma } from "../db/client.ts";
import { badUserInput, limitExceeded, notFound } from "../errors.ts";
import { publish } from "../events/news.ts";
import { requireName } from "./names.ts";
import { lockWorkspace } from "./workspace.ts";

/** Random bytes of a secret: not to be guessed, however many are tried. */
const secretBytes = 32;
/** Keys that hold at once in a workspace: a script that makes one at every start is told of it. */
const maxActiveKeys = 100;
const maxNameLength = 100;

/** Characters of the secret that are shown in lists: `isk_` and six more. */
const shownPrefixLength = 10;

/** Milliseconds for which one record of a key's use stands. */
const usageEveryMs = 60_000;

const keyUser = /^key:([0-9a-f-]{36})$/;
/** The user id that a key's viewer has. */
export const userIdOfKey = (id: string): string => `key:${id}`;

const holdingNow = (now = new Date()) => ({ revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] });

/** Those of the users that are keys which hold no more. */
export async function endedKeyUsers(db: Pick<Db, "apiKey">, userIds: readonly string[]): Promise<string[]> {
  const ids = userIds.flatMap((userId) => keyUser.exec(userId)?.[1] ?? []);
  if (ids.length === 0) return [];
  const holding = await db.apiKey.findMany({ where: { id: { in: ids }, ...holdingNow() }, select: { id: true } });
  const held = new Set(holding.map(({ id }) => id));
  return ids.filter((id) => !held.has(id)).map(userIdOfKey);
}

/** Who a key stands for; null when it is unknown, revoked or expired. Its last use is recorded, at most once a minute. */
export async function findApiKey(db: Db, hash: string): Promise<Viewer | null> {
  const key = await db.apiKey.findUnique({ where: { hash } });
  const now = new Date();
  if (key === null || key.revokedAt !== null || (key.expiresAt !== null && key.expiresAt <= now)) return null;
  // Asked of the row that was read, so that most requests write nothing; of many at once in a new minute, one does.
  if (key.lastUsedAt === null || key.lastUsedAt.getTime() < now.getTime() - usageEveryMs)
    await db.$executeRaw`
      UPDATE ai_api_key SET last_used_at = now() WHERE id = ${key.id}::uuid AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`;
  return { userId: userIdOfKey(key.id), workspace: key.workspace, role: key.role, expiresAt: key.expiresAt };
}

/** Makes the key of a secret that is kept elsewhere, where it is not there yet. */
export async function ensureApiKey(db: Db, key: { secret: string; workspace: string; name: string }): Promise<void> {
  const { secret, workspace, name } = key;
  await db.apiKey.createMany({
    data: [
      { workspace, name, role: "OWNER", prefix: secret.slice(0, shownPrefixLength), hash: hashApiKey(secret), createdBy: "development" },
    ],
    skipDuplicates: true,
  });
}

export interface CreateApiKeyInput {
  readonly name: string;
  readonly role: Role;
  /** Left out: the key holds until it is revoked. */
  readonly expiresAt?: Date | null | undefined;
}

/** The secret is answered this once and kept nowhere. @throws BAD_USER_INPUT naming the field, LIMIT_EXCEEDED */
export async function createApiKey(app: App, viewer: Viewer, input: CreateApiKeyInput): Promise<{ id: string; secret: string }> {
  assertRole(viewer, "OWNER");
  // An owner's own role is the highest: a key never carries more than who made it.
  assertRole(viewer, input.role);
  const { workspace, userId } = viewer;
  const name = requireName("name", input.name, maxNameLength);
  const expiresAt = input.expiresAt ?? null;
  const now = new Date();
  if (expiresAt !== null && expiresAt <= now)
    throw badUserInput(`expiresAt is ${expiresAt.toISOString()}, which has passed: give a time to come, or leave it out.`);
  const secret = `${apiKeyPrefix}${randomBytes(secretBytes).toString("base64url")}`;
  const prefix = secret.slice(0, shownPrefixLength);
  return app.db.$transaction(async (tx) => {
    await lockWorkspace(tx, workspace);
    const active = await tx.apiKey.count({
      where: { workspace, ...holdingNow(now) },
    });
    if (active >= maxActiveKeys)
      throw limitExceeded(
        `The workspace has ${active} API keys that hold: ${maxActiveKeys} is the most. Revoke those that are no longer used.`,
      );
    const { id } = await tx.apiKey.create({
      data: { workspace, name, role: input.role, prefix, hash: hashApiKey(secret), createdBy: userId, expiresAt },
    });
    return { id, secret };
  });
}

/** From the next request on it is refused, and what it holds open is ended. A revoked key is answered as it is. @throws NOT_FOUND */
export async function revokeApiKey(app: App, viewer: Viewer, id: string | null): Promise<{ id: string }> {
  assertRole(viewer, "OWNER");
  if (id === null) throw keyNotFound();
  const { workspace } = viewer;
  await app.db.$transaction(async (tx) => {
    const { count } = await tx.apiKey.updateMany({ where: { id, workspace, revokedAt: null }, data: { revokedAt: new Date() } });
    if (count > 0) await publish(tx, [{ topic: "key", workspace, scope: id, ids: [id] }]);
  });
  const key = await app.db.apiKey.findFirst({ where: { id, workspace }, select: { id: true } });
  if (key === null) throw keyNotFound();
  return key;
}

const keyNotFound = (): Error => notFound("API key with this id");

/** The rows that the viewer may see: an owner all of the workspace, revoked ones too. @throws FORBIDDEN for others */
export function apiKeyWhere(viewer: Viewer): Prisma.ApiKeyWhereInput {
  assertRole(viewer, "OWNER");
  return { workspace: viewer.workspace };
}
