// The only place that spells an object key. Keys hold ids alone, never names that a user gave.
import { createHash } from "node:crypto";

/** A workspace id is the host's free text: hashed, so that any text makes a safe segment and none can collide or climb. */
const folder = (workspace: string): string => createHash("sha256").update(workspace).digest("hex").slice(0, 32);

const extensions: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "image/avif": "avif",
  "image/tiff": "tif",
  "image/gif": "gif",
};

/** File extension of a MIME type, without the dot; `bin` for one that is not known. */
export const extensionOf = (mimeType: string): string => extensions[mimeType] ?? "bin";

/** Last digits of an image's id, which are random; the first are its time. */
const folderDigits = 2;

export const keys = {
  /** An original, a mask or a result. */
  image: (workspace: string, imageId: string, mimeType: string): string =>
    `images/${folder(workspace)}/${imageId}.${extensionOf(mimeType)}`,
  /** A scaled copy; everything of one image has one prefix. */
  derived: (workspace: string, imageId: string, variant: string): string => `${keys.derivedPrefix(workspace, imageId)}${variant}`,
  /** In one of 256 folders and none of its own: on a disk a folder for each image costs as much as its first copy's file. */
  derivedPrefix: (workspace: string, imageId: string): string => `derived/${folder(workspace)}/${imageId.slice(-folderDigits)}/${imageId}.`,
  /** What every original, mask and result lies under, and every scaled copy. */
  allImages: "images/",
  allDerived: "derived/",
  /** Where a client PUTs; read once, copied to `image`, then deleted. */
  upload: (workspace: string, uploadId: string): string => `uploads/${folder(workspace)}/${uploadId}`,
  /** What a store that refused an object is tried with. One for all, so that a process that dies leaves one at the most. */
  trial: "trial",
} as const;

/** The longest key in bytes: S3's own limit. */
const maxKeyBytes = 1024;
/** The longest segment in bytes: what file systems take as a name. */
const maxSegmentBytes = 255;
/** No leading dot: it shuts out `.` and `..` and leaves dotted names to the disk store's own folders. */
const segmentPattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

/** Stops path traversal: no key that reaches a store can name anything outside it. @throws TypeError for any other spelling. */
export function assertKey(key: string): void {
  const isKey = key.length <= maxKeyBytes && key.split("/").every((part) => part.length <= maxSegmentBytes && segmentPattern.test(part));
  if (isKey) return;
  throw new TypeError(
    `Expected an object key of at most ${maxKeyBytes} characters A-Z a-z 0-9 . _ - in segments parted by "/" but received ` +
      `${JSON.stringify(key.slice(0, 100))}: other keys could leave the store. Spell keys with keys.ts.`,
  );
}

/** A prefix is empty, or a key that may end in "/". @throws TypeError for any other spelling. */
export function assertPrefix(prefix: string): void {
  if (prefix !== "") assertKey(prefix.replace(/\/$/, ""));
}
