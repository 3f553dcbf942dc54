// The demo's marketplace: what it sells at first, what a seller's API may change, who may ask, and what it remembers.
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Marketplace, startMarketplace } from "./server.ts";

let folder: string;
let market: Marketplace;
let store: Server;
/** A small JPEG by its first bytes; the marketplace looks at no more. */
const jpeg = Buffer.from("ffd8ffe000104a464946", "hex");

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "marketplace-"));
  market = await startMarketplace({ folder, workspace: "demo" });
  store = createServer((request, response) => {
    if (request.url === "/good.jpg") response.end(jpeg);
    else if (request.url === "/page.html") response.end("<!doctype html>");
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => store.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  await market.close();
  store.closeAllConnections();
  await new Promise((resolve) => store.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const linkTo = (path: string): string => `http://127.0.0.1:${(store.address() as AddressInfo).port}${path}`;

async function ask(path: string, body: unknown, key = String(market.gallery["apiKey"])) {
  const headers = { "client-id": String(market.gallery["clientId"]), "api-key": key };
  const response = await fetch(`${market.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

/** An import from its start to its end. */
async function publish(code: string, primary: string, images: readonly string[] = []) {
  const { body } = await ask("/v2/product/pictures/import", { items: [{ offer_id: code, primary_image: primary, images }] });
  for (;;) {
    const info = await ask("/v1/product/import/info", { task_id: body.task_id });
    const [item] = info.body.result.items;
    if (item.status !== "pending") return item;
  }
}
const picturesOf = (code: string): readonly string[] => market.view().products.find((each) => each.code === code)?.pictures ?? [];

it("lists its products page by page, with pictures that can be seen", async () => {
  const first = await ask("/v3/product/list", { filter: { visibility: "ALL" }, last_id: "", limit: 3 });
  const rest = await ask("/v3/product/list", { filter: { visibility: "ALL" }, last_id: first.body.result.last_id, limit: 3 });
  const codes = [...first.body.result.items, ...rest.body.result.items].map(({ offer_id }: { offer_id: string }) => offer_id);
  expect(codes).toEqual(market.view().products.map(({ code }) => code));
  expect(rest.body.result.last_id).toBe("");
  const { body } = await ask("/v3/product/info/list", { offer_id: codes });
  for (const { primary_image } of body.items) {
    const picture = await fetch(primary_image[0]);
    expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
    await picture.arrayBuffer();
  }
});

it("shows what a seller sets, in order, and names what it could not take", async () => {
  const [before] = picturesOf("CSH-018");
  expect(await publish("CSH-018", linkTo("/good.jpg"), [linkTo("/page.html"), linkTo("/gone.jpg"), before ?? ""])).toMatchObject({
    status: "imported",
  });
  expect(picturesOf("CSH-018")).toEqual([expect.stringMatching(/\/pictures\/\d+\.jpg$/), before]);
  expect(Buffer.from(await (await fetch(picturesOf("CSH-018")[0] ?? "")).arrayBuffer())).toEqual(jpeg);
  const { body } = await ask("/v3/product/info/list", { offer_id: ["CSH-018"] });
  const info = await ask("/v2/product/pictures/info", { product_id: [body.items[0].id] });
  expect(info.body.items[0].errors.map(({ url }: { url: string }) => url)).toEqual([linkTo("/page.html"), linkTo("/gone.jpg")]);
});

it("fails an import of a product that it does not sell", async () => {
  expect(await publish("NO-1", linkTo("/good.jpg"))).toMatchObject({
    status: "failed",
    errors: [{ message: "There is no such product." }],
  });
});

it("lets in whoever has this start's key, and nobody else", async () => {
  expect((await ask("/v3/product/list", { last_id: "", limit: 1 }, "wrong")).status).toBe(403);
  expect((await ask("/v3/product/list", { last_id: "", limit: 1 })).status).toBe(200);
  expect((await ask("/v3/product/list", { limit: "many" })).status).toBe(400);
  expect((await ask("/v9/other", {})).status).toBe(404);
  expect((await fetch(`${market.url}/pictures/..%2fshelf.json`)).status).toBe(404);
  expect((await fetch(`${market.url}/pictures/port`)).status).toBe(404);
});

it("has the same shelf at the same address after it was started anew", async () => {
  await publish("MUG-011", linkTo("/good.jpg"));
  const [before, url] = [market.view(), market.url];
  await market.close();
  market = await startMarketplace({ folder, workspace: "demo" });
  expect(market.url).toBe(url);
  expect(market.view()).toEqual(before);
});

it("is a gallery that may reach its own port and no other", () => {
  const { host } = new URL(market.url);
  expect(market.gallery).toMatchObject({ kind: "ozon", url: market.url, workspaces: ["demo"], allow: [host] });
});
