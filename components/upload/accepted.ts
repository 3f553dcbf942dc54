// Which files may be sent, and as what.

/** As the API has it: a larger file would be refused after it was sent. */
export const maxUploadBytes = 50_000_000;

const mimeTypes: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  avif: "image/avif",
  tif: "image/tiff",
  tiff: "image/tiff",
  gif: "image/gif",
  heic: "image/heic",
  heif: "image/heif",
};
export const acceptedFiles = Object.keys(mimeTypes)
  .map((ending) => `.${ending}`)
  .join(",");

export function mimeTypeOf(file: { readonly name: string; readonly type: string }): string | undefined {
  const known = mimeTypes[file.name.slice(file.name.lastIndexOf(".") + 1).toLowerCase()];
  return known ?? (Object.values(mimeTypes).includes(file.type) ? file.type : undefined);
}

/** Why a file is not even sent; one of these in a call would have all of it refused. */
export function faultOf(file: File): "uploadWrongType" | "uploadTooLarge" | "uploadEmpty" | undefined {
  if (mimeTypeOf(file) === undefined) return "uploadWrongType";
  if (file.size > maxUploadBytes) return "uploadTooLarge";
  return file.size === 0 ? "uploadEmpty" : undefined;
}
