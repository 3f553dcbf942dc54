// Links to pictures: which picture, whose, how large; signed, expiring, and the same for a while so that browsers can keep what they have.
import type { ImageFormat } from "../images/picture.ts";
import { type LinkSecret, signUrl, verifyUrl } from "./signed-links.ts";

/** What a picture link asks for; sizes in pixels, never enlarged. */
export interface ImageVariant {
  readonly width: number | null;
  readonly height: number | null;
  readonly format: ImageFormat | null;
}

export interface LinkedImage extends ImageVariant {
  readonly imageId: string;
  readonly workspace: string;
  /** A browser saves the picture under this name instead of showing it. */
  readonly fileName: string | null;
  readonly expiresAt: Date;
}

export interface ImageLinks {
  /** An absolute, signed link. @param fileName left out: the picture is shown, not saved */
  url(image: { readonly id: string; readonly workspace: string }, variant: ImageVariant, fileName?: string): string;
  /** What a request's URL asks for, or why it is refused. */
  read(method: string, url: string): { readonly ok: true; readonly image: LinkedImage } | { readonly ok: false; readonly reason: string };
}

/** Seconds that a link holds at the least, and the step its end is rounded up to: within a step the same link is given out. */
const leastValidSeconds = 3_600;
const stepSeconds = 3_600;

export function createImageLinks(publicUrl: string, secret: LinkSecret): ImageLinks {
  return {
    url({ id, workspace }, { width, height, format }, fileName) {
      const parameters = new URLSearchParams({ workspace });
      if (width !== null) parameters.set("width", String(width));
      if (height !== null) parameters.set("height", String(height));
      if (format !== null) parameters.set("format", format);
      if (fileName !== undefined) parameters.set("name", fileName.toWellFormed());
      const steps = Math.ceil((Date.now() / 1000 + leastValidSeconds) / stepSeconds);
      return signUrl(secret, `${publicUrl}/images/${id}?${parameters}`, { expiresAt: new Date(steps * stepSeconds * 1000) });
    },
    read(method, url) {
      const verdict = verifyUrl(secret, method, url, new Date());
      if (!verdict.ok) return verdict;
      const { pathname, searchParams } = new URL(url);
      const pixels = (name: string): number | null => (searchParams.has(name) ? Number(searchParams.get(name)) : null);
      return {
        ok: true,
        image: {
          imageId: pathname.split("/").at(-1) ?? "",
          workspace: searchParams.get("workspace") ?? "",
          fileName: searchParams.get("name"),
          width: pixels("width"),
          height: pixels("height"),
          format: searchParams.get("format") as ImageFormat | null,
          expiresAt: new Date(Number(searchParams.get("expires")) * 1000),
        },
      };
    },
  };
}
