// The one door to libvips: sharp with the loaders we want and bounded memory. Everything that touches files goes through it.
import sharp from "sharp";

/** Pixels; stops decompression bombs: a few kilobytes of PNG can claim gigapixels. */
export const maxPhotoPixels = 100_000_000;

/**
 * Loaders for untrusted bytes. Everything else is blocked inside libvips itself, so that a file whose first bytes lie (SVG with
 * external entities, PDF, ImageMagick's script formats, OpenSlide) cannot reach a parser that reads other files or hosts.
 */
const wantedLoaders = ["Jpeg", "Png", "Webp", "Heif", "Tiff", "Nsgif"].map((name) => `VipsForeignLoad${name}`);

sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({ operation: wantedLoaders });
// Every picture is seen once: libvips' operation cache would only hold memory.
sharp.cache(false);
// One libvips thread per picture: parallelism comes from working on several pictures at once.
sharp.concurrency(1);

export { sharp };
