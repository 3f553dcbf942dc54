// The object store: what disk and S3 have in common. One contract suite runs on both.
import type { Readable } from "node:stream";
import { limitExceeded, type UserError } from "../errors.ts";
import { say } from "../say.ts";

/** What is known of a stored object without reading it. */
export interface ObjectInfo {
  /** Size in bytes. */
  readonly bytes: number;
  readonly contentType: string;
}

/**
 * A presigned request: the client sends it with exactly these headers.
 * `content-length` is signed as well but not listed: every client sets it from the body, and browsers let no script set it.
 */
export interface SignedRequest {
  /** Absolute URL. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAt: Date;
}

export interface PutOptions {
  readonly contentType: string;
  readonly signal?: AbortSignal | undefined;
  /** Such as a scaled copy: a loss of power may then lose the object, which `get` never answers in part. Left out: it is there for good. */
  readonly canBeRemade?: boolean;
}

export interface SignedPut {
  readonly key: string;
  /** The body's type and exact length in bytes; the store refuses any other. */
  readonly contentType: string;
  readonly bytes: number;
  /** How long the link holds, seconds. */
  readonly expiresInSeconds: number;
}

/**
 * Objects by key. Keys are spelled by keys.ts alone: `/`-separated ASCII segments, never user input.
 * A missing object is `null` from `info` and an `ObjectMissingError` from `get` and `stream`.
 * A store that cannot be reached throws a `StoreUnavailableError`; the caller may try again.
 */
export interface Store {
  readonly kind: "disk" | "s3";
  /**
   * Writes the whole object or nothing; an object already there is replaced. Given a stream, memory stays constant.
   * A body stream that breaks rejects with the stream's own error, an abort with the signal's reason.
   */
  put(key: string, body: Buffer | Readable, options: PutOptions): Promise<void>;
  /** The whole object. @throws ObjectMissingError, and LimitExceeded (UserError) when it is larger than `maxBytes`. */
  get(key: string, options?: { maxBytes?: number | undefined; signal?: AbortSignal | undefined }): Promise<Buffer>;
  /** The object in pieces, memory constant. A break on the way is the stream's own error. Read it to its end or destroy it. */
  stream(key: string, options?: { signal?: AbortSignal | undefined }): Promise<{ body: Readable } & ObjectInfo>;
  info(key: string): Promise<ObjectInfo | null>;
  /** Removes objects; those that are not there are no error. Up to any number, batched inside. */
  delete(keys: readonly string[]): Promise<void>;
  /** All keys under a prefix, in no promised order, paged inside. */
  list(prefix: string): AsyncIterable<{ key: string; bytes: number; modifiedAt: Date }>;
  signPut(put: SignedPut): Promise<SignedRequest>;
  /**
   * An absolute link to an object. With a `fileName` the browser saves it under that name.
   * A bucket behind a CDN (`S3_PUBLIC_URL`) answers the CDN's link, which neither expires nor carries a name.
   */
  signGet(key: string, options: { expiresInSeconds: number; fileName?: string | undefined }): Promise<string>;
  /** Resolves when the store can be written and read; throws StoreUnavailableError with what is wrong. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export class ObjectMissingError extends Error {
  override name = "ObjectMissingError";
  constructor(key: string) {
    super(`The store has no object ${key}`);
  }
}

export class StoreUnavailableError extends Error {
  override name = "StoreUnavailableError";
}

/** What `get` throws for an object above the caller's limit. Sizes in bytes. */
export const objectTooLarge = (bytes: number, maxBytes: number): UserError =>
  limitExceeded(say("FILE_TOO_HEAVY", { most: maxBytes, bytes }));
