// Pictures: signed links at the size that is asked for.
import { badUserInput } from "../errors.ts";
import { imageFormats } from "../images/picture.ts";
import { builder } from "./builder.ts";

/** Pixels a scaled copy may be asked at most; larger than any accepted side, so it only stops nonsense. */
const maxScaledSide = 20_000;

export const ImageFormatEnum = builder.enumType("ImageFormat", { values: imageFormats });

export const Image = builder.prismaObject("Image", {
  select: { id: true, workspace: true, name: true },
  fields: (t) => ({
    url: t.field({
      type: "URL",
      description:
        "A signed link that expires; with a width or a height, a scaled copy that never enlarges. With `download` browsers save it under its name, from any page.",
      args: { width: t.arg.int(), height: t.arg.int(), format: t.arg({ type: ImageFormatEnum }), download: t.arg.boolean() },
      resolve: (image, { width, height, format, download }, { app }) => {
        checkSide("width", width);
        checkSide("height", height);
        const variant = { width: width ?? null, height: height ?? null, format: format ?? null };
        return app.imageLinks.url(image, variant, download ? image.name : undefined);
      },
    }),
    name: t.exposeString("name"),
    width: t.exposeInt("width"),
    height: t.exposeInt("height"),
    bytes: t.exposeInt("bytes"),
    mimeType: t.exposeString("mimeType"),
    sha256: t.exposeString("sha256"),
    placeholder: t.exposeString("thumbhash", { description: "A ThumbHash in base64: what to paint until the picture is there." }),
  }),
});

function checkSide(field: string, pixels: number | null | undefined): void {
  if (pixels === null || pixels === undefined || (pixels >= 1 && pixels <= maxScaledSide)) return;
  throw badUserInput(`${field} is ${pixels}: it must be from 1 to ${maxScaledSide} pixels.`);
}
