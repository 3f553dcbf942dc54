// Stored pictures, for whoever holds a link to one.
import type { App } from "../app.ts";
import type { Prisma } from "../db/client.ts";

export type ImageRow = Prisma.ImageGetPayload<object>;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export async function findImage(app: App, workspace: string, id: string): Promise<ImageRow | null> {
  return uuid.test(id) ? app.db.image.findFirst({ where: { id, workspace } }) : null;
}
