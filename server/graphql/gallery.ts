// Galleries: where SKUs come from, and the pulls from them.
import { gallerySyncWhere, listGalleries, presetOf } from "../domain/gallery.ts";
import { cancelSync, endedSyncStatuses, maxListedFailures, syncGallery } from "../domain/gallery-sync.ts";
import { type ErrorCode, notFound } from "../errors.ts";
import type { Gallery } from "../galleries/gallery.ts";
import { builder } from "./builder.ts";
import { decodeId } from "./ids.ts";
import { JobStatusEnum } from "./job.ts";
import { iterateNews } from "./news.ts";
import { SentenceType, said } from "./sentence.ts";
import { FailureType } from "./upload.ts";

const kinds = { ozon: "OZON", s3: "S3", http: "HTTP" } as const;
const GalleryKindEnum = builder.enumType("GalleryKind", { values: ["OZON", "S3", "HTTP"] as const });

const GallerySync = builder.prismaNode("GallerySync", {
  id: { field: "id" },
  nullable: true,
  description: "One pull from a gallery; it runs on the queue.",
  findUnique: (id, { viewer }) => ({ id, workspace: viewer.workspace }),
  fields: (t) => ({
    gallery: t.exposeString("gallery"),
    status: t.expose("status", { type: JobStatusEnum }),
    skusDone: t.exposeInt("skusDone", { description: "SKUs that it is done with, of those in the gallery." }),
    skusTotal: t.exposeInt("skusTotal", { nullable: true, description: "Null where the gallery does not tell beforehand." }),
    skusCreated: t.exposeInt("skusCreated"),
    pairsCreated: t.exposeInt("pairsCreated"),
    unchanged: t.exposeInt("unchanged", { description: "Photos that were here already." }),
    failed: t.exposeInt("failed", { description: "SKUs and photos that could not be brought in." }),
    failures: t.field({
      type: [FailureType],
      description: "What failed, by SKU code and photo: the first 1,000.",
      select: { failures: { orderBy: { id: "asc" }, take: maxListedFailures } },
      resolve: ({ failures }) => failures.map(({ subject, code, message }) => ({ subject, message, code: code as ErrorCode })),
    }),
    error: t.exposeString("error", { nullable: true, description: "Why it ended before its end, or what it waits for before it goes on." }),
    errorSentence: t.field({ type: SentenceType, nullable: true, resolve: ({ error }) => said(error) }),
    startedAt: t.expose("startedAt", { type: "DateTime" }),
    finishedAt: t.expose("finishedAt", { type: "DateTime", nullable: true }),
  }),
});

const GalleryType = builder.objectRef<Gallery>("Gallery").implement({
  fields: (t) => ({
    name: t.string({ resolve: ({ config }) => config.name }),
    kind: t.field({ type: GalleryKindEnum, resolve: ({ kind }) => kinds[kind] }),
    title: t.string({ description: "What people call it.", resolve: ({ config }) => config.title ?? config.name }),
    canPublish: t.boolean({ description: "Whether publishPairs can send pictures there.", resolve: ({ put }) => put !== undefined }),
    preset: t.string({
      nullable: true,
      description: "The output preset that pictures must pass to be sent there; null: every approved one may go.",
      resolve: presetOf,
    }),
    schedule: t.string({
      nullable: true,
      description: "When it is pulled from by itself, as a cron pattern in UTC.",
      resolve: ({ config }) => config.schedule ?? null,
    }),
    lastSync: t.prismaField({
      type: GallerySync,
      nullable: true,
      description: "The newest, under way or ended.",
      resolve: (query, { config }, _args, { app, viewer }) =>
        app.db.gallerySync.findFirst({
          ...query,
          where: { ...gallerySyncWhere(viewer), gallery: config.name },
          orderBy: [{ startedAt: "desc" }, { id: "desc" }],
        }),
    }),
  }),
});

const SyncGalleryInput = builder.inputType("SyncGalleryInput", {
  fields: (t) => ({ gallery: t.string({ required: true, description: "One of the configured galleries' names." }) }),
});

builder.queryField("galleries", (t) =>
  t.field({
    type: [GalleryType],
    description: "The configured galleries (OZON, S3, HTTP).",
    resolve: (_root, _args, { app, viewer }) => [...listGalleries(app, viewer)],
  }),
);

builder.mutationField("syncGallery", (t) =>
  t.prismaField({
    type: GallerySync,
    description:
      "Pulls SKUs and their photos from a configured gallery (Ozon, an S3 prefix, finished host tasks). While a pull from it is under way, that one is answered.",
    args: { input: t.arg({ type: SyncGalleryInput, required: true }) },
    resolve: async (query, _root, { input }, { app, viewer }) => {
      const { id } = await syncGallery(app, viewer, input);
      return app.db.gallerySync.findUniqueOrThrow({ ...query, where: { id } });
    },
  }),
);

builder.mutationField("cancelGallerySync", (t) =>
  t.prismaField({
    type: GallerySync,
    description: "Ends a pull that is under way; what has come in stays. One that has ended is answered as it is.",
    args: { id: t.arg.id({ required: true }) },
    resolve: async (query, _root, args, { app, viewer }) => {
      const { id } = await cancelSync(app, viewer, decodeId("GallerySync", args.id));
      return app.db.gallerySync.findUniqueOrThrow({ ...query, where: { id } });
    },
  }),
);

builder.subscriptionField("gallerySync", (t) =>
  t.prismaField({
    type: GallerySync,
    description: "The pull as it stands, at once, then at every change until it has ended.",
    args: { id: t.arg.id({ required: true }) },
    subscribe: async (_root, args, { app, viewer }) => {
      const where = { ...gallerySyncWhere(viewer), id: decodeId("GallerySync", args.id) ?? "" };
      const sync = where.id === "" ? null : await app.db.gallerySync.findFirst({ where, select: { id: true } });
      if (sync === null) throw notFound("gallery sync with this id");
      const { id } = sync;
      const read = () => app.db.gallerySync.findMany({ where: { id }, select: { id: true, status: true } });
      const filter = { topic: "sync", workspace: viewer.workspace, scope: id } as const;
      return iterateNews(app.events, filter, read, ({ status }) => endedSyncStatuses.includes(status));
    },
    resolve: (query, { id }, _args, { app, viewer }) =>
      app.db.gallerySync.findUniqueOrThrow({ ...query, where: { id, workspace: viewer.workspace } }),
  }),
);

builder.subscriptionField("galleries", (t) =>
  t.field({
    type: GalleryType,
    description: "Each configured gallery as it stands, at once, then whenever a pull from it begins, waits or ends, whoever asked for it.",
    subscribe: (_root, _args, { app, viewer }) =>
      iterateNews(app.events, { topic: "gallery", workspace: viewer.workspace }, async ({ refresh, ids }) =>
        listGalleries(app, viewer).filter(({ config }) => refresh || ids.includes(config.name)),
      ),
    resolve: (gallery) => gallery,
  }),
);
