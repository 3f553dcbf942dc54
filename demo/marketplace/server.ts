// A small invented marketplace beside the admin app: its API for sellers and its pictures, on a port of this machine alone.
import { randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { ZodError } from "zod";
import { createSellerApi, Refusal } from "./seller-api.ts";
import { openShelf, type Shelf } from "./shelf.ts";

const title = "Polka Market";
const host = "127.0.0.1";
const clientId = "1207";
/** 24 bytes: other users of this machine can reach the port, and nobody guesses it. */
const keyBytes = 24;
/** Bytes of a request: links to thirty pictures are a few thousand. Stops bodies that never end. */
const maxBodyBytes = 1_000_000;

/** What buyers see. */
export interface ShelfView {
  readonly title: string;
  readonly products: readonly {
    readonly code: string;
    readonly name: string;
    /** The main one first. */
    readonly pictures: readonly string[];
    /** When the seller last set them over the API; null: never. */
    readonly changedAt: string | null;
  }[];
}

export interface Marketplace {
  readonly url: string;
  /** As GALLERIES takes it. Its keys are made anew at each start. */
  readonly gallery: Readonly<Record<string, unknown>>;
  view(): ShelfView;
  close(): Promise<void>;
}

export interface MarketplaceOptions {
  /** Where its products and pictures are kept. */
  readonly folder: string;
  /** Which workspace sells there. */
  readonly workspace: string;
}

export async function startMarketplace({ folder, workspace }: MarketplaceOptions): Promise<Marketplace> {
  const apiKey = randomBytes(keyBytes).toString("base64url");
  const shelf = await openShelf(folder);
  let answer: (path: string, body: unknown) => Promise<object>;
  const server = createServer((request, response) => {
    void serve(request, response, { shelf, apiKey, answer }).catch(() => response.destroy());
  });
  const port = await listen(server, join(folder, "port"));
  const url = `http://${host}:${port}`;
  answer = createSellerApi(shelf, url);
  return {
    url,
    gallery: {
      name: "polka",
      kind: "ozon",
      title,
      workspaces: [workspace],
      clientId,
      apiKey,
      url,
      // The default output's own rules, so that what the first run makes may go.
      preset: "square-master",
      // This port of this machine and nothing else: everything private stays out of reach.
      allow: [`${host}:${port}`],
    },
    view: () => ({
      title,
      products: shelf.products.map(({ code, name, pictures, changedAt }) => ({
        code,
        name,
        changedAt,
        pictures: pictures.map((picture) => `${url}/pictures/${picture}`),
      })),
    }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The port of the last time where it is free: addresses of pictures are remembered in the studio. */
async function listen(server: Server, file: string): Promise<number> {
  const known = Number(await readFile(file, "utf8").catch(() => "0"));
  const isFree = await tryPort(server, Number.isInteger(known) ? known : 0);
  if (!isFree) await tryPort(server, 0);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The demo's marketplace found no port to listen on.");
  await writeFile(file, String(address.port));
  return address.port;
}

async function tryPort(server: Server, port: number): Promise<boolean> {
  try {
    await once(server.listen(port, host), "listening");
    return true;
  } catch (error) {
    if (port === 0) throw error;
    return false;
  }
}

interface Serving {
  readonly shelf: Shelf;
  readonly apiKey: string;
  readonly answer: (path: string, body: unknown) => Promise<object>;
}

async function serve(request: IncomingMessage, response: ServerResponse, { shelf, apiKey, answer }: Serving): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", `http://${host}`);
  if (request.method === "GET") return sendPicture(response, await shelf.read(/^\/pictures\/([\w.]+)$/.exec(pathname)?.[1] ?? ""));
  if (request.method !== "POST") return send(response, 405, { message: "Method not allowed" });
  if (request.headers["client-id"] !== clientId || !isSame(String(request.headers["api-key"] ?? ""), apiKey)) {
    return send(response, 403, { code: 7, message: "Invalid Api-Key, please contact support", details: [] });
  }
  try {
    send(response, 200, await answer(pathname, JSON.parse(await bodyOf(request))));
  } catch (error) {
    if (error instanceof Refusal) send(response, error.status, { code: 3, message: error.message, details: [] });
    else if (error instanceof ZodError || error instanceof SyntaxError)
      send(response, 400, { code: 3, message: "The request is not as documented.", details: [] });
    else send(response, 500, { code: 13, message: "Internal error", details: [] });
  }
}

function sendPicture(response: ServerResponse, bytes: Buffer | null): void {
  if (bytes === null) {
    send(response, 404, { code: 5, message: "Not found", details: [] });
    return;
  }
  const type = bytes[0] === 0x89 ? "image/png" : "image/jpeg";
  response.writeHead(200, {
    "content-type": type,
    "x-content-type-options": "nosniff",
    "cache-control": "public, max-age=31536000, immutable",
  });
  response.end(bytes);
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBodyBytes) throw new Refusal(413, "The request is too large.");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function isSame(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}
