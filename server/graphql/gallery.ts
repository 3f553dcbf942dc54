// Galleries: where SKUs come from. None can be configured yet, so the list is empty and every name is unknown.
import type { JobStatus } from "../db/generated/prisma/enums.ts";
import { syncGallery } from "../domain/gallery.ts";
import type { Failure } from "../domain/upload.ts";
import { notFound } from "../errors.ts";
import { builder } from "./builder.ts";
import { JobStatusEnum } from "./job.ts";
import { FailureType } from "./upload.ts";

const galleryKinds = ["OZON", "S3", "HTTP"] as const;

interface GallerySync {
  readonly id: string;
  readonly gallery: string;
  readonly status: JobStatus;
  readonly skusCreated: number;
  readonly pairsCreated: number;
  readonly unchanged: number;
  readonly failures: readonly Failure[];
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

interface Gallery {
  readonly name: string;
  readonly kind: (typeof galleryKinds)[number];
  readonly lastSync: GallerySync | null;
}

const GalleryKindEnum = builder.enumType("GalleryKind", { values: galleryKinds });

const GallerySyncType = builder.objectRef<GallerySync>("GallerySync");
builder.node(GallerySyncType, {
  description: "One pull from a gallery; it runs on the queue.",
  id: { resolve: ({ id }) => id },
  loadOne: () => null,
  isTypeOf: () => false,
  fields: (t) => ({
    gallery: t.exposeString("gallery"),
    status: t.expose("status", { type: JobStatusEnum }),
    skusCreated: t.exposeInt("skusCreated"),
    pairsCreated: t.exposeInt("pairsCreated"),
    unchanged: t.exposeInt("unchanged"),
    failures: t.field({ type: [FailureType], resolve: ({ failures }) => [...failures] }),
    startedAt: t.expose("startedAt", { type: "DateTime" }),
    finishedAt: t.expose("finishedAt", { type: "DateTime", nullable: true }),
  }),
});

const GalleryType = builder.objectRef<Gallery>("Gallery").implement({
  fields: (t) => ({
    name: t.exposeString("name"),
    kind: t.expose("kind", { type: GalleryKindEnum }),
    lastSync: t.field({ type: GallerySyncType, nullable: true, resolve: ({ lastSync }) => lastSync }),
  }),
});

const SyncGalleryInput = builder.inputType("SyncGalleryInput", {
  fields: (t) => ({ gallery: t.string({ required: true, description: "One of the configured galleries' names." }) }),
});

builder.queryField("galleries", (t) =>
  t.field({ type: [GalleryType], description: "The configured galleries (OZON, S3, HTTP).", resolve: () => [] }),
);

builder.mutationField("syncGallery", (t) =>
  t.field({
    type: GallerySyncType,
    description: "Pulls SKUs and their photos from a configured gallery (Ozon, an S3 prefix, finished host tasks).",
    args: { input: t.arg({ type: SyncGalleryInput, required: true }) },
    resolve: (_root, { input }, { viewer }) => syncGallery(viewer, input),
  }),
);

builder.subscriptionField("gallerySync", (t) =>
  t.field({
    type: GallerySyncType,
    args: { id: t.arg.id({ required: true }) },
    subscribe: (): AsyncIterable<GallerySync> => {
      throw notFound("gallery sync with this id");
    },
    resolve: (sync) => sync,
  }),
);
