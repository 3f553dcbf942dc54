// The galleries that the configuration names, each with the hand that speaks its language.
import type { FetchGuard } from "../fetch/target.ts";
import type { GalleryConfig } from "../gallery-config.ts";
import { createGalleries, type Galleries, type Gallery } from "./gallery.ts";
import { createHttpGallery } from "./http.ts";
import { createOzonGallery } from "./ozon.ts";

/** @param guard what is let through beyond the rules, for every gallery; each adds its own `allow` */
export async function openGalleries(configs: readonly GalleryConfig[], guard: FetchGuard = {}): Promise<Galleries> {
  return createGalleries(await Promise.all(configs.map((config) => openGallery(config, guard))));
}

async function openGallery(config: GalleryConfig, guard: FetchGuard): Promise<Gallery> {
  if (config.kind === "ozon") return createOzonGallery(config, guard);
  if (config.kind === "http") return createHttpGallery(config, guard);
  // Loaded where it is used: the SDK takes a good part of a start.
  const { createS3Gallery } = await import("./s3.ts");
  return createS3Gallery(config);
}
