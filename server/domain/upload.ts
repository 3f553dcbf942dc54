// Uploads: a presigned PUT to the store, then a look at what really arrived.
import { randomUUID } from "node:crypto";
import type { App } from "../app.ts";
import { assertRole, type Viewer } from "../auth/viewer.ts";
import type { Prisma } from "../db/client.ts";
import { badUserInput, conflict, type ErrorCode, limitExceeded, messageOf, notFound, UserError } from "../errors.ts";
import type { PhotoInfo } from "../images/inspect.ts";
import { say } from "../say.ts";
import { keys } from "../storage/keys.ts";
import { ObjectMissingError, type SignedRequest } from "../storage/store.ts";
import { storeImage } from "./image.ts";
import { inOrder } from "./in-order.ts";
import { cleanFileName, maxCodeLength, requireName } from "./names.ts";
import { addSource, imageData, type PairRow } from "./pair.ts";
import { ensureSku } from "./sku.ts";

/** Bytes of one file at most: more is no product photo, and decoding starts with all of it in memory. */
export const maxUploadBytes = 50_000_000;
/** Files a call at most: bounds one transaction and one answer. */
export const maxFilesPerCall = 100;
/** Files that a call holds: one is looked at while another is kept. */
const filesAtOnce = 2;
/** Seconds a presigned link holds: an hour, enough for 100 files over a slow line. */
const uploadExpirySeconds = 3_600;
const acceptedMimeTypes: readonly string[] = [
  "image/jpeg",
  "image/png",
  "image/webp",
  "image/avif",
  "image/tiff",
  "image/gif",
  "image/heic",
  "image/heif",
];

export interface UploadFile {
  readonly name: string;
  readonly mimeType: string;
  readonly bytes: number;
  readonly purpose?: "SOURCE" | "MASK" | null | undefined;
}

export interface CreateUploadsInput {
  readonly sku: string;
  readonly files: readonly UploadFile[];
}

export interface UploadTicket extends SignedRequest {
  readonly id: string;
}

/** One ticket a file, in their order. The SKU is made when it does not exist. */
export async function createUploads(app: App, viewer: Viewer, input: CreateUploadsInput): Promise<UploadTicket[]> {
  assertRole(viewer, "EDITOR");
  const code = requireName("sku", input.sku, maxCodeLength);
  if (input.files.length === 0) throw badUserInput("files is empty: name at least one file.");
  if (input.files.length > maxFilesPerCall) {
    throw limitExceeded(`files holds ${input.files.length} files: ${maxFilesPerCall} a call at most. Send the rest in another call.`);
  }
  for (const file of input.files) checkFile(file);
  const expiresAt = new Date(Date.now() + uploadExpirySeconds * 1000);
  const { workspace } = viewer;
  const rows = await app.db.$transaction(async (tx) => {
    const sku = await ensureSku(tx, workspace, code);
    const uploads = input.files.map((file) => {
      const id = randomUUID();
      return {
        id,
        workspace,
        skuId: sku.id,
        name: cleanFileName(file.name),
        mimeType: file.mimeType,
        bytes: file.bytes,
        purpose: file.purpose ?? ("SOURCE" as const),
        key: keys.upload(workspace, id),
        createdBy: viewer.userId,
        expiresAt,
      };
    });
    await tx.upload.createMany({ data: uploads });
    return uploads;
  });
  return Promise.all(
    rows.map(async (row) => {
      const signed = await app.store.signPut({
        key: row.key,
        contentType: row.mimeType,
        bytes: row.bytes,
        expiresInSeconds: uploadExpirySeconds,
      });
      return { id: row.id, ...signed };
    }),
  );
}

function checkFile({ name, mimeType, bytes, purpose }: UploadFile): void {
  if (name.trim() === "") throw badUserInput("files.name is empty: give the file's own name.");
  const accepted = purpose === "MASK" ? ["image/png"] : acceptedMimeTypes;
  if (!accepted.includes(mimeType)) {
    throw badUserInput(say("UPLOAD_WRONG_TYPE", { name: cleanFileName(name), mimeType, accepted: accepted.join(", ") }));
  }
  if (!Number.isInteger(bytes) || bytes < 1) {
    throw badUserInput(`files.bytes of ${cleanFileName(name)} is ${bytes}: it must be the file's exact size, from 1 to ${maxUploadBytes}.`);
  }
  if (bytes > maxUploadBytes) {
    throw limitExceeded(say("UPLOAD_TOO_HEAVY", { name: cleanFileName(name), bytes, most: maxUploadBytes }));
  }
}

export interface Failure {
  /** The id, code, name or URL as it was given. */
  readonly subject: string;
  readonly code: ErrorCode;
  readonly message: string;
}

export interface SourcesOutcome {
  readonly pairs: PairRow[];
  readonly failures: Failure[];
}

type UploadRow = Prisma.UploadGetPayload<object>;

/**
 * Reads each uploaded object back, checks it and makes its pair. The order of the ids is kept; positions follow it. One given twice is answered once.
 * @param subjects the ids as the client gave them, beside the database's own
 */
