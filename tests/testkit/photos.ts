// Small photos made by the tests, each different from the last, and ways to bring them in.
import sharp from "sharp";
import type { TestApi } from "./api.ts";

/** Whoever answers GraphQL and takes files: the API in this process or one of its own. */
export type Reachable = Pick<TestApi, "as" | "fetch">;

let made = 0;

/** A JPEG of one product-like disc on a plain ground; no two have the same bytes. */
export async function makePhoto(size = 160): Promise<Buffer> {
  const number = ++made;
  const color = [40 + ((number * 47) % 120), 40 + ((number * 31) % 120), 40 + ((number * 13) % 120)];
  const data = Buffer.alloc(size * size * 3, 216);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const isDisc = Math.hypot(x - size / 2, y - size / 2) < size * 0.3;
      // A row of dots spells the number, so that equal colours still make different files.
      const isDot = y === 2 && x < 32 * 4 && x % 4 === 0 && ((number >> (x / 4)) & 1) === 1;
      if (isDisc || isDot) data.set(color, (y * size + x) * 3);
    }
  }
  return sharp(data, { raw: { width: size, height: size, channels: 3 } })
    .jpeg()
    .toBuffer();
}

const createUploads = `mutation ($input: CreateUploadsInput!) { createUploads(input: $input) { id url headers { name value } } }`;
const completeUploads = `mutation ($ids: [ID!]!) {
  completeUploads(ids: $ids) { pairs { id position status source { name width height bytes sha256 } } failures { subject code message } }
}`;

export interface Upload {
  readonly name: string;
  readonly bytes: Buffer;
  readonly mimeType?: string;
}

/** Uploads files to a SKU as a client does: tickets, PUTs, completion. Answers the payload of completeUploads. */
export async function upload(api: Reachable, sku: string, files: readonly Upload[], who: Parameters<TestApi["as"]>[0] = {}) {
  const ask = api.as(who);
  const input = { sku, files: files.map(({ name, bytes, mimeType = "image/jpeg" }) => ({ name, mimeType, bytes: bytes.byteLength })) };
  const tickets = (await ask(createUploads, { input })).data.createUploads as Ticket[];
  await Promise.all(tickets.map((ticket, index) => put(api, ticket, files[index]?.bytes ?? Buffer.alloc(0))));
  const answer = await ask(completeUploads, { ids: tickets.map(({ id }) => id) });
  return { tickets, ...answer.data.completeUploads };
}

export interface Ticket {
  readonly id: string;
  readonly url: string;
  readonly headers: { name: string; value: string }[];
}

export async function put(api: Reachable, { url, headers }: Ticket, bytes: Buffer): Promise<Response> {
  const fields = Object.fromEntries(headers.map(({ name, value }) => [name, value]));
  return api.fetch(
    new Request(url, { method: "PUT", body: new Uint8Array(bytes), headers: { ...fields, "content-length": String(bytes.byteLength) } }),
  );
}

/** A SKU with so many waiting photos. @returns their pair ids in order */
export async function skuWithPhotos(
  api: Reachable,
  code: string,
  count: number,
  who: Parameters<TestApi["as"]>[0] = {},
): Promise<string[]> {
  const files = await Promise.all(
    Array.from({ length: count }, async (_, index) => ({ name: `photo-${index + 1}.jpg`, bytes: await makePhoto() })),
  );
  const { pairs } = await upload(api, code, files, who);
  return pairs.map(({ id }: { id: string }) => id);
}
