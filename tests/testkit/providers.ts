// A local server that speaks the wire formats of the generative providers, good answers and bad ones, and notes what it was asked.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import sharp from "sharp";
import type { GenerativeName } from "../../server/config.ts";

/** What the server does with a request for a picture. */
export type Behaviour =
  /** `fileStatus`: what a provider that answers with a link says when the picture is fetched. */
  | { readonly kind: "picture"; readonly bytes?: Buffer; readonly fileStatus?: number }
  /** Says nothing until the caller hangs up. */
  | { readonly kind: "silence" }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "refuse" }
  /** A 200 whose body is no answer of this provider's. */
  | { readonly kind: "garbage" }
  /** A good answer without any picture in it. */
  | { readonly kind: "nothing" }
  /** Any answer at all. */
  | { readonly kind: "json"; readonly body: unknown; readonly status?: number; readonly headers?: Record<string, string> }
  /** Closes the connection without an answer. */
  | { readonly kind: "reset" }
  /** Sends half of a good answer and closes the connection. */
  | { readonly kind: "half" }
  /** A byte now and then, for ever. */
  | { readonly kind: "drip" }
  /** As fast as the caller takes it, for ever. */
  | { readonly kind: "flood" }
  /** Replicate's: it is being worked on, ask again. */
  | { readonly kind: "processing" }
  | {
      readonly kind: "error";
      readonly status: number;
      readonly message: string;
      readonly code?: string;
      readonly headers?: Record<string, string>;
      /** Google's `details`. */
      readonly details?: readonly unknown[];
    };

export interface SeenRequest {
  readonly provider: GenerativeName;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The JSON body, or the plain fields of a form. */
  readonly body: Record<string, unknown>;
  /** The pictures that were sent, by their field. */
  readonly files: Readonly<Record<string, Buffer>>;
}

export interface ProviderServer {
  readonly seen: SeenRequest[];
  /** Requests whose caller hung up before the answer. */
  readonly abandoned: () => number;
  /** The most requests that were open at once since the last `reset`. */
  readonly mostAtOnce: () => number;
  /** What it does from now on. */
  behave: (request: SeenRequest) => Behaviour;
  /** Environment with a key and the address for every provider. */
  readonly env: Record<string, string>;
  reset(): void;
  close(): Promise<void>;
}

/** The secret that no error may show. */
export const testKey = "sk-test-0123456789abcdef";

const roots: readonly (readonly [string, GenerativeName])[] = [
  ["/gemini", "gemini"],
  ["/openai", "openai"],
  ["/compatible", "openai-compatible"],
  ["/fal", "fal"],
  ["/replicate", "replicate"],
];

/** A picture of one dark square on nearly white ground. */
export async function answerPicture(width = 256, height = width, ground = "#fbfbfb"): Promise<Buffer> {
  const side = Math.round(Math.min(width, height) / 2);
  const square = await sharp({ create: { width: side, height: side, channels: 3, background: "#304860" } })
    .png()
    .toBuffer();
  return sharp({ create: { width, height, channels: 3, background: ground } })
    .composite([{ input: square }])
    .png()
    .toBuffer();
}

export async function startProviders(): Promise<ProviderServer> {
  const picture = await answerPicture();
  const files = new Map<string, { bytes: Buffer; status: number }>();
  const state = { seen: [] as SeenRequest[], abandoned: 0, open: 0, most: 0 };
  const server = createServer((request, response) => {
    serve(request, response).catch((error) => response.destroy(error instanceof Error ? error : undefined));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "/";
    const file = files.get(path);
    if (file !== undefined) return void response.writeHead(file.status, { "content-type": "image/png" }).end(file.bytes);
    const seen = await readRequest(request, path);
    state.seen.push(seen);
    state.most = Math.max(state.most, ++state.open);
    response.on("close", () => {
      state.open--;
      if (!response.writableFinished) state.abandoned++;
    });
    await answer(seen, response, api.behave(seen));
  }

  async function answer(seen: SeenRequest, response: ServerResponse, behaviour: Behaviour): Promise<void> {
    if (behaviour.kind === "silence") return;
    if (behaviour.kind === "wait") await new Promise((resolve) => setTimeout(resolve, behaviour.ms));
    if (behaviour.kind === "garbage") return void response.setHeader("content-type", "text/html").end("<html>Welcome to nginx</html>");
    if (behaviour.kind === "error") return sendJson(response, errorBody(seen.provider, behaviour), behaviour.status, behaviour.headers);
    if (behaviour.kind === "refuse") return sendJson(response, ...refusal(seen.provider));
    if (behaviour.kind === "nothing") return sendJson(response, emptyBody(seen.provider));
    if (behaviour.kind === "json") return sendJson(response, behaviour.body, behaviour.status, behaviour.headers);
    if (behaviour.kind === "reset") return void response.destroy();
    if (behaviour.kind === "drip" || behaviour.kind === "flood") return pour(response, behaviour.kind);
    if (behaviour.kind === "processing")
      return sendJson(response, prediction({ status: "processing", urls: { get: `${base}/replicate/v1/predictions/p1` } }), 201);
    const bytes = behaviour.kind === "picture" ? (behaviour.bytes ?? picture) : picture;
    const path = `/files/${state.seen.length}-${files.size}.png`;
    files.set(path, { bytes, status: (behaviour.kind === "picture" && behaviour.fileStatus) || 200 });
    const body = goodBody(seen.provider, bytes, `${base}${path}`);
    if (behaviour.kind === "half") return sendHalf(response, JSON.stringify(body));
    sendJson(response, body);
  }

  const api: ProviderServer = {
    seen: state.seen,
    abandoned: () => state.abandoned,
    mostAtOnce: () => state.most,
    behave: () => ({ kind: "picture" }),
    env: {
      GEMINI_API_KEY: testKey,
      GEMINI_BASE_URL: `${base}/gemini/v1beta`,
      OPENAI_API_KEY: testKey,
      OPENAI_BASE_URL: `${base}/openai/v1`,
      FAL_API_KEY: testKey,
      FAL_BASE_URL: `${base}/fal`,
      REPLICATE_API_TOKEN: testKey,
      REPLICATE_BASE_URL: `${base}/replicate/v1`,
      OPENAI_COMPATIBLE_API_KEY: testKey,
      OPENAI_COMPATIBLE_BASE_URL: `${base}/compatible/v1`,
    },
    reset() {
      state.seen.length = 0;
      Object.assign(state, { abandoned: 0, most: 0 });
      api.behave = () => ({ kind: "picture" });
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return api;
}

async function readRequest(request: IncomingMessage, path: string): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = new Uint8Array(Buffer.concat(chunks));
  const method = request.method ?? "GET";
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, value?.toString()]));
  const provider = roots.find(([root]) => path.startsWith(`${root}/`))?.[1] ?? "openai-compatible";
  const type = headers["content-type"] ?? "";
  if (!type.startsWith("multipart/")) {
    const text = Buffer.from(bytes).toString();
    return { provider, method, path, headers, ...picturesIn(text === "" ? {} : JSON.parse(text)) };
  }
  const form = await new Response(bytes, { headers: { "content-type": type } }).formData();
  const body: Record<string, unknown> = {};
  const files: Record<string, Buffer> = {};
  for (const [name, value] of form) {
    if (typeof value === "string") body[name] = value;
    else files[name.replace("[]", "")] = Buffer.from(await value.arrayBuffer());
  }
  return { provider, method, path, headers, body, files };
}