export async function completeUploads(app: App, viewer: Viewer, subjects: readonly Subject[]): Promise<SourcesOutcome> {
  assertRole(viewer, "EDITOR");
  if (subjects.length === 0) throw badUserInput("ids is empty: name at least one upload.");
  if (subjects.length > maxFilesPerCall) {
    throw limitExceeded(`ids holds ${subjects.length} uploads: ${maxFilesPerCall} a call at most. Complete the rest in another call.`);
  }
  const once = [...new Map(subjects.map((subject) => [subject.given, subject])).values()];
  const outcomes = await inOrder<Subject, Prepared, PairRow | Failure | null>(once, {
    atOnce: filesAtOnce,
    hold: app.uploadGate,
    prepare: (subject) => prepare(app, viewer, subject.id),
    finish: (_subject, prepared) => finish(app, prepared),
    fail: (subject, error) => failureOf(app, subject, error),
  });
  return sourcesOutcome(outcomes);
}

/** Pairs apart from failures, each in their order; null stands for what is neither. */
export const sourcesOutcome = (outcomes: readonly (PairRow | Failure | null)[]): SourcesOutcome => ({
  pairs: outcomes.flatMap((outcome) => (outcome !== null && !("message" in outcome) ? [outcome] : [])),
  failures: outcomes.flatMap((outcome) => (outcome !== null && "message" in outcome ? [outcome] : [])),
});

interface Subject {
  readonly id: string | null;
  readonly given: string;
}

/** What has arrived, read and looked at; null bytes where the upload was completed before. */
interface Prepared {
  readonly upload: UploadRow;
  readonly arrived: { readonly bytes: Buffer; readonly photo: PhotoInfo } | null;
}

async function prepare(app: App, viewer: Viewer, id: string | null): Promise<Prepared> {
  const upload = id === null ? null : await app.db.upload.findFirst({ where: { id, workspace: viewer.workspace } });
  if (upload === null) throw notFound("upload with this id");
  if (upload.completedAt !== null) return { upload, arrived: null };
  const bytes = await readUpload(app, upload);
  return { upload, arrived: { bytes, photo: await app.inspectPhoto(bytes) } };
}

async function finish(app: App, { upload, arrived }: Prepared): Promise<PairRow | null> {
  if (arrived === null) return again(app, upload);
  const made = upload.purpose === "MASK" ? await keepMask(app, upload, arrived) : await keepSource(app, upload, arrived);
  await app.store.delete([upload.key]);
  return made;
}

function failureOf(app: App, { id, given }: Subject, error: unknown): Failure {
  if (error instanceof UserError) return { subject: given, code: error.code, message: error.message };
  app.log.error({ error: messageOf(error), uploadId: id }, "an upload could not be completed");
  return {
    subject: given,
    code: "INTERNAL_SERVER_ERROR",
    message: say("UPLOAD_FAULT"),
  };
}

/** Completing twice answers as the first time did. */
async function again(app: App, upload: UploadRow): Promise<PairRow | null> {
  if (upload.purpose === "MASK") return null;
  const pair = upload.pairId === null ? null : await app.db.pair.findUnique({ where: { id: upload.pairId } });
  if (pair === null) throw conflict(say("UPLOAD_PAIR_DELETED", { name: upload.name }));
  return pair;
}

type Arrived = NonNullable<Prepared["arrived"]>;

async function keepSource(app: App, upload: UploadRow, arrived: Arrived): Promise<PairRow> {
  const pair = await addSource(app, upload.workspace, { skuId: upload.skuId, name: upload.name, ...arrived });
  await app.db.upload.update({ where: { id: upload.id }, data: { completedAt: new Date(), pairId: pair.id } });
  return pair;
}

async function keepMask(app: App, upload: UploadRow, { bytes, photo }: Arrived): Promise<null> {
  if (photo.mimeType !== "image/png") throw badUserInput(say("UPLOAD_MASK_NO_PNG", { name: upload.name, mimeType: photo.mimeType }));
  const id = randomUUID();
  const key = keys.image(upload.workspace, id, photo.mimeType);
  await storeImage(app, key, { data: bytes, mimeType: photo.mimeType });
  await app.db.$transaction(async (tx) => {
    await tx.image.create({ data: imageData(upload.workspace, { id, key, name: upload.name, photo }) });
    await tx.upload.update({ where: { id: upload.id }, data: { completedAt: new Date(), imageId: id } });
  });
  return null;
}

async function readUpload(app: App, upload: UploadRow): Promise<Buffer> {
  try {
    const bytes = await app.store.get(upload.key, { maxBytes: maxUploadBytes });
    if (bytes.byteLength === upload.bytes) return bytes;
    throw badUserInput(say("UPLOAD_OTHER_LENGTH", { name: upload.name, received: bytes.byteLength, bytes: upload.bytes }));
  } catch (error) {
    if (error instanceof ObjectMissingError) throw badUserInput(say("UPLOAD_NOT_ARRIVED", { name: upload.name }));
    throw error;
  }
}
