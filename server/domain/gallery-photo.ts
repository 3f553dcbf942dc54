// How a photo in a gallery is known by.
import { createHash } from "node:crypto";

/** Bytes of a key in its table: B-tree indexes take some 2,700 at most. */
const maxKeyBytes = 1_500;
/** Characters that a shortened key begins with, for people who look into the table. */
const keptCharacters = 100;

/** A photo's key as it stands in the table: a long one ends in its hash. */
export const photoKey = (key: string): string =>
  Buffer.byteLength(key) <= maxKeyBytes ? key : `${key.slice(0, keptCharacters)}#${createHash("sha256").update(key).digest("hex")}`;
