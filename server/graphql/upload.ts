// Uploads: tickets for presigned PUTs, and what became of them.
import { UploadPurpose } from "../db/generated/prisma/enums.ts";
import { completeUploads, createUploads, type Failure, type SourcesOutcome, type UploadTicket } from "../domain/upload.ts";
import { tellApart } from "../say.ts";
import { builder } from "./builder.ts";
import { ErrorCodeEnum } from "./errors.ts";
import { decodeId, encodeId } from "./ids.ts";
import { Pair } from "./pair.ts";
import { SentenceType } from "./sentence.ts";

const UploadPurposeEnum = builder.enumType("UploadPurpose", {
  values: {
    SOURCE: { value: UploadPurpose.SOURCE },
    MASK: { value: UploadPurpose.MASK, description: "A mask for submitJob; it makes no pair." },
  },
});

const Header = builder.objectRef<{ name: string; value: string }>("Header").implement({
  fields: (t) => ({ name: t.exposeString("name"), value: t.exposeString("value") }),
});

const UploadTicketType = builder.objectRef<UploadTicket>("UploadTicket").implement({
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => encodeId("Upload", id) }),
    url: t.expose("url", { type: "URL", description: "PUT the file here with exactly these headers." }),
    headers: t.field({ type: [Header], resolve: ({ headers }) => Object.entries(headers).map(([name, value]) => ({ name, value })) }),
    expiresAt: t.expose("expiresAt", { type: "DateTime" }),
  }),
});

export const FailureType = builder.objectRef<Failure>("Failure").implement({
  fields: (t) => ({
    subject: t.exposeString("subject", { description: "The id, code, file name or URL that failed." }),
    code: t.expose("code", { type: ErrorCodeEnum }),
    message: t.exposeString("message"),
    messageSentence: t.field({ type: SentenceType, resolve: ({ message }) => tellApart(message) }),
  }),
});

export const SourcesPayload = builder.objectRef<SourcesOutcome>("SourcesPayload").implement({
  fields: (t) => ({
    pairs: t.field({
      type: [Pair],
      description: "One for each accepted photo; a photo the SKU already has (same sha256) answers with its existing pair.",
      resolve: ({ pairs }) => pairs,
    }),
    failures: t.field({ type: [FailureType], resolve: ({ failures }) => failures }),
  }),
});

const UploadFileInput = builder.inputType("UploadFileInput", {
  fields: (t) => ({
    name: t.string({ required: true }),
    mimeType: t.string({ required: true }),
    bytes: t.int({ required: true }),
    purpose: t.field({ type: UploadPurposeEnum, defaultValue: UploadPurpose.SOURCE }),
  }),
});

const CreateUploadsInput = builder.inputType("CreateUploadsInput", {
  fields: (t) => ({
    sku: t.string({ required: true, description: "Made when it does not exist yet." }),
    files: t.field({ type: [UploadFileInput], required: true }),
  }),
});

builder.mutationFields((t) => ({
  createUploads: t.field({
    type: [UploadTicketType],
    description: "Presigned uploads: the client PUTs each file to object storage, then calls completeUploads.",
    args: { input: t.arg({ type: CreateUploadsInput, required: true }) },
    resolve: (_root, { input }, { app, viewer }) => createUploads(app, viewer, input),
  }),
  completeUploads: t.field({
    type: SourcesPayload,
    args: { ids: t.arg.idList({ required: true }) },
    resolve: (_root, { ids }, { app, viewer }) =>
      completeUploads(
        app,
        viewer,
        ids.map((given) => ({ given, id: decodeId("Upload", given) })),
      ),
  }),
}));
