// Downloads: which pictures go into a ZIP, under which names, and for how long its link holds.
import { randomUUID } from "node:crypto";
import type { App } from "../app.ts";
import { assertRole, type Viewer } from "../auth/viewer.ts";
import type { Db, Prisma } from "../db/client.ts";
import { badUserInput, limitExceeded, notFound } from "../errors.ts";
import type { ImageFormat } from "../images/picture.ts";
import { extensionOf } from "../storage/keys.ts";
import { type DownloadNaming, downloadNames, safeName } from "./download-names.ts";
import { askedCode, maxCodeLength } from "./names.ts";

export const downloadContents = ["BEST", "APPROVED", "READY", "SOURCES"] as const;
export type DownloadContent = (typeof downloadContents)[number];

/** Pictures in one ZIP at most: bounds the stored list, the archive's directory in memory, and how long one stream holds the store. */
export const maxDownloadFiles = 20_000;
/** SKUs and pairs that one call may name. */
const maxSkusPerCall = 1_000;
const maxPairsPerCall = 10_000;
/** Milliseconds that a link holds: an hour, as uploads have. A stream that has begun goes on. */
const validMs = 60 * 60_000;
/** What GraphQL's Int can say. */
const maxInt = 2_147_483_647;

/** Bytes a pixel that a product photo takes after conversion, by judgement: only for the estimate. */
const bytesPerPixel: Readonly<Record<ImageFormat, number>> = { JPEG: 0.35, PNG: 1.6, WEBP: 0.2, AVIF: 0.15 };
export const mimeTypeOf = (format: ImageFormat): string => `image/${format.toLowerCase()}`;

export interface CreateDownloadInput {
  readonly skus?: readonly string[] | null | undefined;
  /** Null for an id that can not be read. */
  readonly pairs?: readonly (string | null)[] | null | undefined;
  readonly content: DownloadContent;
  readonly format?: ImageFormat | null | undefined;
  readonly naming: DownloadNaming;
}

export interface CreatedDownload {
  readonly url: string;
  readonly files: number;
  /** Of the pictures: their exact sum as stored, an estimate where they are converted; at most 2,147,483,647. */
  readonly bytes: number;
  readonly expiresAt: Date;
}

/**
 * What the ZIP holds is settled here; its link only names it.
 * @throws NOT_FOUND for a SKU or pair that is not there, BAD_USER_INPUT when nothing is left to download, LIMIT_EXCEEDED
 */
export async function createDownload(app: App, viewer: Viewer, input: CreateDownloadInput): Promise<CreatedDownload> {
  assertRole(viewer, "REVIEWER");
  const pictures = await findPictures(app, viewer, input);
  if (pictures.length === 0) throw badUserInput(nothingToDownload[input.content]);
  const { format = null } = input;
  const target = format === null ? null : mimeTypeOf(format);
  const names = downloadNames(
    pictures.map(({ code, name, image }) => ({ code, name, extension: extensionOf(target ?? image.mimeType) })),
    input.naming,
  );
  const codes = new Set(pictures.map(({ code }) => code));
  const expiresAt = new Date(Date.now() + validMs);
  await sweepDownloads(app.db);
  const { id, workspace } = await app.db.download.create({
    data: {
      id: randomUUID(),
      workspace: viewer.workspace,
      name: zipName([...codes], new Date()),
      format,
      items: pictures.map(({ image }, index) => [image.id, names[index] ?? ""]),
      createdBy: viewer.userId,
      expiresAt,
    },
  });
  const bytes = pictures.reduce((sum, { image }) => sum + bytesOf(image, format), 0);
  return { url: app.downloadLinks.url({ id, workspace }, expiresAt), files: pictures.length, bytes: Math.min(bytes, maxInt), expiresAt };
}

const nothingToDownload: Readonly<Record<DownloadContent, string>> = {
  BEST: "There is nothing to download: none of these photos has an approved or a ready result. Run them first, or download SOURCES.",
  APPROVED: "There is nothing to download: none of these photos has an approved result. Approve some first, or download BEST.",
  READY: "There is nothing to download: none of these photos has a result that waits for review. Download BEST or APPROVED.",
  SOURCES: "There is nothing to download: these SKUs have no photos that are not archived.",
};

type ImageFacts = Pick<Prisma.ImageGetPayload<object>, "id" | "mimeType" | "bytes" | "width" | "height">;

interface Picture {
  readonly code: string;
  /** The source photo's file name. */
  readonly name: string;
  readonly image: ImageFacts;
}

const imageFacts = { select: { id: true, name: true, mimeType: true, bytes: true, width: true, height: true } } as const;

