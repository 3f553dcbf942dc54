// Publications: where a pair's result was sent, and how that stands.
import { PublicationStatus } from "../db/generated/prisma/enums.ts";
import { publishPairs } from "../domain/publication.ts";
import { builder } from "./builder.ts";
import { PairsPayload, pairSubjects } from "./review.ts";
import { SentenceType, said } from "./sentence.ts";

const PublicationStatusEnum = builder.enumType("PublicationStatus", {
  values: {
    QUEUED: { value: PublicationStatus.QUEUED, description: "Waits to be sent." },
    SENT: { value: PublicationStatus.SENT, description: "The gallery has it and is not done with it." },
    PUBLISHED: { value: PublicationStatus.PUBLISHED },
    FAILED: { value: PublicationStatus.FAILED, description: "The gallery refused it; `error` says why. Publishing again tries again." },
  },
});

builder.prismaNode("Publication", {
  id: { field: "id" },
  nullable: true,
  description: "A pair's result in a gallery, or on its way there. A pair has one for each gallery that it was published to.",
  findUnique: (id, { viewer }) => ({ id, workspace: viewer.workspace }),
  fields: (t) => ({
    gallery: t.exposeString("gallery", { description: "The gallery's name." }),
    pair: t.relation("pair"),
    result: t.relation("result", { nullable: true, description: "What was sent; null where it has been deleted since." }),
    status: t.expose("status", { type: PublicationStatusEnum }),
    isCurrent: t.boolean({
      description: "Whether what was sent is still the pair's current result.",
      select: { resultId: true, pair: { select: { currentResultId: true } } },
      resolve: ({ resultId, pair }) => resultId !== null && resultId === pair.currentResultId,
    }),
    position: t.exposeInt("position", { nullable: true, description: "Its place among the SKU's pictures there, from 0: the main one." }),
    url: t.exposeString("remoteUrl", {
      nullable: true,
      description: "Where it stands in the gallery: an https address, or s3://bucket/key.",
    }),
    error: t.exposeString("error", { nullable: true, description: "Why it failed, or what it waits for." }),
    errorSentence: t.field({ type: SentenceType, nullable: true, resolve: ({ error }) => said(error) }),
    requestedAt: t.expose("requestedAt", { type: "DateTime" }),
    at: t.expose("publishedAt", { type: "DateTime", nullable: true, description: "When it last arrived there; null: never yet." }),
  }),
});

builder.prismaObjectField("Pair", "publications", (t) =>
  t.relation("publications", {
    description: "Where its result was published, by gallery.",
    query: { orderBy: [{ gallery: "asc" }] },
  }),
);

const PublishPairsInput = builder.inputType("PublishPairsInput", {
  fields: (t) => ({
    gallery: t.string({ required: true, description: "The name of a gallery that can publish." }),
    pairs: t.idList({ required: true }),
  }),
});

builder.mutationField("publishPairs", (t) =>
  t.field({
    type: PairsPayload,
    description:
      "Sends the current results of approved pairs to a gallery, in the SKU's order with the main one first; those that break a rule of its preset come back as failures. Each pair's `publications` tells how it stands. What is there already stays as it is.",
    args: { input: t.arg({ type: PublishPairsInput, required: true }) },
    resolve: (_root, { input: { gallery, pairs } }, { app, viewer }) =>
      publishPairs(app, viewer, { gallery, subjects: pairSubjects(pairs) }),
  }),
);
