// Picture links: signed, expiring, scaled on demand, and safe to open.
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createImagesHandler } from "../../server/http/images.ts";
import { keys } from "../../server/storage/keys.ts";
import type { Store } from "../../server/storage/store.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { makePhoto, upload } from "../testkit/photos.ts";
import { until } from "../testkit/until.ts";

for (const store of ["disk", "s3"] as const) {
  describe(`pictures, store: ${store}`, () => {
    let api: TestApi;
    let original: Buffer;
    beforeAll(async () => {
      api = await createTestApi({ store });
      original = await makePhoto(300);
      await upload(api, "PIC-1", [{ name: "a.jpg", bytes: original }]);
    });
    afterAll(() => api.close());

    const link = async (args: string): Promise<string> =>
      (await api.as()(`{ sku(code: "PIC-1") { mainPair { source { url${args} } } } }`)).data.sku.mainPair.source.url;
    const derived = async (): Promise<string[]> => {
      const found: string[] = [];
      for await (const { key } of api.app.store.list(keys.allDerived)) found.push(key);
      return found;
    };
    const get = async (url: string, init?: RequestInit): Promise<Response> => api.fetch(new Request(url, init));

    it("serves the original byte for byte, with headers that keep it a picture", async () => {
      const response = await get(await link(""));
      expect(Buffer.from(await response.arrayBuffer()).equals(original)).toBe(true);
      expect(response.headers.get("content-type")).toBe("image/jpeg");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(response.headers.get("content-security-policy")).toContain("sandbox");
    });

    it("scales down to fit and never up, and answers the same copy again", async () => {
      for (const [args, width] of [
        ["(width: 120)", 120],
        ["(width: 5000)", 300],
        ["(width: 200, height: 90)", 90],
      ] as const) {
        const [first, second] = await Promise.all([get(await link(args)), get(await link(args))]);
        const bytes = Buffer.from(await first.arrayBuffer());
        expect((await sharp(bytes).metadata()).width).toBe(width);
        expect(Buffer.from(await second.arrayBuffer()).equals(bytes)).toBe(true);
        expect(Buffer.from(await (await get(await link(args))).arrayBuffer()).equals(bytes)).toBe(true);
      }
    });

    it("answers what is kept without making it again, and makes again what is not kept whole", async () => {
      const url = await link("(width: 77, format: WEBP)");
      const first = Buffer.from(await (await get(url)).arrayBuffer());
      const [key] = (await derived()).filter((each) => each.includes("77xauto"));
      if (key === undefined) throw new Error("The copy was not kept.");
      // Handlers of their own, as after a restart: what one has in memory is not looked at.
      const anew = async (): Promise<Response> => createImagesHandler(api.app)(new Request(url));
      await api.app.store.put(key, await sharp(first).tint("red").webp().toBuffer(), { contentType: "image/webp" });
      const kept = await anew();
      expect(kept.headers.get("content-type")).toBe("image/webp");
      expect(Buffer.from(await kept.arrayBuffer()).equals(first)).toBe(false);
      await api.app.store.put(key, first.subarray(0, 5), { contentType: "image/webp" });
      expect(Buffer.from(await (await anew()).arrayBuffer()).equals(first)).toBe(true);
      expect((await api.app.store.get(key)).equals(first)).toBe(true);
    });

    it("holds few files at once, however many copies are asked for at once", async () => {
      const most = 8;
      const links: string[] = [];
      for (let width = 101; width <= 112; width++) links.push(await link(`(width: ${width})`));
      let read = 0;
      let missing = 0;
      const { promise: open, resolve } = Promise.withResolvers<void>();
      const slow: Store = {
        ...api.app.store,
        get: async (key, options) => {
          if (!key.startsWith(keys.allImages)) return api.app.store.get(key, options).finally(() => missing++);
          const bytes = await api.app.store.get(key, options);
          read++;
          await open;
          return bytes;
        },
      };
      const handle = createImagesHandler({ ...api.app, store: slow });
      const answers = links.map((url) => handle(new Request(url)));
      await until("every one has looked for what is kept", async () => missing === links.length && read >= most);
      expect(read).toBe(most);
      resolve();
      for (const answer of await Promise.all(answers)) expect(answer.status).toBe(200);
    });

    it("converts to the format that is asked for", async () => {
      const response = await get(await link("(width: 50, format: WEBP)"));
      expect(response.headers.get("content-type")).toBe("image/webp");
      expect((await sharp(Buffer.from(await response.arrayBuffer())).metadata()).format).toBe("webp");
    });

    it("has a browser save what it is asked to save, under its name, and show all else", async () => {
      for (const args of ["(download: true)", "(width: 50, download: true)"]) {
        const url = await link(args);
        const saved = await get(url);
        expect(saved.status).toBe(200);
        expect(saved.headers.get("content-disposition")).toMatch(/^attachment; filename="a\.jpg"/);
        expect((await get(url.replace("name=a.jpg", "name=a.html"))).status).toBe(403);
      }
      expect((await get(await link(""))).headers.get("content-disposition")).toBeNull();
    });

    it("gives out the same link twice, so that a browser keeps what it has", async () => {
      expect(await link("(width: 50)")).toBe(await link("(width: 50)"));
    });

    it("refuses a link whose size, picture, workspace or expiry was changed, and one that is not signed", async () => {
      const url = await link("(width: 50)");
      const changed = [
        url.replace("width=50", "width=51"),
        url.replace("workspace=test", "workspace=other"),
        url.replace(/expires=\d+/, "expires=9999999999"),
        url.replace(/images\/[^?]+/, `images/${crypto.randomUUID()}`),
        `${url}&format=PNG`,
        url.replace(/&signature=.*/, ""),
      ];
      for (const each of changed) expect((await get(each)).status).toBe(403);
    });

    it("refuses sizes that are none", async () => {
      const { errors } = await api.as()(`{ sku(code: "PIC-1") { mainPair { source { url(width: 0) } } } }`);
      expect(errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" }, message: expect.stringContaining("width") });
    });
  });
}
