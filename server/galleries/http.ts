// The HTTP feed: JSON of a host system's picture tasks, SKU by SKU, paged by cursor. docs/gallery-feed.schema.json is its form.
//
// Photos of finished tasks come first, in the order of the tasks and within each; then the sources that no finished task has a result of.
import { z } from "zod";
import type { HttpGalleryConfig } from "../gallery-config.ts";
import { type Sentence, say } from "../say.ts";
import { createApi, nameOf } from "./api.ts";
import { type Gallery, type GalleryFault, type GalleryItem, type GalleryPhoto, maxPageItems, type Reach } from "./gallery.ts";

/** SKUs that are asked for in one page; the host may give fewer, or up to 1,000. */
const pageSize = 100;
/** Photos and tasks of one SKU at most: more is a mistake of the host's, and would be held in memory together. */
const maxPerSku = 500;

/** No database takes a NUL, and no code, address or cursor has a use for one. */
const text = z
  .string()
  .min(1)
  .refine((value) => !value.includes("\0"), "holds a NUL character");
const photo = z.object({
  url: text,
  /** Left out: the address. Hosts whose links are signed give one, for their links change. */
  id: text.nullish(),
  /** Changes with the photo's contents. */
  version: z.union([text, z.number()]).nullish(),
  name: text.nullish(),
  main: z.boolean().nullish(),
});
type FeedPhoto = z.infer<typeof photo>;
const task = z.object({
  status: text,
  /** The id, else the address, of the source that it worked on. */
  source: text.nullish(),
  photos: z.array(photo).max(maxPerSku).nullish(),
});
const sku = z.object({
  code: text,
  title: z.string().nullish(),
  tasks: z.array(task).max(maxPerSku).nullish(),
  sources: z.array(photo).max(maxPerSku).nullish(),
});
const page = z.object({
  skus: z.array(z.unknown()).max(maxPageItems),
  next: z.union([text, z.literal("")]).nullish(),
  total: z.number().int().nonnegative().nullish(),
});

export function createHttpGallery(config: HttpGalleryConfig, reach: Reach): Gallery {
  const api = createApi({ config, reach, secrets: config.token === undefined ? [] : [config.token] });
  const feed = new URL(config.url);
  const headers: Record<string, string> = config.token === undefined ? {} : { authorization: `Bearer ${config.token}` };

  const photoOf = (given: FeedPhoto): GalleryPhoto => {
    const url = new URL(given.url, feed);
    // The token is the feed's: photos elsewhere are fetched without it.
    const own = url.origin === feed.origin ? headers : {};
    return {
      key: given.id ?? given.url,
      version: given.version === null || given.version === undefined ? null : String(given.version),
      name: given.name ?? nameOf(url.href),
      isMain: given.main === true,
      read: (signal) => api.readPhoto(url.href, { headers: own, signal }),
    };
  };

  return {
    config,
    kind: "http",
    async list(cursor, signal) {
      const url = new URL(feed);
      url.searchParams.set("limit", String(pageSize));
      if (cursor !== null) url.searchParams.set("cursor", cursor);
      const { skus, next, total } = await api.ask({ url: url.href, headers, answer: page, signal });
      const items: GalleryItem[] = [];
      const faults: GalleryFault[] = [];
      for (const [index, given] of skus.entries()) {
        const parsed = sku.safeParse(given);
        if (parsed.success && photosOf(parsed.data).every((each) => URL.canParse(each.url, feed))) items.push(itemOf(parsed.data, photoOf));
        else faults.push({ subject: codeIn(given) ?? `skus[${index}]`, message: faultOf(parsed.error?.issues[0]) });
      }
      return { items, faults, next: next || null, total: total ?? null };
    },
    close() {},
  };
}

function itemOf(given: z.infer<typeof sku>, photoOf: (photo: FeedPhoto) => GalleryPhoto): GalleryItem {
  const byKey = new Map(photosOf(given).map((each) => [each.id ?? each.url, each]));
  return { code: given.code, remoteId: null, title: given.title?.trim() || null, photos: [...byKey.values()].map(photoOf) };
}

/** Finished tasks' photos, then the sources without a result. */
function photosOf({ tasks, sources }: z.infer<typeof sku>): FeedPhoto[] {
  const finished = (tasks ?? []).filter(({ status, photos }) => status.toLowerCase() === "finished" && (photos ?? []).length > 0);
  const done = new Set(finished.map(({ source }) => source));
  const left = (sources ?? []).filter(({ id, url }) => !done.has(id ?? url) && !done.has(url));
  return [...finished.flatMap(({ photos }) => photos ?? []), ...left];
}

const codeIn = (given: unknown): string | null =>
  typeof given === "object" && given !== null && "code" in given && typeof given.code === "string" && given.code !== "" ? given.code : null;

function faultOf(issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined): Sentence {
  if (issue === undefined) return say("FEED_PHOTO_WRONG");
  return say("FEED_SKU_WRONG", { fault: [...(issue.path.length === 0 ? [] : [issue.path.join(".")]), issue.message].join(": ") });
}
