// The galleries that the configuration names, each with the hand that speaks its language.
import type { GalleryConfig } from "../gallery-config.ts";
import { createGalleries, type Galleries, type Gallery, type Reach } from "./gallery.ts";
import { createHttpGallery } from "./http.ts";
import { createOzonGallery } from "./ozon.ts";

export async function openGalleries(configs: readonly GalleryConfig[], reach: Reach): Promise<Galleries> {
  return createGalleries(await Promise.all(configs.map((config) => openGallery(config, reach))));
}

async function openGallery(config: GalleryConfig, reach: Reach): Promise<Gallery> {
  if (config.kind === "ozon") return createOzonGallery(config, reach);
  if (config.kind === "http") return createHttpGallery(config, reach);
  // Loaded where it is used: the SDK takes a good part of a start.
  const { createS3Gallery } = await import("./s3.ts");
  return createS3Gallery(config, reach);
}
