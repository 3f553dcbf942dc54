// The marketplace's API for sellers, in the words of Ozon's: products and their pictures, and pictures set by links that it fetches itself.
// See https://docs.ozon.ru/api/seller/en/: v3/product/list, v3/product/info/list, v2/product/pictures/import, v1/product/import/info,
// v2/product/pictures/info.
import { z } from "zod";
import type { Product, Shelf } from "./shelf.ts";

/** As the real one takes them. */
const maxListed = 1_000;
const maxPictures = 30;
/** Bytes of one picture. */
const maxPictureBytes = 10_000_000;
/** Milliseconds to fetch one. */
const fetchTimeoutMs = 30_000;
/** Imports that it remembers: what is asked after later is unknown. */
const maxTasks = 1_000;

const numbers = z.array(z.union([z.number(), z.string()]).transform(Number)).max(maxListed);
const listRequest = z.object({ last_id: z.string().default(""), limit: z.number().int().min(1).max(maxListed) });
const infoRequest = z.object({ offer_id: z.array(z.string()).max(maxListed) });
const importRequest = z.object({
  items: z
    .array(z.object({ offer_id: z.string(), primary_image: z.string().optional(), images: z.array(z.string()).default([]) }))
    .length(1),
});
const taskRequest = z.object({ task_id: z.union([z.number(), z.string()]).transform(Number) });
const picturesRequest = z.object({ product_id: numbers });

/** What was asked cannot be done; the words are for whoever asks. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

interface Task {
  readonly code: string;
  outcome: { readonly status: "imported" | "failed"; readonly errors: readonly object[] } | null;
}

/** @param baseUrl where its pictures stand, without a slash at its end */
export function createSellerApi(shelf: Shelf, baseUrl: string): (path: string, body: unknown) => Promise<object> {
  const tasks = new Map<number, Task>();
  /** By product: pictures that the last import could not take. */
  const refused = new Map<string, readonly { url: string; message: string }[]>();
  const urlOf = (name: string): string => `${baseUrl}/pictures/${name}`;
  const mainAndRest = ({ pictures: [main, ...rest] }: Product) => [main === undefined ? [] : [urlOf(main)], rest.map(urlOf)] as const;

  const take = async (link: string): Promise<string> => {
    const own = link.startsWith(`${baseUrl}/pictures/`) ? link.slice(`${baseUrl}/pictures/`.length) : undefined;
    if (own !== undefined && (await shelf.read(own)) !== null) return own;
    const answer = await fetch(link, { signal: AbortSignal.timeout(fetchTimeoutMs) }).catch(() => null);
    if (answer?.ok !== true) throw new Error("The picture could not be fetched from its link.");
    const bytes = await bytesOf(answer);
    const ending = endingOf(bytes);
    if (ending === undefined) throw new Error("The file is neither a JPEG nor a PNG.");
    return shelf.keep(bytes, ending);
  };
  const work = async (task: Task, links: readonly string[]): Promise<void> => {
    const product = shelf.find(task.code);
    if (product === undefined || links.length > maxPictures) {
      const message = product === undefined ? "There is no such product." : `A product has ${maxPictures} pictures at most.`;
      task.outcome = { status: "failed", errors: [{ code: "error", level: "ERROR_LEVEL_ERROR", message, description: message }] };
      return;
    }
    const taken: string[] = [];
    const faults: { url: string; message: string }[] = [];
    for (const url of links) {
      await take(url).then(
        (name) => taken.push(name),
        (error: Error) => faults.push({ url, message: error.message }),
      );
    }
    await shelf.show(product, taken);
    refused.set(product.code, faults);
    task.outcome = { status: "imported", errors: [] };
  };

  const methods: Readonly<Record<string, (body: unknown) => object>> = {
    "/v3/product/list": (body) => {
      const { last_id, limit } = listRequest.parse(body);
      const start = last_id === "" ? 0 : Number(last_id);
      const items = shelf.products.slice(start, start + limit);
      const end = start + items.length;
      return {
        result: {
          items: items.map(({ number, code }) => ({ product_id: number, offer_id: code })),
          total: shelf.products.length,
          last_id: end < shelf.products.length ? String(end) : "",
        },
      };
    },
    "/v3/product/info/list": (body) => {
      const { offer_id: codes } = infoRequest.parse(body);
      const items = shelf.products.filter(({ code }) => codes.includes(code));
      return {
        items: items.map((each) => {
          const [primary_image, images] = mainAndRest(each);
          return { id: each.number, offer_id: each.code, name: each.name, primary_image, images };
        }),
      };
    },
    "/v2/product/pictures/import": (body) => {
      const [item] = importRequest.parse(body).items;
      if (item === undefined) throw new Refusal(400, "items: one at a time");
      const id = shelf.nextNumber();
      const task: Task = { code: item.offer_id, outcome: null };
      tasks.set(id, task);
      const [oldest] = tasks.keys();
      if (tasks.size > maxTasks && oldest !== undefined) tasks.delete(oldest);
      const links = [item.primary_image ?? "", ...item.images].filter((link) => link !== "");
      void work(task, links).catch((error: unknown) => {
        const message = `The marketplace could not keep the pictures: ${String(error)}`;
        task.outcome = { status: "failed", errors: [{ code: "error", level: "ERROR_LEVEL_ERROR", message, description: message }] };
      });
      return { task_id: id };
    },
    "/v1/product/import/info": (body) => {
      const task = tasks.get(taskRequest.parse(body).task_id);
      if (task === undefined) throw new Refusal(400, "task not found");
      const { status, errors } = task.outcome ?? { status: "pending", errors: [] };
      return { result: { items: [{ offer_id: task.code, product_id: shelf.find(task.code)?.number ?? 0, status, errors }], total: 1 } };
    },
    "/v2/product/pictures/info": (body) => {
      const { product_id: ids } = picturesRequest.parse(body);
      return {
        items: shelf.products
          .filter(({ number }) => ids.includes(number))
          .map((each) => {
            const [primary_photo, photo] = mainAndRest(each);
            return { product_id: each.number, primary_photo, photo, color_photo: [], photo_360: [], errors: refused.get(each.code) ?? [] };
          }),
      };
    },
  };

  return async (path, body) => {
    const method = methods[path];
    if (method === undefined) throw new Refusal(404, "Not found");
    return method(body);
  };
}

/** @throws Error for more than a picture may have, however much more comes */
async function bytesOf(answer: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.length;
    if (size > maxPictureBytes) throw new Error(`The picture has more than ${maxPictureBytes / 1_000_000} MB.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** By its first bytes; what a server calls it is not believed. */
function endingOf(bytes: Uint8Array): "jpg" | "png" | undefined {
  const head = Buffer.from(bytes.subarray(0, 4)).toString("hex");
  if (head.startsWith("ffd8ff")) return "jpg";
  return head === "89504e47" ? "png" : undefined;
}
