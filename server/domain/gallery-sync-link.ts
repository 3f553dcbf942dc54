// The SKUs of a gallery's page and those here: found by an earlier sync, else by their code, else made. Galleries that name the same
// code share the SKU; docs/decisions/0009-galleries.md says why.
import type { Prisma, Tx } from "../db/client.ts";
import { UserError } from "../errors.ts";
import type { Gallery, GalleryItem } from "../galleries/gallery.ts";
import { type HeldSync, noteFailures, writeSync } from "./gallery-sync-write.ts";
import { maxCodeLength, maxTitleLength, requireName } from "./names.ts";
import type { Failure } from "./upload.ts";

type Link = Pick<Prisma.GallerySkuGetPayload<object>, "id" | "skuId" | "remoteId">;

export interface LinkSkus {
  readonly gallery: Gallery;
  readonly items: readonly GalleryItem[];
  /** By their codes in the gallery. */
  readonly known: ReadonlyMap<string, Link>;
}

interface Named {
  readonly item: GalleryItem;
  /** Here. */
  readonly code: string;
}

/** In one transaction for the whole page. @returns the codes that can be no SKU's here; they are noted as failures */
export async function linkSkus(held: HeldSync, { gallery, items, known }: LinkSkus): Promise<ReadonlySet<string>> {
  const isLinked = ({ code, remoteId }: GalleryItem): boolean => known.get(code)?.skuId != null && known.get(code)?.remoteId === remoteId;
  const failures: Failure[] = [];
  const named = items
    .filter((item) => !isLinked(item))
    .flatMap((item): Named[] => {
      const code = codeOf(item, gallery);
      if (typeof code === "string") return [{ item, code }];
      failures.push({ subject: item.code, code: code.code, message: code.message });
      return [];
    });
  if (named.length === 0 && failures.length === 0) return new Set();
  await writeSync(held, async (tx) => {
    const failed = await noteFailures(tx, held.sync.id, failures);
    const made = await writeLinks(tx, held, { named, known });
    return { skusCreated: { increment: made }, skusDone: { increment: failed }, failed: { increment: failed } };
  });
  const good = new Set(named.map(({ item }) => item.code));
  return new Set(items.filter((item) => !isLinked(item) && !good.has(item.code)).map(({ code }) => code));
}

function codeOf({ code }: GalleryItem, { config }: Gallery): string | UserError {
  try {
    return requireName("The code", `${config.codePrefix}${code}`, maxCodeLength);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** @returns how many SKUs were made */
async function writeLinks(
  tx: Tx,
  { sync }: HeldSync,
  { named, known }: { named: readonly Named[]; known: LinkSkus["known"] },
): Promise<number> {
  const { workspace, gallery } = sync;
  // A SKU that was renamed here stays the one that the gallery's is.
  const unknown = named.filter(({ item }) => known.get(item.code)?.skuId == null);
  // In one order, so that two galleries with the same codes do not wait for each other in a ring.
  const data = unknown
    .map(({ item, code }) => ({ workspace, code, title: titleOf(item) }))
    .toSorted((one, other) => (one.code < other.code ? -1 : 1));
  const { count } = await tx.sku.createMany({ data, skipDuplicates: true });
  const skus = await tx.sku.findMany({
    where: { workspace, code: { in: data.map(({ code }) => code) } },
    select: { id: true, code: true },
  });
  const idOf = new Map(skus.map(({ id, code }) => [code, id]));
  // A SKU that was deleted here begins anew, and so do its photos.
  const reborn = unknown.flatMap(({ item }) => known.get(item.code)?.id ?? []);
  await tx.galleryPhoto.deleteMany({ where: { gallerySkuId: { in: reborn } } });
  const links = named.map(({ item, code }) => ({
    remoteCode: item.code,
    remoteId: item.remoteId,
    skuId: known.get(item.code)?.skuId ?? idOf.get(code) ?? null,
  }));
  await tx.gallerySku.createMany({ data: links.map((link) => ({ ...link, workspace, gallery })), skipDuplicates: true });
  for (const { remoteCode, ...link } of links.filter((each) => known.has(each.remoteCode))) {
    await tx.gallerySku.updateMany({ where: { workspace, gallery, remoteCode }, data: link });
  }
  return count;
}

function titleOf({ title }: GalleryItem): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  const clean = title?.replace(/[\u0000-\u001f\u007f]+/g, " ").trim();
  return clean ? clean.slice(0, maxTitleLength) : null;
}
