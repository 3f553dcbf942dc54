// The way back to Ozon: a product's pictures in order, and their import followed until it ends.
//
// QUEUED here -> import task there -> pending -> imported | failed | skipped; then the pictures' own addresses are asked for. Until
// Ozon has fetched a picture it may name the link that it was given; that is still under way.
import { z } from "zod";
import type { OzonGalleryConfig } from "../gallery-config.ts";
import { type Sentence, say } from "../say.ts";
import { GalleryError, type Listing, type Publisher, type PutPicture } from "./gallery.ts";
import { type OzonApi, picturesOf, requireProduct } from "./ozon-api.ts";

/** Characters of Ozon's own words in a message. */
const maxQuoted = 300;
/** Pictures of one product, the main one included. */
const maxPictures = 30;

const importTask = z.object({ task_id: z.union([z.number().int(), z.string()]).transform(String) });
const importError = z.object({
  code: z.string().nullish(),
  message: z.string().nullish(),
  description: z.string().nullish(),
  level: z.string().nullish(),
});
const importInfo = z.object({
  result: z.object({
    items: z.array(z.object({ offer_id: z.string(), status: z.string(), errors: z.array(importError).nullish() })),
  }),
});
const addresses = z
  .array(z.string())
  .nullish()
  .transform((given) => given ?? []);
const pictureInfo = z.object({
  items: z.array(
    z.object({
      primary_photo: addresses,
      photo: addresses,
      errors: z.array(z.object({ url: z.string().nullish(), message: z.string().nullish() })).nullish(),
    }),
  ),
});

/** What is needed to ask after a task, and to tell its pictures apart once it has ended. */
const ticketSchema = z.object({
  task: z.string(),
  product: z.string(),
  /** Ours in order. The link is Ozon's own where the picture was there before. */
  sent: z.array(z.object({ id: z.string(), link: z.string(), wasThere: z.boolean() })),
  /** Addresses before the import: Ozon may tell of them for a while yet. */
  before: z.array(z.string()),
});
type Ticket = z.infer<typeof ticketSchema>;

export function createOzonPublisher(ozon: OzonApi, { name }: OzonGalleryConfig): Publisher {
  return {
    maxPictures,
    async send(listing, signal) {
      const product = await requireProduct(ozon, listing, signal);
      const before = picturesOf(product);
      const kept = before.filter((url) => !listing.replaces.has(url));
      const sum = listing.pictures.length + kept.length;
      if (sum > maxPictures) throw tooMany(listing, sum);
      const sent = await Promise.all(
        listing.pictures.map(async ({ id, key, link }) =>
          // What Ozon has already keeps its address, so that it is not fetched and looked at anew.
          key !== null && before.includes(key) ? { id, link: key, wasThere: true } : { id, link: await link(), wasThere: false },
        ),
      );
      const links = [...sent.map(({ link }) => link), ...kept];
      const body = { items: [{ offer_id: listing.code, primary_image: links[0], images: links.slice(1) }] };
      const { task_id: task } = await ozon.post("/v2/product/pictures/import", { body, answer: importTask, signal });
      return { ended: false, ticket: JSON.stringify({ task, product: product.id, sent, before } satisfies Ticket) };
    },

    async follow(text, code, signal) {
      const ticket = ticketSchema.parse(JSON.parse(text));
      const body = { task_id: ticket.task };
      const { result } = await ozon.post("/v1/product/import/info", { body, answer: importInfo, signal });
      const item = result.items.find(({ offer_id }) => offer_id === code);
      if (item === undefined || item.status === "pending" || item.status === "processing") return { ended: false, ticket: text };
      // Skipped: there was nothing to change, so that the pictures stand as they are to.
      if (item.status !== "imported" && item.status !== "skipped") {
        const error = refusalOf(item);
        return { ended: true, pictures: ticket.sent.map(({ id }) => ({ id, photo: null, error })) };
      }
      const told = await ozon.post("/v2/product/pictures/info", { body: { product_id: [ticket.product] }, answer: pictureInfo, signal });
      const [info] = told.items;
      if (info === undefined) throw new GalleryError("passing", say("OZON_PICTURES_UNTOLD", { gallery: name }));
      const pictures = outcomesOf(ticket, info);
      return pictures === null ? { ended: false, ticket: text } : { ended: true, pictures };
    },
  };
}

/** Null while Ozon still tells of the links that were sent, or of what was there before. */
function outcomesOf({ sent, before }: Ticket, info: z.infer<typeof pictureInfo>["items"][number]): PutPicture[] | null {
  const refused = new Map((info.errors ?? []).map(({ url, message }) => [url ?? "", message ?? ""]));
  const there = [...new Set([...info.primary_photo, ...info.photo])];
  // Refused ones stand in no list, so that the others close up.
  const accepted = sent.filter(({ link }) => !refused.has(link));
  const places = new Map(accepted.map(({ id }, index) => [id, there[index]]));
  const isSettled = accepted.every(({ id, link, wasThere }) => {
    const url = places.get(id);
    return url !== undefined && (wasThere ? url === link || !before.includes(url) : url !== link && !before.includes(url));
  });
  if (!isSettled) return null;
  return sent.map(({ id, link }) => {
    const url = places.get(id);
    if (url !== undefined) return { id, photo: { key: url, version: null, url }, error: null };
    const reason = refused.get(link)?.slice(0, maxQuoted);
    return { id, photo: null, error: reason ? say("OZON_REFUSED", { reason }) : say("OZON_REFUSED_SILENTLY") };
  });
}

/** What Ozon says is wrong, the gravest first. */
function refusalOf({ errors, status }: z.infer<typeof importInfo>["result"]["items"][number]): Sentence {
  const told = errors ?? [];
  const grave = told.filter(({ level }) => level === null || level === undefined || /error/i.test(level));
  const [first] = grave.length > 0 ? grave : told;
  const reason = (first?.description || first?.message || first?.code)?.slice(0, maxQuoted);
  return reason ? say("OZON_REFUSED_ALL", { reason }) : say("OZON_ENDED_OTHERWISE", { status: JSON.stringify(status.slice(0, maxQuoted)) });
}

const tooMany = ({ code }: Listing, sum: number): GalleryError =>
  new GalleryError("lasting", say("OZON_TOO_MANY_PICTURES", { code, count: sum, most: maxPictures }));
