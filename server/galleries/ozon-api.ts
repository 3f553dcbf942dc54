// Ozon's Seller API as both ways of the gallery need it: requests with a seller's keys, and products by their codes.
import { z } from "zod";
import type { OzonGalleryConfig } from "../gallery-config.ts";
import { say } from "../say.ts";
import type { Api } from "./api.ts";
import { GalleryError, type Listing } from "./gallery.ts";

export const productId = z.union([z.number().int(), z.string()]).transform(String);
/** Ozon has sent both a link and a list of links. */
const links = z
  .union([z.array(z.string()), z.string()])
  .nullish()
  .transform((given) => (typeof given === "string" ? [given] : (given ?? [])).filter((link) => URL.canParse(link)));

const productInfo = z.object({
  items: z.array(z.object({ id: productId, offer_id: z.string(), name: z.string().nullish(), primary_image: links, images: links })),
});

export type OzonProduct = z.infer<typeof productInfo>["items"][number];

export interface OzonApi {
  readonly post: <T>(path: string, request: { body: unknown; answer: z.ZodType<T>; signal: AbortSignal }) => Promise<T>;
  /** By offer ids; what Ozon does not know is left out. */
  readonly products: (offerIds: readonly string[], signal: AbortSignal) => Promise<readonly OzonProduct[]>;
}

export function createOzonApi(api: Api, { url, clientId, apiKey }: OzonGalleryConfig): OzonApi {
  const base = url.replace(/\/+$/, "");
  const headers = { "client-id": clientId, "api-key": apiKey };
  const post: OzonApi["post"] = (path, request) => api.ask({ url: `${base}${path}`, headers, ...request });
  return {
    post,
    products: async (offerIds, signal) =>
      (await post("/v3/product/info/list", { body: { offer_id: offerIds }, answer: productInfo, signal })).items,
  };
}

/** All addresses, the main picture's first, each once. */
export const picturesOf = ({ primary_image, images }: Pick<OzonProduct, "primary_image" | "images">): string[] => [
  ...new Set([...primary_image, ...images]),
];

/** @throws GalleryError when Ozon has no product of this code */
export async function requireProduct(ozon: OzonApi, { code }: Pick<Listing, "code">, signal: AbortSignal): Promise<OzonProduct> {
  const product = (await ozon.products([code], signal)).find(({ offer_id }) => offer_id === code);
  if (product !== undefined) return product;
  throw new GalleryError("lasting", say("OZON_PRODUCT_UNKNOWN", { code }));
}
