// Edits: a person's crop, turn, tone, background or size as a new result of the pair; what it came from stays in the history.
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { App } from "../app.ts";
import { assertRole, type Viewer } from "../auth/viewer.ts";
import type { Prisma, Tx } from "../db/client.ts";
import { badUserInput, conflict, notFound, UserError } from "../errors.ts";
import { publish } from "../events/news.ts";
import type { EditOperation, EditOperationInput } from "../images/operations/operation.ts";
import { type ImageFormat, imageFormats, type Placement } from "../images/picture.ts";
import type { EditBase, EditedPhoto, EditOutput } from "../images/pictures.worker.ts";
import { defaultOutput } from "../images/presets.ts";
import { type Sentence, say } from "../say.ts";
import { keys } from "../storage/keys.ts";
import { ObjectMissingError } from "../storage/store.ts";
import { cutOutWithStudio, type Look, lookOf, sourceLook } from "./cut-out.ts";
import { storeImage } from "./image.ts";
import { outputOf, pairNews } from "./job.ts";
import { imageData, type PairRow } from "./pair.ts";

/** Bytes of a picture that is edited at most: uploads are smaller, and results are bounded by their pixels. */
const maxBaseBytes = 100_000_000;

export interface EditImageInput {
  /** Null stands for an id that can not be read. */
  readonly pairId: string | null;
  readonly base?: "SOURCE" | "RESULT" | null | undefined;
  readonly operations: readonly EditOperationInput[];
}

const resultWithOutput = {
  include: { image: true, jobItem: { select: { job: { select: { output: true, maskId: true } } } } },
} satisfies Prisma.ResultDefaultArgs;
type BaseResult = Prisma.ResultGetPayload<typeof resultWithOutput>;

const editedPair = {
  include: { source: true, current: resultWithOutput, results: { ...resultWithOutput, orderBy: { createdAt: "desc" }, take: 1 } },
} satisfies Prisma.PairDefaultArgs;
type EditedPair = Prisma.PairGetPayload<typeof editedPair>;

/**
 * The pair with its new current result, READY.
 * @throws FORBIDDEN; BAD_USER_INPUT naming the field; NOT_FOUND; CONFLICT while the pair runs or is archived; LIMIT_EXCEEDED; ENGINE_UNAVAILABLE
 */
export async function editImage(app: App, viewer: Viewer, input: EditImageInput): Promise<PairRow> {
  assertRole(viewer, "EDITOR");
  const operations = app.pictures.parseOperations(input.operations);
  const { workspace } = viewer;
  const pair = input.pairId === null ? null : await app.db.pair.findFirst({ where: { id: input.pairId, workspace }, ...editedPair });
  if (pair === null) throw notFound("pair with this id");
  assertEditable(pair.status);
  const start = startOf(pair, input.base ?? "RESULT");
  const startedAt = performance.now();
  const edited = await app.pictures.edit({
    read: () => read(app, start.key),
    base: start.base,
    operations,
    output: start.output,
    cutOutFrom: start.look.cutOutFrom,
    cutOut: async (question) => {
      const { file } = question;
      if (file !== null) return cutOutWithStudio(app, { ...question, file, mask: null }, start.look);
      const mask = await readMask(app, pair.workspace, start.look);
      return cutOutWithStudio(app, { ...question, file: await read(app, pair.source.key), mask }, start.look);
    },
  });
  return keep(app, pair, { start, operations, edited, durationMs: Math.round(performance.now() - startedAt) });
}

function assertEditable(status: PairRow["status"]): void {
  if (status === "QUEUED" || status === "PROCESSING") {
    throw conflict(say("PHOTO_IN_RUN_NO_EDIT"));
  }
  if (status === "ARCHIVED") throw conflict(say("PHOTO_ARCHIVED_NO_EDIT"));
}

/** What an edit begins with. */
interface Start {
  readonly kind: "SOURCE" | "RESULT";
  /** The result that is edited; null: the source. */
  readonly result: BaseResult | null;
  readonly key: string;
  readonly base: EditBase;
  readonly output: EditOutput;
  readonly look: Look;
}

function startOf(pair: EditedPair, kind: Start["kind"]): Start {
  const last = pair.current ?? pair.results[0] ?? null;
  const output = editOutputOf(last);
  if (kind === "SOURCE") {
    return {
      kind,
      result: null,
      key: pair.source.key,
      base: { placement: "whole", upscaled: false, confidence: null, warnings: [] },
      output,
      look: sourceLook,
    };
  }
  if (pair.current === null)
    throw badUserInput("base is RESULT, but the photo has no result yet: set base to SOURCE, or run the photo first.");
  const { image, placement, upscaled, confidence, warnings } = pair.current;
  return {
    kind,
    result: pair.current,
    key: image.key,
    // Written as sentences, and read as texts.
    base: { placement: placement as Placement | null, upscaled, confidence, warnings: warnings as Sentence[] },
    output,
    look: lookOf(pair.current),
  };
}

const formats: Readonly<Record<string, ImageFormat>> = {
  "image/jpeg": "JPEG",
  "image/png": "PNG",
  "image/webp": "WEBP",
  "image/avif": "AVIF",
};

