// Photos on their way in and out: uploads, edits and downloads.
import type { CreateDownloadInput, CreateUploadsInput, EditImageInput } from "../../components/api/generated/graphql.ts";
import { say } from "../../server/say.ts";
import type { Context, Resolvers } from "./context.ts";
import { drawEdit } from "./draw-edit.ts";
import { type FailureRow, failureOf, notFound, refusal } from "./refusal.ts";
import type { ImageRow, PairRow, SkuRow, UploadRow } from "./rows.ts";
import { addPair, addResult, addSku, pairsOf, type World } from "./world.ts";

/** Where tickets point to; the stories' transport takes what is sent there. */
export const storeUrl = "https://store.example/";
const ticketMs = 900_000;
/** An empty archive: what follows the click on a story's download. */
const emptyZip = "data:application/zip;base64,UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==";

const soon = (): string => new Date(Date.now() + ticketMs).toISOString();

function createUploads({ sku, files }: CreateUploadsInput, { world }: Context) {
  return [files].flat().map(({ name, mimeType, purpose }) => {
    const id = world.nextId("upload");
    world.uploads.set(id, { id, sku, name, mimeType, isMask: purpose === "MASK", file: undefined });
    return { id, url: `${storeUrl}${id}`, headers: [{ name: "content-type", value: mimeType }], expiresAt: soon() };
  });
}

/** What stands in for the object store. @returns the HTTP status */
export function storeFile({ uploads }: World, url: string, file: Blob): number {
  const upload = uploads.get(url.slice(storeUrl.length));
  if (upload === undefined) return 404;
  upload.file = file;
  return 200;
}

async function completeUploads(ids: readonly string[], context: Context) {
  const pairs: PairRow[] = [];
  const failures: FailureRow[] = [];
  for (const id of ids) {
    const upload = context.world.uploads.get(id);
    if (upload?.isMask) continue;
    const made = upload?.file && (await addUpload(context, upload, upload.file));
    if (made === undefined) {
      failures.push(failureOf(id, refusal("BAD_USER_INPUT", say("PHOTO_UNKNOWN"))));
    } else pairs.push(made);
  }
  return { pairs, failures };
}

/** @returns undefined where the file is none that the browser can show */
async function addUpload({ world, news }: Context, upload: UploadRow, file: Blob): Promise<PairRow | undefined> {
  const image = await imageOfFile(file, upload).catch(() => undefined);
  if (image === undefined) return undefined;
  const sku: SkuRow = world.skus.find((each) => each.code === upload.sku) ?? addSku(world, upload.sku, null);
  const known = pairsOf(world, sku).find((pair) => pair.source.sha256 === image.sha256);
  const pair = known ?? addPair(world, { sku, source: image });
  news.publish(pair);
  return pair;
}

async function imageOfFile(file: Blob, { name, mimeType }: UploadRow): Promise<ImageRow> {
  const bitmap = await createImageBitmap(file);
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  const sha256 = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const { width, height } = bitmap;
  bitmap.close();
  return { name, sha256, width, height, bytes: file.size, mimeType, placeholder: "", link: URL.createObjectURL(file) };
}

async function editImage({ pair: id, base, operations }: EditImageInput, { world, news }: Context): Promise<PairRow> {
  const pair = world.pairs.find((each) => each.id === id);
  if (pair === undefined) throw notFound("photo with this id");
  const from = base === "SOURCE" ? pair.source : (pair.current?.image ?? pair.source);
  const image = await drawEdit(from, [operations].flat());
  const now = new Date().toISOString();
  const nothingKnown = { confidence: null, placement: null, warnings: [], made: undefined, model: null };
  addResult(world, pair, { engine: "edit", image, durationMs: 240, createdAt: now, ...nothingKnown });
  Object.assign(pair, { status: "READY", note: null, updatedAt: now });
  news.publish(pair);
  return pair;
}

/** Of a picture in a ZIP. */
const bytesOf = (pair: PairRow, content: CreateDownloadInput["content"]): number | undefined => {
  if (content === "SOURCES") return pair.source.bytes;
  const isWanted = pair.status === "APPROVED" || (content !== "APPROVED" && pair.status === "READY");
  return isWanted ? pair.current?.image.bytes : undefined;
};

function createDownload({ pairs, skus, content }: CreateDownloadInput, { world }: Context) {
  const meant = world.pairs.filter(
    (pair) => pair.status !== "ARCHIVED" && ((pairs?.includes(pair.id) ?? false) || (skus?.includes(pair.sku.code) ?? false)),
  );
  const sizes = meant.map((pair) => bytesOf(pair, content)).filter((bytes) => bytes !== undefined);
  if (sizes.length === 0) throw refusal("BAD_USER_INPUT", "There is nothing to download: none of the photos has such a picture.");
  return { url: emptyZip, files: sizes.length, bytes: sizes.reduce((sum, bytes) => sum + bytes, 0), expiresAt: soon() };
}

export const files: Resolvers = {
  Mutation: {
    createSku(_: unknown, { input }: { input: { code: string; title?: string | null } }, { world }: Context) {
      if (world.skus.some(({ code }) => code === input.code)) throw refusal("CONFLICT", say("SKU_CODE_TAKEN", { code: input.code }));
      return addSku(world, input.code, input.title ?? null);
    },
    updateSku(_: unknown, { code, input }: { code: string; input: { code?: string | null; title?: string | null } }, { world }: Context) {
      const sku = world.skus.find((each) => each.code === code);
      if (sku === undefined) throw notFound("SKU with this code");
      return Object.assign(sku, { code: input.code ?? sku.code, title: input.title === undefined ? sku.title : input.title });
    },
    createUploads: (_: unknown, { input }: { input: CreateUploadsInput }, context: Context) => createUploads(input, context),
    completeUploads: (_: unknown, { ids }: { ids: readonly string[] }, context: Context) => completeUploads(ids, context),
    editImage: (_: unknown, { input }: { input: EditImageInput }, context: Context) => editImage(input, context),
    createDownload: (_: unknown, { input }: { input: CreateDownloadInput }, context: Context) => createDownload(input, context),
  },
};
