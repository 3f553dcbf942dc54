// Stored pictures, for whoever holds a link to one.
import type { App } from "../app.ts";
import type { Prisma } from "../db/client.ts";
import { expectImages } from "./orphan.ts";

export type ImageRow = Prisma.ImageGetPayload<object>;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export async function findImage(app: App, workspace: string, id: string): Promise<ImageRow | null> {
  return uuid.test(id) ? app.db.image.findFirst({ where: { id, workspace } }) : null;
}

interface ImageFile {
  readonly data: Buffer;
  readonly mimeType: string;
}

/** Stores a picture's bytes before its row is written; should this process die in between, the sweep removes them. */
export async function storeImage(app: App, key: string, file: ImageFile): Promise<void> {
  await expectImages(app.db, [key]);
  await app.store.put(key, file.data, { contentType: file.mimeType });
}