/** Pulls the pictures out of a JSON body: Gemini's inline data, the others' data URIs. */
function picturesIn(json: Record<string, unknown>): Pick<SeenRequest, "body" | "files"> {
  const files: Record<string, Buffer> = {};
  const text = JSON.stringify(json, (key, value) => {
    const uri = typeof value === "string" ? /^data:image\/\w+;base64,(.+)$/.exec(value)?.[1] : undefined;
    const inline = key === "inlineData" && typeof value === "object" && value !== null ? String(value.data) : undefined;
    if (uri === undefined && inline === undefined) return value;
    files[key] = Buffer.from(uri ?? inline ?? "", "base64");
    return "(picture)";
  });
  return { body: JSON.parse(text), files };
}

function sendJson(response: ServerResponse, body: unknown, status = 200, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

function sendHalf(response: ServerResponse, text: string): void {
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.write(text.slice(0, text.length >> 1), () => response.destroy());
}

/** A JSON answer whose one text does not end, until the caller hangs up. */
async function pour(response: ServerResponse, kind: "drip" | "flood"): Promise<void> {
  response.writeHead(200, { "content-type": "application/json" }).write('{"text":"');
  const chunk = Buffer.alloc(kind === "drip" ? 1 : 1_000_000, "x");
  while (!response.destroyed) {
    const isTaken = response.write(chunk);
    if (kind === "drip") await new Promise((resolve) => setTimeout(resolve, 20));
    else if (!isTaken) await Promise.race([once(response, "drain"), once(response, "close")]);
  }
}

const usageMetadata = { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 };

function goodBody(provider: GenerativeName, bytes: Buffer, url: string): unknown {
  const data = bytes.toString("base64");
  if (provider === "gemini") {
    const parts = [{ inlineData: { mimeType: "image/png", data } }];
    return { candidates: [{ content: { role: "model", parts }, finishReason: "STOP" }], usageMetadata };
  }
  if (provider === "fal") return { images: [{ url, content_type: "image/png" }], has_nsfw_concepts: [false] };
  if (provider === "replicate") return prediction({ status: "succeeded", output: url });
  return { created: 1, data: [{ b64_json: data }] };
}

function emptyBody(provider: GenerativeName): unknown {
  if (provider === "gemini")
    return { candidates: [{ content: { role: "model", parts: [{ text: "Here you are!" }] }, finishReason: "STOP" }], usageMetadata };
  if (provider === "fal") return { images: [] };
  if (provider === "replicate") return prediction({ status: "succeeded", output: [] });
  return { created: 1, data: [] };
}

const prediction = (state: Record<string, unknown>) => ({ id: "p1", urls: { get: "http://127.0.0.1/never" }, error: null, ...state });

/** As each provider really words its refusals. */
function refusal(provider: GenerativeName): [body: unknown, status: number] {
  if (provider === "gemini") return [{ candidates: [{ content: {}, finishReason: "IMAGE_SAFETY" }], usageMetadata }, 200];
  if (provider === "fal") {
    const message = "The content could not be processed because it contained material flagged by a content checker.";
    return [{ detail: [{ loc: ["body", "prompt"], msg: message, type: "content_policy_violation" }] }, 422];
  }
  if (provider === "replicate") {
    const error = "The input or output was flagged as sensitive. Please try again with different inputs. (E005)";
    return [prediction({ status: "failed", error }), 201];
  }
  const message = "Your request was rejected by the safety system. safety_violations=[violence].";
  return [{ error: { message, type: "image_generation_user_error", param: null, code: "moderation_blocked" } }, 400];
}

function errorBody(provider: GenerativeName, { status, message, code, details = [] }: Extract<Behaviour, { kind: "error" }>): unknown {
  if (provider === "gemini") return { error: { code: status, message, status: code ?? "UNKNOWN", details } };
  if (provider === "fal") return { detail: message };
  if (provider === "replicate") return { title: "Error", detail: message, status };
  return { error: { message, type: "invalid_request_error", param: null, code: code ?? null } };
}
