// Files that this process holds for uploads and imports: bounded over all calls, and no workspace's slow servers hold up another's.
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { App } from "../../server/app.ts";
import type { Viewer } from "../../server/auth/viewer.ts";
import { importSources } from "../../server/domain/import.ts";
import { completeUploads, createUploads } from "../../server/domain/upload.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { makePhoto, put } from "../testkit/photos.ts";
import { until } from "../testkit/until.ts";

/** What server/app.ts lets in. */
const mostUploads = 8;
const mostImports = 12;
const mostImportsOfOne = 8;
/** Milliseconds in which whatever may begin has begun. */
const settleMs = 300;

const viewer: Viewer = { userId: "ann", workspace: "test", role: "EDITOR", expiresAt: null };

let api: TestApi;
let shop: Server;
/** Requests for what the shop never sends by itself. */
const asked: ServerResponse[] = [];
let photo: Buffer;
beforeAll(async () => {
  photo = await makePhoto();
  shop = createServer((request, response) => {
    if (request.url?.startsWith("/slow")) asked.push(response);
    else response.end(photo);
  });
  await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", () => resolve()));
  const { port } = shop.address() as AddressInfo;
  const fetchGuard = { allowedPorts: [port], allowedServers: [`127.0.0.1 ${port}`], resolve: async () => ["127.0.0.1"] };
  api = await createTestApi({ fetchGuard });
});
afterAll(async () => {
  await new Promise((resolve) => shop.close(resolve));
  await api.close();
});

const at = (path: string): string => `http://shop.test:${(shop.address() as AddressInfo).port}/${path}`;
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));

it("holds eight uploads over all calls, each call's in their order", async () => {
  const photos = await Promise.all(times(3, () => makePhoto()));
  const calls = await Promise.all(
    times(10, async (call) => {
      const files = photos.map(({ length }, index) => ({ name: `${index}.jpg`, mimeType: "image/jpeg", bytes: length }));
      const tickets = await createUploads(api.app, viewer, { sku: `HELD-${call}`, files });
      for (const [index, { id, url, headers }] of tickets.entries()) {
        const fields = Object.entries(headers).map(([name, value]) => ({ name, value }));
        await put(api, { id, url, headers: fields }, photos[index] ?? photo);
      }
      return tickets.map(({ id }) => ({ id, given: id }));
    }),
  );
  const go = Promise.withResolvers<void>();
  let inside = 0;
  let most = 0;
  const inspectPhoto: App["inspectPhoto"] = async (bytes) => {
    most = Math.max(most, ++inside);
    await go.promise;
    inside--;
    return api.app.inspectPhoto(bytes);
  };
  const outcomes = calls.map((subjects) => completeUploads({ ...api.app, inspectPhoto }, viewer, subjects));
  await until("the places are taken", async () => inside >= mostUploads);
  await sleep(settleMs);
  expect(inside).toBe(mostUploads);
  go.resolve();
  for (const { pairs, failures } of await Promise.all(outcomes)) {
    expect(failures).toEqual([]);
    expect(pairs.map(({ position }) => position)).toEqual([0, 1, 2]);
  }
  expect(most).toBe(mostUploads);
});

it("holds twelve imports over all calls, and leaves some to a workspace whose servers answer", async () => {
  const slow = (workspace: string, call: number) =>
    importSources(api.app, { ...viewer, workspace }, { sku: `SLOW-${call}`, urls: times(6, (index) => at(`slow/${call}/${index}`)) });
  const calls = times(5, (call) => slow("crowd", call));
  await until("one's places are taken", async () => asked.length >= mostImportsOfOne);
  await sleep(settleMs);
  expect(asked).toHaveLength(mostImportsOfOne);

  const quick = await importSources(api.app, viewer, { sku: "QUICK", urls: times(6, (index) => at(`quick/${index}`)) });
  expect(quick).toMatchObject({ failures: [], pairs: { length: 6 } });

  calls.push(...times(5, (call) => slow("another", call)));
  await until("all places are taken", async () => asked.length >= mostImports);
  await sleep(settleMs);
  expect(asked).toHaveLength(mostImports);

  const answering = setInterval(() => {
    for (const response of asked.splice(0)) response.writeHead(404).end();
  }, 10);
  for (const { pairs, failures } of await Promise.all(calls)) {
    expect(pairs).toEqual([]);
    expect(failures).toHaveLength(6);
  }
  clearInterval(answering);
});
