// The listing of a SKU in a gallery: which of our pictures it shows, in which order, and what there they take the place of.
import type { App } from "../app.ts";
import { type Gallery, GalleryError, type Listing, type Picture } from "../galleries/gallery.ts";
import { say } from "../say.ts";
import { ObjectMissingError } from "../storage/store.ts";
import { listingOrder, type PublicationRow } from "./publication.ts";

/** Seconds that a marketplace may fetch a picture by its link: it may take its time, and come back after its own faults. */
const linkExpirySeconds = 24 * 3_600;
/** Bytes of a result at most. */
const maxResultBytes = 50_000_000;
const loopback = /^(localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0)$/;

/** @param open what is to be sent; what is published already stays in its place among it. @throws GalleryError when it can not be told */
export async function listingOf(app: App, gallery: Gallery, open: readonly PublicationRow[]): Promise<Omit<Listing, "code">> {
  const { name } = gallery.config;
  const skuId = open[0]?.skuId ?? "";
  const openIds = new Set(open.map(({ id }) => id));
  const pairs = await app.db.pair.findMany({
    where: { skuId, status: "APPROVED", publications: { some: { gallery: name } } },
    orderBy: listingOrder,
    select: {
      id: true,
      publications: { where: { gallery: name }, include: { result: { include: { image: true } } } },
      galleryPhotos: { where: { gallerySku: { gallery: name } }, select: { key: true, isPublished: true } },
    },
  });
  const pictures: Picture[] = [];
  const replaces = new Set<string>();
  for (const { id, publications, galleryPhotos } of pairs) {
    const [publication] = publications;
    if (publication === undefined || publication.result === null) continue;
    const isOpen = openIds.has(publication.id);
    if (!isOpen && publication.status !== "PUBLISHED") continue;
    // Unchanged, it keeps its place there; changed, it takes the place of what it was.
    const key = isOpen ? null : (galleryPhotos.find(({ isPublished }) => isPublished)?.key ?? null);
    for (const photo of galleryPhotos) replaces.add(photo.key);
    pictures.push(pictureOf(app, gallery, { id, key, image: publication.result.image }));
  }
  if (pictures.length === 0) throw new GalleryError("lasting", say("NOTHING_APPROVED_TO_SEND"));
  return { pictures, replaces };
}

interface StoredPicture {
  readonly id: string;
  readonly key: string | null;
  readonly image: { readonly key: string; readonly mimeType: string };
}

function pictureOf(app: App, gallery: Gallery, { id, key, image }: StoredPicture): Picture {
  return {
    id,
    key,
    mimeType: image.mimeType,
    async link() {
      const link = await app.store.signGet(image.key, { expiresInSeconds: linkExpirySeconds });
      assertReachable(link, gallery);
      return link;
    },
    async read(signal) {
      try {
        return await app.store.get(image.key, { maxBytes: maxResultBytes, signal });
      } catch (error) {
        if (error instanceof ObjectMissingError) throw new GalleryError("lasting", say("RESULT_MISSING_TO_SEND"));
        throw error;
      }
    },
  };
}

/** A marketplace can not fetch from a name that means this machine alone, save one that runs on it too. */
function assertReachable(link: string, { config }: Gallery): void {
  const isHere = config.kind === "ozon" && loopback.test(new URL(config.url).hostname);
  if (isHere || !loopback.test(new URL(link).hostname)) return;
  throw new GalleryError("lasting", say("LINKS_OF_THIS_MACHINE", { gallery: config.title ?? config.name, host: new URL(link).host }));
}

/** The SKU's code in the gallery: as it came from there, else its own. */
export async function remoteCode(app: Pick<App, "db">, { config }: Gallery, skuId: string): Promise<string> {
  const sku = await app.db.sku.findUniqueOrThrow({
    where: { id: skuId },
    select: { code: true, galleries: { where: { gallery: config.name }, orderBy: { id: "asc" }, select: { remoteCode: true } } },
  });
  const known = sku.galleries[0]?.remoteCode;
  if (known !== undefined) return known;
  if (sku.code.startsWith(config.codePrefix)) return sku.code.slice(config.codePrefix.length);
  throw new GalleryError("lasting", say("SKU_OF_OTHER_GALLERY", { code: sku.code, gallery: config.name, prefix: config.codePrefix }));
}