/** SKU by SKU, by code; within one the main photo first, then by position. */
async function findPictures(app: App, viewer: Viewer, input: CreateDownloadInput): Promise<Picture[]> {
  const where = { ...(await selectionOf(app, viewer, input)), ...contentWhere(input) };
  const rows = await app.db.pair.findMany({
    where,
    take: maxDownloadFiles + 1,
    orderBy: [{ sku: { code: "asc" } }, { isMain: "desc" }, { position: "asc" }, { id: "asc" }],
    select: { sku: { select: { code: true } }, source: imageFacts, current: { select: { image: imageFacts } } },
  });
  if (rows.length > maxDownloadFiles) {
    throw limitExceeded(`These are more than ${maxDownloadFiles} pictures, the most that one ZIP holds. Download fewer SKUs at a time.`);
  }
  return rows.flatMap(({ sku, source, current }) => {
    const image = input.content === "SOURCES" ? source : current?.image;
    return image ? [{ code: sku.code, name: source.name, image }] : [];
  });
}

async function selectionOf(app: App, viewer: Viewer, { skus, pairs }: CreateDownloadInput): Promise<Prisma.PairWhereInput> {
  const { workspace } = viewer;
  if (skus && pairs) throw badUserInput("skus and pairs do not go together: give one of them.");
  if (skus) {
    const codes = checkList("skus", [...new Set(skus.map(askedCode))], maxSkusPerCall);
    const found = await app.db.sku.findMany({ where: { workspace, code: { in: codes } }, select: { id: true, code: true } });
    const known = new Set(found.map(({ code }) => code));
    const unknown = codes.find((code) => !known.has(code));
    if (unknown !== undefined) throw notFound(`SKU with the code ${unknown.slice(0, maxCodeLength)}`);
    return { workspace, skuId: { in: found.map(({ id }) => id) } };
  }
  if (!pairs) throw badUserInput("Neither skus nor pairs is given: name what to download.");
  const ids = checkList("pairs", [...new Set(pairs)], maxPairsPerCall).filter((id) => id !== null);
  const count = ids.length < new Set(pairs).size ? -1 : await app.db.pair.count({ where: { workspace, id: { in: ids } } });
  if (count !== ids.length) throw notFound("pair with one of these ids");
  return { workspace, id: { in: ids } };
}

function checkList<Item>(field: string, items: Item[], most: number): Item[] {
  if (items.length === 0) throw badUserInput(`${field} is empty: name at least one.`);
  if (items.length > most)
    throw limitExceeded(`${field} names ${items.length}: ${most} a call at most. Download the rest with another link.`);
  return items;
}

/** Archived photos are put away: a whole SKU's download leaves them out, named ones come as sources. */
function contentWhere({ content, pairs }: CreateDownloadInput): Prisma.PairWhereInput {
  if (content === "BEST") return { status: { in: ["APPROVED", "READY"] } };
  if (content === "APPROVED" || content === "READY") return { status: content };
  return pairs ? {} : { status: { not: "ARCHIVED" } };
}

const bytesOf = ({ mimeType, bytes, width, height }: ImageFacts, format: ImageFormat | null): number =>
  format === null || mimeTypeOf(format) === mimeType ? bytes : Math.round(width * height * bytesPerPixel[format]);

/** One SKU's archive bears its code, one of several the day. */
function zipName(codes: readonly string[], now: Date): string {
  const [code = ""] = codes;
  return codes.length === 1 ? `${safeName(code, maxCodeLength)}.zip` : `image-studio-${now.toISOString().slice(0, 10)}.zip`;
}

/** Deletes what no link opens any more. Called with each new download, so that none are left behind. */
export async function sweepDownloads(db: Db): Promise<number> {
  return (await db.download.deleteMany({ where: { expiresAt: { lt: new Date() } } })).count;
}

export interface DownloadFile {
  readonly path: string;
  /** Null when the picture was deleted after the link was made. */
  readonly image: { readonly key: string; readonly mimeType: string; readonly createdAt: Date } | null;
}

export interface OpenDownload {
  readonly name: string;
  /** What every picture is converted to; null: as stored. */
  readonly format: ImageFormat | null;
  /** In order, read from the database a few hundred at a time. */
  readonly files: AsyncIterable<DownloadFile>;
}

/** Rows of pictures read at once while a ZIP streams. */
const readAhead = 500;

/** What a link that holds opens; null when it has been swept. */
export async function openDownload(app: App, { id, workspace }: { id: string; workspace: string }): Promise<OpenDownload | null> {
  const row = await app.db.download.findFirst({ where: { id, workspace } });
  if (row === null) return null;
  return { name: row.name, format: row.format as ImageFormat | null, files: filesOf(app, workspace, row.items as [string, string][]) };
}

async function* filesOf(app: App, workspace: string, items: readonly [imageId: string, path: string][]): AsyncGenerator<DownloadFile> {
  for (let start = 0; start < items.length; start += readAhead) {
    const part = items.slice(start, start + readAhead);
    const images = await app.db.image.findMany({
      where: { workspace, id: { in: part.map(([imageId]) => imageId) } },
      select: { id: true, key: true, mimeType: true, createdAt: true },
    });
    const byId = new Map(images.map((image) => [image.id, image]));
    for (const [imageId, path] of part) yield { path, image: byId.get(imageId) ?? null };
  }
}
