// Pictures by signed link: the original as it is stored, or a scaled copy that is made once and kept.
import { Readable } from "node:stream";
import type { App } from "../app.ts";
import { findImage, type ServedImage } from "../domain/image.ts";
import { messageOf, UserError } from "../errors.ts";
import { mimeTypes, sniffFormat } from "../images/sniff.ts";
import { maxCopySide, scaledCopy } from "../images/thumbnails.ts";
import { attachmentHeader } from "../storage/content-disposition.ts";
import type { LinkedImage } from "../storage/image-links.ts";
import { keys } from "../storage/keys.ts";
import { ObjectMissingError } from "../storage/store.ts";
import { readableBy } from "./cors.ts";
import { type Copy, createKeptCopies } from "./kept-copies.ts";

export const imagesPath = "/images/";

/** Bytes of a source at most: what uploads allow, with room for results. */
const maxSourceBytes = 100_000_000;

/** `GET /images/ID?…`: 403 for a link that does not hold, 404 for a picture that is gone. */
export function createImagesHandler(app: App): (request: Request) => Promise<Response> {
  // Twenty tiles that ask for the same copy at once make it once.
  const underWay = new Map<string, Promise<Copy>>();
  const kept = createKeptCopies();

  const scaled = async (image: ServedImage, asked: LinkedImage): Promise<Copy> => {
    const key = keyOf(asked);
    const begun = underWay.get(key) ?? makeOnce(app, image, asked, key).finally(() => underWay.delete(key));
    underWay.set(key, begun);
    const copy = await begun;
    kept.keep(key, copy);
    return copy;
  };

  const serve = async (request: Request): Promise<Response> => {
    if (request.method !== "GET" && request.method !== "HEAD") return refusal(405, "Pictures are read by GET.");
    const link = app.imageLinks.read(request.method, request.url);
    if (!link.ok) return refusal(403, link.reason);
    const atHand = isOriginal(link.image) ? null : kept.get(keyOf(link.image));
    if (atHand !== null) return answerCopy(request, atHand, link.image);
    const image = await findImage(app, link.image.workspace, link.image.imageId);
    if (image === null) return refusal(404, "The picture is gone.");
    try {
      return await answer(app, request, image, link.image, scaled);
    } catch (error) {
      if (error instanceof ObjectMissingError) return refusal(404, "The picture is gone.");
      if (error instanceof UserError) return refusal(422, error.message);
      app.log.error({ error: messageOf(error), imageId: image.id }, "a picture could not be served");
      return refusal(503, "The picture can not be read right now. Try again.");
    }
  };
  return async (request) => {
    const response = await serve(request);
    // The widget looks at pixels too: of the ground, and of what differs.
    for (const [name, value] of Object.entries(readableBy(request, app.config.corsOrigins))) response.headers.set(name, value);
    return response;
  };
}

async function answer(
  app: App,
  request: Request,
  image: ServedImage,
  asked: LinkedImage,
  scaled: (image: ServedImage, asked: LinkedImage) => Promise<Copy>,
): Promise<Response> {
  if (!isOriginal(asked)) return answerCopy(request, await scaled(image, asked), asked);
  if (request.method === "HEAD") return new Response(null, { headers: headersOf(image.mimeType, image.bytes, asked) });
  const { body, bytes } = await app.store.stream(image.key, { signal: request.signal });
  return new Response(Readable.toWeb(body) as ReadableStream<Uint8Array>, { headers: headersOf(image.mimeType, bytes, asked) });
}

function answerCopy({ method }: Request, { data, mimeType }: Copy, asked: LinkedImage): Response {
  const body = method === "HEAD" ? null : new Uint8Array(data);
  return new Response(body, { headers: headersOf(mimeType, data.byteLength, asked) });
}

const isOriginal = ({ width, height, format }: LinkedImage): boolean => width === null && height === null && format === null;

const keyOf = (asked: LinkedImage): string => keys.derived(asked.workspace, asked.imageId, variantName(asked));

/** Null where there is none. Its type is told from its first bytes, as what it was made of is: that saves a second question to the store. */
async function keptCopy({ store }: App, key: string): Promise<Copy | null> {
  try {
    const data = await store.get(key);
    const format = sniffFormat(data);
    return format === null ? null : { data, mimeType: mimeTypes[format] };
  } catch (error) {
    if (error instanceof ObjectMissingError) return null;
    throw error;
  }
}

async function makeOnce(app: App, image: ServedImage, asked: LinkedImage, key: string): Promise<Copy> {
  const kept = await keptCopy(app, key);
  if (kept !== null) return kept;
  const { width, height, format } = asked;
  const copy = await scaledCopy(() => app.store.get(image.key, { maxBytes: maxSourceBytes }), {
    // More than that is no mistake of the link: the copy is then as large as copies get.
    ...(width === null ? {} : { width: Math.min(width, maxCopySide) }),
    ...(height === null ? {} : { height: Math.min(height, maxCopySide) }),
    ...(format === null ? {} : { format }),
  });
  // Keeping it is a saving, not a duty: without room in the store the picture is still shown.
  await app.store.put(key, copy.data, { contentType: copy.mimeType, canBeRemade: true }).catch((error) => {
    app.log.warn({ error: messageOf(error), imageId: image.id }, "a scaled copy was not kept");
  });
  return copy;
}

const variantName = ({ width, height, format }: LinkedImage): string =>
  `${width ?? "auto"}x${height ?? "auto"}-${(format ?? "auto").toLowerCase()}`;

function headersOf(mimeType: string, bytes: number, { expiresAt, fileName }: LinkedImage): Record<string, string> {
  const secondsLeft = Math.max(0, Math.floor((expiresAt.getTime() - Date.now()) / 1000));
  return {
    "content-type": mimeType,
    "content-length": String(bytes),
    ...(fileName === null ? {} : { "content-disposition": attachmentHeader(fileName) }),
    // Private: the link is a permission, shared caches would hand it on. What a link names never changes.
    "cache-control": `private, max-age=${secondsLeft}, immutable`,
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "cross-origin",
  };
}

const refusal = (status: number, error: string): Response => Response.json({ error }, { status, headers: { "cache-control": "no-store" } });
