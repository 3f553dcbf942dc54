// What a file is, told from its first bytes alone; names and declared types are never believed.

/** Formats that a photo may come in. HEIC is told apart from AVIF because its decoder is often missing. */
export type PhotoFormat = "jpeg" | "png" | "webp" | "avif" | "heic" | "tiff" | "gif";

export const mimeTypes: Readonly<Record<PhotoFormat, string>> = {
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  avif: "image/avif",
  heic: "image/heic",
  tiff: "image/tiff",
  gif: "image/gif",
};

/** Bytes of the `ftyp` box that are searched for brands; real ones hold under a dozen of four bytes each. */
const maxBrandBytes = 256;

/** Returns null for everything that is no accepted photo format, SVG included. */
export function sniffFormat(bytes: Buffer): PhotoFormat | null {
  if (bytes.length < 12) return null;
  const latin = (start: number, end: number): string => bytes.toString("latin1", start, end);
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "jpeg";
  if (latin(0, 8) === "\x89PNG\r\n\x1a\n") return "png";
  if (latin(0, 4) === "RIFF" && latin(8, 12) === "WEBP") return "webp";
  if (latin(0, 6) === "GIF87a" || latin(0, 6) === "GIF89a") return "gif";
  if (["II*\0", "MM\0*", "II+\0", "MM\0+"].includes(latin(0, 4))) return "tiff";
  if (latin(4, 8) === "ftyp") return heifFormat(bytes);
  return null;
}

function heifFormat(bytes: Buffer): PhotoFormat | null {
  const end = Math.min(bytes.readUInt32BE(0), bytes.length, maxBrandBytes);
  const brands: string[] = [];
  for (let at = 8; at + 4 <= end; at += 4) brands.push(bytes.toString("latin1", at, at + 4));
  if (brands.some((brand) => brand === "avif" || brand === "avis")) return "avif";
  if (brands.some((brand) => ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"].includes(brand))) return "heic";
  return null;
}
