// Stored pictures, for whoever holds a link to one.
import type { App } from "../app.ts";
import type { Prisma } from "../db/client.ts";
import { expectImages } from "./orphan.ts";

/** What it takes to serve it; no more, for this is read for every tile of a page. */
const served = { id: true, key: true, mimeType: true, bytes: true } satisfies Prisma.ImageSelect;

export type ServedImage = Prisma.ImageGetPayload<{ select: typeof served }>;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export async function findImage(app: App, workspace: string, id: string): Promise<ServedImage | null> {
  return uuid.test(id) ? app.db.image.findUnique({ where: { id, workspace }, select: served }) : null;
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
