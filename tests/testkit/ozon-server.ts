// A marketplace that speaks Ozon's Seller API as far as the gallery needs it: its requests, answers, limits and faults. Pictures that it
// is told to import it really fetches, looks at and keeps under addresses of its own, as Ozon's CDN does.
import type { ServerResponse } from "node:http";
import sharp from "sharp";
import { type LocalServer, type Received, sendJson, startLocalServer } from "./local-server.ts";

/** What the real one takes. */
const maxListed = 1_000;
const maxImported = 100;
const maxPictures = 30;
const maxPictureBytes = 10_000_000;

export interface OzonProduct {
  readonly offer_id: string;
  readonly product_id: number;
  name: string;
  /** Names of pictures on this server, the main one first. */
  pictures: string[];
  /** Listed, and no longer known when it is asked for. */
  vanished?: boolean;
}

export interface OzonFault {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface OzonServer extends LocalServer {
  readonly products: OzonProduct[];
  readonly files: Map<string, Buffer>;
  /** Every request to the API, in order. */
  readonly seen: { path: string; body: unknown }[];
  /** Looks at a task before it ends. */
  pendingLooks: number;
  /** Answered instead of the truth. */
  fault: (request: { path: string; body: unknown }) => OzonFault | undefined;
  /** How it reaches the studio's links; the network by default. */
  fetchPicture: (url: string) => Promise<Response>;
  add(offerId: string, pictures: readonly Buffer[], name?: string): OzonProduct;
  /** A product's pictures as they stand, the main one first. */
  shown(offerId: string): Buffer[];
}

interface Task {
  looks: number;
  readonly item: ImportItem;
  outcome: { status: "imported" | "failed"; errors: object[] } | null;
}
interface ImportItem {
  readonly offer_id: string;
  readonly primary_image?: string;
  readonly images?: string[];
}

export const ozonKeys = { clientId: "2718281", apiKey: "5ecre7-api-key-of-a-shop" } as const;

export async function startOzonServer(): Promise<OzonServer> {
  const tasks = new Map<number, Task>();
  const refusals = new Map<string, { url: string; message: string }[]>();
  let numbers = 0;

  const server: Omit<OzonServer, keyof LocalServer> = {
    products: [],
    files: new Map(),
    seen: [],
    pendingLooks: 0,
    fault: () => undefined,
    fetchPicture: (url) => fetch(url),
    add(offer_id, pictures, name = `Product ${offer_id}`) {
      const product = { offer_id, product_id: 100_000 + ++numbers, name, pictures: pictures.map(keep) };
      server.products.push(product);
      return product;
    },
    shown: (offerId) => (find(offerId)?.pictures ?? []).map((picture) => server.files.get(picture) ?? Buffer.alloc(0)),
  };
  const find = (offerId: string): OzonProduct | undefined => server.products.find(({ offer_id }) => offer_id === offerId);
  const keep = (bytes: Buffer): string => {
    const name = `${++numbers}.jpg`;
    server.files.set(name, bytes);
    return name;
  };
  const urlOf = (name: string): string => `${local.url}/s3/multimedia/${name}`;

  const take = async (link: string): Promise<string> => {
    if (link.startsWith(`${local.url}/s3/`)) return link.split("/").at(-1) ?? "";
    const answer = await server.fetchPicture(link);
    if (!answer.ok) throw new Error("Не удалось скачать изображение");
    const bytes = Buffer.from(await answer.arrayBuffer());
    const { format } = await sharp(bytes).metadata();
    if (!["jpeg", "png"].includes(format ?? "") || bytes.length > maxPictureBytes) throw new Error("Неверный формат изображения");
    // Kept in a compression of its own, as the real one does: bytes alone do not tell that it is ours.
    return keep(await sharp(bytes).jpeg({ quality: 80 }).toBuffer());
  };

  const work = async (task: Task): Promise<void> => {
    const product = find(task.item.offer_id);
    const links = [task.item.primary_image, ...(task.item.images ?? [])].filter((link) => link !== undefined && link !== "");
    if (product === undefined || links.length > maxPictures) {
      const message = product === undefined ? "Товар не найден" : "Слишком много изображений";
      task.outcome = { status: "failed", errors: [{ code: "error", level: "ERROR_LEVEL_ERROR", message, description: message }] };
      return;
    }
    const taken: string[] = [];
    const refused: { url: string; message: string }[] = [];
    for (const url of links as string[]) {
      await take(url).then(
        (name) => taken.push(name),
        (error: Error) => refused.push({ url, message: error.message }),
      );
    }
    product.pictures = taken;
    refusals.set(product.offer_id, refused);
    task.outcome = { status: "imported", errors: [] };
  };

  const methods: Readonly<Record<string, (body: never, response: ServerResponse) => unknown>> = {
    "/v3/product/list": ({ last_id, limit }: { last_id: string; limit: number }) => {
      if (limit > maxListed || limit < 1) return refuse("invalid limit");
      const start = last_id === "" ? 0 : Number(Buffer.from(last_id, "base64").toString());
      const items = server.products.slice(start, start + limit);
      const end = start + items.length;
      return {
        result: {
          items: items.map(({ product_id, offer_id }) => ({
            product_id,
            offer_id,
            has_fbo_stocks: false,
            has_fbs_stocks: true,
            archived: false,
            is_discounted: false,
            quants: [],
          })),
          total: server.products.length,
          last_id: end === start ? "" : Buffer.from(String(end)).toString("base64"),
        },
      };
    },
    "/v3/product/info/list": ({ offer_id: codes }: { offer_id: string[] }) => {
      if (codes.length > maxListed) return refuse("too many offer_id");
      const found = server.products.filter(({ offer_id, vanished }) => codes.includes(offer_id) && vanished !== true);
      return {
        items: found.map(({ product_id, offer_id, name, pictures: [main, ...rest] }) => ({
          id: product_id,
          offer_id,
          name,
          is_archived: false,
          primary_image: main === undefined ? [] : [urlOf(main)],
          images: rest.map(urlOf),
        })),
      };
    },
    "/v2/product/pictures/import": ({ items }: { items: ImportItem[] }) => {
      const [item] = items;
      if (item === undefined || items.length > maxImported) return refuse("items: wrong count");
      const task_id = ++numbers;
      tasks.set(task_id, { looks: 0, item, outcome: null });
      return { task_id };
    },
    "/v1/product/import/info": async ({ task_id }: { task_id: number | string }) => {
      const task = tasks.get(Number(task_id));
      if (task === undefined) return refuse("task not found");
      if (task.looks++ >= server.pendingLooks && task.outcome === null) await work(task);
      const { offer_id } = task.item;
      const outcome = task.outcome ?? { status: "pending", errors: [] };
      return { result: { items: [{ offer_id, product_id: find(offer_id)?.product_id ?? 0, ...outcome }], total: 1 } };
    },
    "/v2/product/pictures/info": ({ product_id: ids }: { product_id: (number | string)[] }) => ({
      items: server.products
        .filter((product) => ids.map(Number).includes(product.product_id))
        .map(({ product_id, offer_id, pictures: [main, ...rest] }) => ({
          product_id,
          primary_photo: main === undefined ? [] : [urlOf(main)],
          photo: rest.map(urlOf),
          color_photo: [],
          photo_360: [],
          errors: refusals.get(offer_id) ?? [],
        })),
    }),
  };

  const local = await startLocalServer(async (request, response) => {
    const file = server.files.get(/^\/s3\/multimedia\/(.+)$/.exec(request.path)?.[1] ?? "");
    if (request.method === "GET")
      return void (file === undefined ? response.writeHead(404).end() : response.setHeader("content-type", "image/jpeg").end(file));
    await serve(request, response);
  });

  async function serve({ path, headers, body }: Received, response: ServerResponse): Promise<void> {
    server.seen.push({ path, body });
    const fault = server.fault({ path, body });
    if (fault !== undefined)
      return sendJson(response, fault.body ?? { code: 13, message: "Internal error", details: [] }, fault.status, fault.headers);
    if (headers["client-id"] !== ozonKeys.clientId || headers["api-key"] !== ozonKeys.apiKey) {
      return sendJson(response, { code: 7, message: `Invalid Api-Key, please contact support`, details: [] }, 403);
    }
    const method = methods[path];
    if (method === undefined) return sendJson(response, { code: 5, message: "Not found", details: [] }, 404);
    const result = await method(body as never, response);
    if (result instanceof Refusal) sendJson(response, { code: 3, message: result.message, details: [] }, 400);
    else sendJson(response, result);
  }

  return Object.assign(server, local);
}

class Refusal extends Error {}
const refuse = (message: string): Refusal => new Refusal(message);

/** As the real one asks for patience. */
export const tooManyRequests = (retryAfterSeconds: number): OzonFault => ({
  status: 429,
  body: { code: 8, message: "You have reached request rate limit per second", details: [] },
  headers: { "retry-after": String(retryAfterSeconds) },
});
