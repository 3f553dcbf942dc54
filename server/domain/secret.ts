// Secrets that all processes on one database share, so that a link signed by one is good at another.
import { randomBytes } from "node:crypto";
import type { Db } from "../db/client.ts";

const secretBytes = 32;

/** The secret of a name; whichever process asks first makes it. */
export async function sharedSecret(db: Db, name: string): Promise<string> {
  await db.secret.createMany({ data: [{ name, value: randomBytes(secretBytes).toString("base64url") }], skipDuplicates: true });
  const { value } = await db.secret.findUniqueOrThrow({ where: { name } });
  return value;
}
