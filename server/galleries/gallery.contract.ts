// What every gallery must do, whatever it is made of: one suite that all kinds pass.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { type Gallery, GalleryError, type GalleryItem, type GalleryPage, type Listing, type Picture } from "./gallery.ts";

export interface GalleryUnderTest {
  readonly gallery: Gallery;
  /** The same place, entered anew; with a secret that is not right, or where nobody listens. */
  enter(how: "again" | "wrong secret" | "unreachable"): Promise<Gallery>;
  /** Makes, or makes anew, a SKU whose photos stand in this order. */
  fill(code: string, photos: readonly Buffer[]): Promise<void>;
  /** Takes away a SKU's photos' files, though it may still be listed. */
  loseFiles(code: string): Promise<void>;
  /** Must stand in no message. */
  readonly secret: string;
  /** What the gallery shows of a SKU after `put`, in order. */
  shown?(code: string): Promise<Buffer[]>;
  close(): Promise<void>;
}

/** More than one page of any kind. */
const manySkus = 130;
const never = new AbortController().signal;

/** Runs the suite on an empty gallery; `open` is called once. */
export function galleryContract(name: string, open: () => Promise<GalleryUnderTest>): void {
  describe(`${name} keeps the gallery's contract`, () => {
    let opened: GalleryUnderTest;
    const extra: Gallery[] = [];
    beforeAll(async () => {
      opened = await open();
      await Promise.all(Array.from({ length: manySkus }, (_, index) => opened.fill(codeOf(index), [Buffer.from(`photo of ${index}`)])));
    });
    afterAll(async () => {
      for (const gallery of extra) gallery.close();
      await opened?.close();
    });

    const enter = async (how: Parameters<GalleryUnderTest["enter"]>[0]): Promise<Gallery> => {
      const gallery = await opened.enter(how);
      extra.push(gallery);
      return gallery;
    };
    const find = async (code: string): Promise<GalleryItem> => {
      const found = (await all(opened.gallery)).find((item) => item.code === code);
      if (found === undefined) throw new Error(`The gallery lists no ${code}.`);
      return found;
    };

    it("lists every SKU once, over several pages, and ends", async () => {
      const pages = await pagesOf(opened.gallery);
      expect(pages.length).toBeGreaterThan(1);
      const codes = pages.flatMap(({ items }) => items.map(({ code }) => code));
      expect(codes.toSorted()).toEqual(Array.from({ length: manySkus }, (_, index) => codeOf(index)).toSorted());
      expect(pages.flatMap(({ faults }) => faults)).toEqual([]);
    });

    it("goes on where another process had come to", async () => {
      const [first, ...rest] = await pagesOf(opened.gallery);
      const other = await enter("again");
      const second = await other.list(first?.next ?? null, never);
      expect(second.items.map(({ code }) => code)).toEqual(rest[0]?.items.map(({ code }) => code));
    });

    it("gives photos in their order, byte for byte, under keys that stay", async () => {
      const photos = Array.from({ length: 12 }, (_, index) => Buffer.from(`photo ${index}`));
      await opened.fill(codeOf(0), photos);
      const item = await find(codeOf(0));
      expect(await Promise.all(item.photos.map((photo) => photo.read(never)))).toEqual(photos);
      const mark = ({ photos: of }: GalleryItem): unknown[] => of.map(({ key, version }) => [key, version]);
      expect(mark(await find(codeOf(0)))).toEqual(mark(item));
      expect(new Set(item.photos.map(({ key }) => key)).size).toBe(photos.length);
    });

    it("tells a photo that has changed by its key or its version", async () => {
      await opened.fill(codeOf(1), [Buffer.from("before")]);
      const [before] = (await find(codeOf(1))).photos;
      await opened.fill(codeOf(1), [Buffer.from("after that")]);
      const [after] = (await find(codeOf(1))).photos;
      expect([after?.key, after?.version]).not.toEqual([before?.key, before?.version]);
    });

    it("fails a photo that is gone by itself", async () => {
      const [photo] = (await find(codeOf(2))).photos;
      await opened.loseFiles(codeOf(2));
      await expect(photo?.read(never)).rejects.toBeInstanceOf(UserError);
      await opened.fill(codeOf(2), [Buffer.from("back")]);
    });

    it("says that credentials are wrong, for good and without them", async () => {
      const gallery = await enter("wrong secret");
      const error = await gallery.list(null, never).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(GalleryError);
      expect(error).toMatchObject({ kind: "lasting", message: expect.stringContaining("GALLERIES") });
      expect((error as Error).message).not.toContain(opened.secret);
    });

    it("takes a place where nobody answers for one that may come back", async () => {
      const error = await (await enter("unreachable")).list(null, never).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: "GalleryError", kind: "passing" });
      expect((error as Error).message).not.toContain(opened.secret);
    });

    it("stops when it is told to", async () => {
      const reason = new Error("enough");
      await expect(opened.gallery.list(null, AbortSignal.abort(reason))).rejects.toBe(reason);
    });

    it("shows our pictures in order, keeps what they do not replace, and changes nothing when they are sent again", async () => {
      const { shown, gallery } = opened;
      expect(gallery.put === undefined, "whoever takes pictures has to show them").toBe(shown === undefined);
      if (shown === undefined) return;
      const code = codeOf(3);
      await opened.fill(code, await Promise.all(["replaced", "kept"].map(photoOf)));
      const { photos } = await find(code);
      const replaces = new Set(photos.slice(0, 1).map(({ key }) => key));
      const pictures = await Promise.all(["main", "second"].map(pictureOf));
      const keys = await sent(opened.gallery, { code, pictures, replaces });
      const first = await shown(code);
      expect(first.length).toBeGreaterThanOrEqual(2);
      const again = pictures.map((picture, index) => ({ ...picture, key: keys[index] ?? null }));
      expect(await sent(opened.gallery, { code, pictures: again, replaces: new Set([...replaces, ...keys]) })).toEqual(keys);
      expect(await shown(code)).toEqual(first);
      const turned = again.toReversed();
      await sent(opened.gallery, { code, pictures: turned, replaces: new Set([...replaces, ...keys]) });
      expect((await shown(code)).slice(0, 2)).toEqual(first.slice(0, 2).toReversed());
      expect((await shown(code)).length).toBe(first.length);
    });

    async function sent({ put }: Gallery, listing: Listing): Promise<string[]> {
      let state = await put?.send(listing, never);
      while (state !== undefined && !state.ended) state = await put?.follow(state.ticket, listing.code, never);
      const outcomes = state?.pictures ?? [];
      expect(outcomes.map(({ id, error }) => [id, error])).toEqual(listing.pictures.map(({ id }) => [id, null]));
      return outcomes.flatMap(({ photo }) => photo?.key ?? []);
    }

    const pictureOf = async (words: string): Promise<Picture> => {
      const bytes = await photoOf(words);
      const link = `data:image/png;base64,${bytes.toString("base64")}`;
      return { id: `pair-${words}`, key: null, mimeType: "image/png", link: async () => link, read: async () => bytes };
    };
  });
}

const codeOf = (index: number): string => `SKU ${String(index).padStart(3, "0")}`;

/** A real picture, different for each word. */
async function photoOf(words: string): Promise<Buffer> {
  const { default: sharp } = await import("sharp");
  const shade = (words.charCodeAt(0) * 7) % 256;
  return sharp({ create: { width: 32, height: 32, channels: 3, background: { r: shade, g: 100, b: 200 } } })
    .png()
    .toBuffer();
}

async function pagesOf(gallery: Gallery): Promise<GalleryPage[]> {
  const pages: GalleryPage[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: GalleryPage = await gallery.list(cursor, never);
    pages.push(page);
    if (page.next === null) return pages;
    cursor = page.next;
  }
}

const all = async (gallery: Gallery): Promise<GalleryItem[]> => (await pagesOf(gallery)).flatMap(({ items }) => items);
