// Ozon: a seller's products and their pictures over the Seller API, and approved pictures back.
//
// Read: v3/product/list (paged by last_id) names products, v3/product/info/list tells of them.
// Written: v2/product/pictures/import replaces all pictures of a product and answers a task; v1/product/import/info says when the task
// has ended and what it refused, v2/product/pictures/info where the pictures are then. See https://docs.ozon.ru/api/seller/en/.
import { z } from "zod";
import type { OzonGalleryConfig } from "../gallery-config.ts";
import { say } from "../say.ts";
import { type Api, createApi, nameOf } from "./api.ts";
import type { Gallery, GalleryFault, GalleryItem, Reach } from "./gallery.ts";
import { createOzonApi, type OzonProduct, picturesOf, productId } from "./ozon-api.ts";
import { createOzonPublisher } from "./ozon-publisher.ts";

/** Products of one page, of 1,000 that Ozon gives at most: progress is told page by page, and a worker that dies loses one page's work. */
const pageSize = 100;

const productList = z.object({
  result: z.object({
    items: z.array(z.object({ product_id: productId, offer_id: z.string() })),
    total: z.number().int().nonnegative().nullish(),
    last_id: z.string().nullish(),
  }),
});
export function createOzonGallery(config: OzonGalleryConfig, reach: Reach): Gallery {
  const api = createApi({ config, reach, secrets: [config.apiKey] });
  const ozon = createOzonApi(api, config);
  return {
    config,
    kind: "ozon",
    async list(cursor, signal) {
      const body = { filter: { visibility: "ALL" }, last_id: cursor ?? "", limit: pageSize };
      const { result } = await ozon.post("/v3/product/list", { body, answer: productList, signal });
      const codes = result.items.map(({ offer_id }) => offer_id);
      const told = new Map((codes.length === 0 ? [] : await ozon.products(codes, signal)).map((product) => [product.offer_id, product]));
      const items: GalleryItem[] = [];
      const faults: GalleryFault[] = [];
      for (const code of codes) {
        const product = told.get(code);
        if (product === undefined) faults.push({ subject: code, message: say("OZON_PRODUCT_VANISHED") });
        else items.push(itemOf(api, product));
      }
      const isLast = result.items.length < pageSize || !result.last_id;
      return { items, faults, next: isLast ? null : (result.last_id ?? null), total: result.total ?? null };
    },
    put: createOzonPublisher(ozon, config),
    close() {},
  };
}

function itemOf(api: Api, product: OzonProduct): GalleryItem {
  const [main] = product.primary_image;
  return {
    code: product.offer_id,
    remoteId: product.id,
    title: product.name?.trim() || null,
    photos: picturesOf(product).map((url) => ({
      key: url,
      // Ozon gives a changed picture another address.
      version: null,
      name: nameOf(url),
      isMain: url === main,
      read: (signal) => api.readPhoto(url, { signal }),
    })),
  };
}
