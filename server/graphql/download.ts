// Downloads: a link to a ZIP.
import { type CreatedDownload, createDownload, downloadContents } from "../domain/download.ts";
import { downloadNamings } from "../domain/download-names.ts";
import { builder } from "./builder.ts";
import { decodeId } from "./ids.ts";
import { ImageFormatEnum } from "./image.ts";

const DownloadContentEnum = builder.enumType("DownloadContent", {
  values: {
    BEST: { value: downloadContents[0], description: "Approved results, else ready ones." },
    APPROVED: { value: downloadContents[1] },
    READY: { value: downloadContents[2] },
    SOURCES: { value: downloadContents[3] },
  },
});

const DownloadNamingEnum = builder.enumType("DownloadNaming", {
  values: {
    INDEXED: { value: downloadNamings[0], description: "CODE/CODE_01.jpg, in order." },
    ORIGINAL: { value: downloadNamings[1], description: "CODE/NAME.jpg, by the source's file name." },
    OZON: { value: downloadNamings[2], description: "Flat and as Ozon wants it: CODE.jpg, CODE_1.jpg." },
    AMAZON: { value: downloadNamings[3], description: "Flat and as Amazon wants it: CODE.MAIN.jpg, CODE.PT01.jpg." },
  },
});

const CreateDownloadInput = builder.inputType("CreateDownloadInput", {
  description: "Either `skus` or `pairs`.",
  fields: (t) => ({
    skus: t.stringList(),
    pairs: t.idList(),
    content: t.field({ type: DownloadContentEnum, defaultValue: "BEST" }),
    format: t.field({ type: ImageFormatEnum, description: "Left out: as stored." }),
    naming: t.field({ type: DownloadNamingEnum, defaultValue: "INDEXED" }),
  }),
});

const Download = builder.objectRef<CreatedDownload>("Download").implement({
  fields: (t) => ({
    url: t.expose("url", { type: "URL", description: "Streams the ZIP." }),
    files: t.exposeInt("files"),
    bytes: t.exposeInt("bytes", {
      description: "Of the pictures: exact as stored, estimated where a format is given; 2147483647 where it is more.",
    }),
    expiresAt: t.expose("expiresAt", { type: "DateTime" }),
  }),
});

builder.mutationField("createDownload", (t) =>
  t.field({
    type: Download,
    description: "A link to a ZIP that is streamed as it is downloaded.",
    args: { input: t.arg({ type: CreateDownloadInput, required: true }) },
    resolve: (_root, { input: { pairs, content, naming, ...input } }, { app, viewer }) =>
      createDownload(app, viewer, {
        ...input,
        pairs: pairs?.map((id) => decodeId("Pair", id)),
        content: content ?? "BEST",
        naming: naming ?? "INDEXED",
      }),
  }),
);
