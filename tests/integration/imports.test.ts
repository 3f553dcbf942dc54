// Photos by URL: fetched under guard, from servers of the test's own.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { makePhoto } from "../testkit/photos.ts";

const importSources = `mutation ($input: ImportSourcesInput!) {
  importSources(input: $input) { pairs { id position source { name sha256 mimeType } } failures { subject code message messageSentence { code values } } }
}`;

for (const store of ["disk", "s3"] as const) {
  describe(`importSources, store: ${store}`, () => {
    let api: TestApi;
    let shop: Server;
    let canary: Server;
    let seen = 0;
    const photos = new Map<string, Buffer>();
    beforeAll(async () => {
      shop = createServer((request, response) => {
        const path = new URL(request.url ?? "/", "http://shop.test").pathname;
        const bytes = photos.get(path);
        if (path === "/moved.jpg") response.writeHead(302, { location: "/1.jpg" }).end();
        else if (path === "/inside.jpg") response.writeHead(302, { location: address(canary) }).end();
        else if (path === "/page.jpg") response.setHeader("content-type", "image/jpeg").end("<html>no photo</html>");
        else if (bytes === undefined) response.writeHead(404).end();
        // The first photo is the slowest: order must not be that of arrival.
        else setTimeout(() => response.setHeader("content-type", "text/html").end(bytes), path === "/1.jpg" ? 150 : 0);
      });
      canary = createServer((_request, response) => void response.end("secret")).on("connection", () => seen++);
      for (const server of [shop, canary]) await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
      const ports = [shop, canary].map((server) => (server.address() as AddressInfo).port);
      const fetchGuard = { allowedPorts: ports, allowedServers: [`127.0.0.1 ${ports[0]}`], resolve: async () => ["127.0.0.1"] };
      api = await createTestApi({ store, fetchGuard });
    });
    afterAll(async () => {
      for (const server of [shop, canary]) await new Promise((resolve) => server.close(resolve));
      await api.close();
    });

    const address = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const at = (path: string): string => `http://shop.test:${(shop.address() as AddressInfo).port}${path}`;
    const run = async (sku: string, urls: string[]) => (await api.as()(importSources, { input: { sku, urls } })).data.importSources;

    it("makes a pair of each photo, in the order of the URLs, named as the path says", async () => {
      const paths = ["/1.jpg", "/2.jpg", "/3.jpg", "/4.jpg", "/5.jpg", "/%D1%84%D0%BE%D1%82%D0%BE%201.jpg"];
      for (const path of paths) photos.set(path, await makePhoto());
      const { pairs, failures } = await run(
        "IMP-1",
        paths.map((path) => at(`${path}?size=large`)),
      );
      expect(failures).toEqual([]);
      expect(pairs.map(({ position, source: { name } }: { position: number; source: { name: string } }) => [position, name])).toEqual(
        ["1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg", "фото 1.jpg"].map((name, position) => [position, name]),
      );
      expect(pairs[0].source.mimeType).toBe("image/jpeg");
    });

    it("fails each URL by itself, as it was given, and takes the rest", async () => {
      const bad = [
        at("/gone.jpg"),
        at("/page.jpg"),
        "ftp://shop.test/1.jpg",
        `${address(canary)}/`,
        at("/inside.jpg"),
        "http://169.254.169.254/latest/",
      ];
      const { pairs, failures } = await run("IMP-2", [bad[0] ?? "", at("/1.jpg"), ...bad.slice(1), at("/2.jpg")]);
      expect(pairs.map(({ source }: { source: { name: string } }) => source.name)).toEqual(["1.jpg", "2.jpg"]);
      expect(failures.map(({ subject }: { subject: string }) => subject)).toEqual(bad);
      for (const { code, message } of failures) {
        expect(code).toBe("BAD_USER_INPUT");
        expect(message.length).toBeGreaterThan(30);
        expect(message).not.toMatch(/secret|127\.0/);
      }
      const said = failures.map(
        ({ messageSentence: { code, values } }: { messageSentence: { code: string; values: { why?: { code: string } } } }) => [
          code,
          values.why?.code,
        ],
      );
      expect(said).toEqual([
        ["LINK_IN_BROWSER", "FETCH_STATUS"],
        ["PHOTO_UNKNOWN", undefined],
        ["LINK_OF_THE_WEB", "URL_OTHER_PROTOCOL"],
        ["LINK_FOR_ANYBODY", "URL_NOT_PUBLIC"],
        ["LINK_FOR_ANYBODY", "URL_NOT_PUBLIC"],
        ["LINK_FOR_ANYBODY", "URL_NOT_PUBLIC"],
      ]);
      expect(seen).toBe(0);
    });

    it("follows a redirect, and answers bytes that the SKU has with their pair", async () => {
      const first = await run("IMP-3", [at("/1.jpg")]);
      const again = await run("IMP-3", [at("/moved.jpg"), at("/moved.jpg")]);
      expect(again.pairs.map(({ id }: { id: string }) => id)).toEqual([first.pairs[0].id]);
    });

    it("makes no SKU when nothing could be fetched", async () => {
      await run("IMP-4", [at("/gone.jpg")]);
      expect((await api.as()(`{ sku(code: "IMP-4") { code } }`)).data.sku).toBeNull();
    });

    it.each([
      ["no URL", [], "BAD_USER_INPUT"],
      ["more than 100", Array.from({ length: 101 }, (_, index) => `http://shop.test/${index}.jpg`), "LIMIT_EXCEEDED"],
      ["what is no URL", ["photo.jpg"], "BAD_USER_INPUT"],
    ])("refuses %s", async (_case, urls, code) => {
      const { errors } = await api.as()(importSources, { input: { sku: "IMP-5", urls } });
      expect(errors?.[0]?.extensions.code).toBe(code);
    });

    it("takes an EDITOR", async () => {
      const { errors } = await api.as({ role: "REVIEWER" })(importSources, { input: { sku: "IMP-6", urls: [at("/1.jpg")] } });
      expect(errors?.[0]?.extensions.code).toBe("FORBIDDEN");
    });
  });
}
