// Imports and publications as a worker would do them: a SKU, or a picture, in the time that the story gives a photo.
import { say } from "../../server/say.ts";
import { photosOf } from "./catalog.ts";
import type { News } from "./news.ts";
import { failureOf, refusal } from "./refusal.ts";
import type { GalleryRow, PublicationRow, SyncRow } from "./rows.ts";
import { addPhoto, addSku, pairsOf, type World } from "./world.ts";

interface GalleryWorkerOptions {
  readonly world: World;
  readonly news: News;
  readonly itemMs: number;
  readonly later: (act: () => void, ms: number) => void;
}

/** @returns looks for work */
export function createGalleryWorker({ world, news, itemMs, later }: GalleryWorkerOptions): () => void {
  const now = (): string => new Date().toISOString();
  const galleryOf = (name: string): GalleryRow | undefined => world.galleries.find((each) => each.name === name);

  const step = (sync: SyncRow, gallery: GalleryRow): void => {
    if (sync.status !== "RUNNING") return;
    const photo = gallery.photos[sync.skusDone];
    if (photo === undefined) {
      const status = sync.failed === 0 ? "SUCCEEDED" : sync.failed === gallery.photos.length ? "FAILED" : "PARTIAL";
      Object.assign(sync, { status, finishedAt: now(), skusTotal: sync.skusDone });
      if (status === "FAILED") sync.error = say("SYNC_NOTHING_CAME");
    } else {
      sync.skusDone++;
      if ("fault" in photo) {
        sync.failed++;
        sync.failures.push(failureOf(photo.code, refusal("BAD_USER_INPUT", photo.fault)));
      } else bring(sync, photo.code, photo.product);
      later(() => step(sync, gallery), itemMs);
    }
    news.publish(sync);
  };

  const bring = (sync: SyncRow, code: string, product: string): void => {
    const known = world.skus.find((each) => each.code === code);
    const sku = known ?? addSku(world, code, null);
    if (known === undefined) sync.skusCreated++;
    for (const photo of photosOf(product)) {
      if (pairsOf(world, sku).some(({ source }) => source.sha256 === photo.source.sha256)) sync.unchanged++;
      else {
        sync.pairsCreated++;
        news.publish(addPhoto(world, sku, photo, { status: "WAITING" }));
      }
    }
  };

  const begin = (sync: SyncRow): void => {
    const gallery = galleryOf(sync.gallery);
    if (gallery === undefined) return;
    if (gallery.fault !== undefined) Object.assign(sync, { status: "FAILED", error: gallery.fault, finishedAt: now() });
    else {
      Object.assign(sync, { status: "RUNNING", skusTotal: gallery.isCounted ? gallery.photos.length : null });
      later(() => step(sync, gallery), itemMs);
    }
    news.publish(sync);
  };

  const send = (publication: PublicationRow): void => {
    publication.status = "SENT";
    news.publish(publication.pair);
    later(() => arrive(publication), itemMs);
  };
  const arrive = (publication: PublicationRow): void => {
    if (publication.status !== "SENT") return;
    const { pair } = publication;
    const error = galleryOf(publication.gallery)?.fault ?? pair.publicationFault ?? null;
    // A fault is met once: the next try goes well.
    pair.publicationFault = undefined;
    if (error !== null) Object.assign(publication, { status: "FAILED", error });
    else {
      const url = `https://cdn.example/${pair.sku.code}/${pair.position + 1}.jpg`;
      Object.assign(publication, { status: "PUBLISHED", at: now(), url, position: pair.position });
    }
    news.publish(pair);
  };

  return () => {
    for (const sync of world.syncs.filter(({ status }) => status === "QUEUED")) begin(sync);
    const queued = world.pairs.flatMap(({ publications }) => publications).filter(({ status }) => status === "QUEUED");
    for (const publication of queued) later(() => publication.status === "QUEUED" && send(publication), itemMs / 2);
  };
}