/** An edit keeps to the format, quality and bytes of the result before it; the first one of a source is a JPEG. */
function editOutputOf(result: BaseResult | null): EditOutput {
  const asked = result === null ? null : (recordedOutputOf(result) ?? (result.jobItem === null ? null : outputOf(result.jobItem.job)));
  const format = (result === null ? undefined : formats[result.image.mimeType]) ?? "JPEG";
  return { format, quality: asked?.quality ?? defaultOutput.quality, maxBytes: asked?.maxBytes ?? null };
}

/** What is stored with an edit's result, in `recipe.edit`: enough to tell it and to do it again. */
interface EditRecord {
  readonly base: Start["kind"];
  /** The result that was edited; null where it was the source. */
  readonly result: string | null;
  readonly operations: readonly EditOperation[];
  readonly output: EditOutput;
}

const recordedOutput = z.object({
  edit: z.object({ output: z.object({ format: z.enum(imageFormats), quality: z.number(), maxBytes: z.number().nullable() }) }),
});

/** What an earlier edit was asked for; null for a result that is no edit. */
const recordedOutputOf = ({ recipe }: BaseResult): EditOutput | null => recordedOutput.safeParse(recipe).data?.edit.output ?? null;

async function read(app: App, key: string): Promise<Buffer> {
  try {
    return await app.store.get(key, { maxBytes: maxBaseBytes });
  } catch (error) {
    if (error instanceof ObjectMissingError) throw conflict(say("PICTURE_MISSING_NO_EDIT"));
    throw error;
  }
}

/** What a person decided about the source holds for its edits too. */
async function readMask(app: App, workspace: string, { mask }: Look): Promise<Buffer | null> {
  const image = mask === undefined ? null : await app.db.image.findFirst({ where: { id: mask, workspace }, select: { key: true } });
  return image === null ? null : read(app, image.key);
}

interface Made {
  readonly start: Start;
  readonly operations: readonly EditOperation[];
  readonly edited: EditedPhoto & { readonly file: Buffer };
  readonly durationMs: number;
}

/** Bytes first, row last. */
async function keep(app: App, pair: EditedPair, made: Made): Promise<PairRow> {
  const imageId = randomUUID();
  const { file, photo } = made.edited;
  const key = keys.image(pair.workspace, imageId, photo.mimeType);
  await storeImage(app, key, { data: file, mimeType: photo.mimeType });
  try {
    return await app.db.$transaction((tx) => insertEdit(tx, pair, { ...made, imageId, key }));
  } catch (error) {
    // Refused inside the transaction, nothing was written. Any other fault may have lost the answer of a commit that stands: the sweep looks.
    if (error instanceof UserError) await app.store.delete([key]);
    throw error;
  }
}

async function insertEdit(tx: Tx, pair: EditedPair, made: Made & { imageId: string; key: string }): Promise<PairRow> {
  const { workspace } = pair;
  const { start, edited, operations, imageId } = made;
  // It may have been queued, archived or deleted while the edit was made.
  const [locked] = await tx.$queryRaw<{ status: PairRow["status"] }[]>`
    SELECT status::text AS status FROM ai_image_pair WHERE id = ${pair.id}::uuid FOR UPDATE`;
  if (locked === undefined) throw notFound("pair with this id");
  assertEditable(locked.status);
  await tx.image.create({ data: imageData(workspace, { id: imageId, key: made.key, name: pair.source.name, photo: edited.photo }) });
  const edit: EditRecord = { base: start.kind, result: start.result?.id ?? null, operations, output: start.output };
  const result = await tx.result.create({
    data: {
      workspace,
      pairId: pair.id,
      imageId,
      engine: "edit",
      recipe: { edit: { ...edit, operations: operations.map(jsonOf), output: { ...edit.output } }, ...lookAfter(start, operations) },
      durationMs: made.durationMs,
      confidence: edited.confidence,
      // An edit brings back nothing that a model changed.
      fidelity: start.result?.fidelity ?? null,
      warnings: [...edited.warnings],
      ...(edited.placement === null ? {} : { placement: { ...edited.placement } }),
      upscaled: edited.upscaled,
    },
  });
  const changed = await tx.pair.update({ where: { id: pair.id }, data: { status: "READY", currentResultId: result.id, note: null } });
  await publish(tx, pairNews(workspace, [changed]));
  return changed;
}

/** A source that was given a background is from then on cut out of the source, unless a crop chose a part of it before. */
function lookAfter({ kind, look }: Start, operations: readonly EditOperation[]): Look {
  const painted = operations.findIndex((operation) => "background" in operation && operation.background.kind !== "KEEP");
  const cropped = operations.findIndex((operation) => "crop" in operation);
  const isWhole = painted >= 0 && (cropped < 0 || cropped > painted);
  return kind === "SOURCE" && isWhole ? { ...look, cutOutFrom: "SOURCE" } : look;
}

/** An operation's fields are plain values; a copy has the index signature that JSON columns ask for. */
const jsonOf = (operation: EditOperation): Prisma.InputJsonObject => JSON.parse(JSON.stringify(operation));
