// API keys: kept as hashes, found by them.
import { hashApiKey } from "../auth/authenticate.ts";
import type { Viewer } from "../auth/viewer.ts";
import type { Db } from "../db/client.ts";

/** Characters of the secret that are shown in lists: `isk_` and six more. */
const shownPrefixLength = 10;

/** Who a key stands for; null when it is unknown, revoked or expired. Its last use is recorded, at most once a minute. */
export async function findApiKey(db: Db, hash: string): Promise<Viewer | null> {
  const key = await db.apiKey.findUnique({ where: { hash } });
  const now = new Date();
  if (key === null || key.revokedAt !== null || (key.expiresAt !== null && key.expiresAt <= now)) return null;
  await db.$executeRaw`
    UPDATE ai_api_key SET last_used_at = now() WHERE id = ${key.id}::uuid AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`;
  return { userId: `key:${key.id}`, workspace: key.workspace, role: key.role, expiresAt: key.expiresAt };
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
