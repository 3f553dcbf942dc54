// ThumbHashes as pictures, painted until the real one is there; decoded once each.
import { thumbHashToDataURL } from "thumbhash";

/** Decoded placeholders kept, about 1 kB each. */
const kept = 2000;
const decoded = new Map<string, string>();

/** A data URL for a base64 ThumbHash; undefined where it is damaged, and the box stays plain. */
export function placeholderUrl(thumbHash: string): string | undefined {
  const known = decoded.get(thumbHash);
  if (known !== undefined) return known;
  const url = decode(thumbHash);
  if (url === undefined) return undefined;
  if (decoded.size >= kept) decoded.clear();
  decoded.set(thumbHash, url);
  return url;
}

function decode(thumbHash: string): string | undefined {
  if (thumbHash === "") return undefined;
  try {
    return thumbHashToDataURL(Uint8Array.from(atob(thumbHash), (char) => char.charCodeAt(0)));
  } catch {
    // A damaged placeholder is no reason to show less than the picture.
    return undefined;
  }
}
