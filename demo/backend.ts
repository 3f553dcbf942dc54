// The admin app's own backend: it signs its users' tokens and serves the built pages.
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { SignJWT } from "jose";
import type { ShelfView } from "./marketplace/server.ts";
import { routeOf } from "./routes.ts";

/** Short, so that a token that leaks is soon worth nothing; the widget asks for the next one by itself. */
const tokenLifeSeconds = 600;

/** Who a visitor of the demo is: one invented colleague who may run and review, but manage no keys. */
const demoUser = { id: "demo-user", role: "EDITOR" } as const;

/** Paths that belong to the studio's server, which stands behind this app on the same port. */
const studioPaths = ["/graphql", "/images", "/objects", "/downloads", "/healthz", "/readyz", "/metrics"] as const;

/** Names of this machine. Any other host name needs to be in `origins`. */
const loopbackNames: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};

export interface DemoAppOptions {
  /** The secret that the studio's API checks tokens with (HS256). */
  readonly tokenSecret: string;
  /** The workspace that visitors work in. */
  readonly workspace: string;
  /** Where `vite build demo` has put the pages. */
  readonly distDir: string;
  /** Origins besides the page's own that it may be reached by, show pictures from and upload to: the public URL, the bucket, the CDN. */
  readonly origins?: readonly string[];
  /** The one that runs beside the app, and shows its pictures from an origin of its own; left out: none does. */
  readonly marketplace?: { readonly url: string; readonly view: () => ShelfView } | undefined;
  /** Claims that the API asks for, where it does. */
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
}

/** Answers a request of the admin app, or null where the path belongs to the studio's server. */
export type DemoApp = (request: Request) => Promise<Response | null>;

/**
 * The backend of the admin app. It gives a token to everybody who can open the page, so mount it only where the server
 * listens on this machine alone.
 */
export function createDemoApp(options: DemoAppOptions): DemoApp {
  const headers = pageHeaders(options.origins ?? [], options.marketplace?.url);
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (studioPaths.some((path) => pathname === path || pathname.startsWith(`${path}/`))) return null;
    if (pathname === "/demo/token") return answerToken(request, options);
    if (pathname === "/demo/shelf") return answerShelf(request, options.marketplace?.view());
    return answerFile(request, { distDir: options.distDir, pathname, headers });
  };
}

/** What everybody sees who walks past: no secret. */
function answerShelf({ method }: Request, shelf: ShelfView | undefined): Response {
  if (method !== "GET") return plain(405, "The shelf is read with GET.", { allow: "GET" });
  if (shelf === undefined) return plain(404, "No marketplace runs beside this app: GALLERIES names others.");
  return Response.json(shelf, { headers: { "cache-control": "no-store" } });
}

async function answerToken(request: Request, options: DemoAppOptions): Promise<Response> {
  if (request.method !== "POST") return plain(405, "Ask for a token with POST.", { allow: "POST" });
  if (!isOwnPage(request, options.origins ?? [])) {
    return plain(403, "Tokens are given only to this app's own pages. Scripts use an API key.");
  }
  const expiresAt = Math.floor(Date.now() / 1000) + tokenLifeSeconds;
  const unsigned = new SignJWT({ workspace: options.workspace, role: demoUser.role })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(demoUser.id)
    .setIssuedAt()
    .setExpirationTime(expiresAt);
  if (options.issuer !== undefined) unsigned.setIssuer(options.issuer);
  if (options.audience !== undefined) unsigned.setAudience(options.audience);
  const token = await unsigned.sign(new TextEncoder().encode(options.tokenSecret));
  return Response.json({ token, expiresAt: new Date(expiresAt * 1000).toISOString() }, { headers: { "cache-control": "no-store" } });
}

/**
 * Whether a page of this app asks. Another website that is open in the same browser sends its own Origin (cross-site
 * request), or reaches this machine under its own name (DNS rebinding); both are refused, and so is a request without Origin.
 */
function isOwnPage(request: Request, origins: readonly string[]): boolean {
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  if (origin === null || !URL.canParse(origin)) return false;
  if (site !== null && site !== "same-origin") return false;
  // The header, where there is one: a server may have put its own public name into the URL.
  const asked = `http://${request.headers.get("host") ?? new URL(request.url).host}`;
  if (!URL.canParse(asked)) return false;
  const { host, hostname } = new URL(asked);
  const isKnownHost = loopbackNames.includes(hostname) || origins.some((known) => new URL(known).host === host);
  return isKnownHost && new URL(origin).host === host;
}

interface FileRequest {
  readonly distDir: string;
  readonly pathname: string;
  readonly headers: Readonly<Record<string, string>>;
}

async function answerFile(request: Request, { distDir, pathname, headers }: FileRequest): Promise<Response> {
  if (request.method !== "GET" && request.method !== "HEAD") return plain(405, "Pages are read with GET.", { allow: "GET, HEAD" });
  const isPage = routeOf(pathname) !== undefined;
  const name = isPage ? "index.html" : fileNameOf(pathname);
  const bytes = name === undefined ? undefined : await readIfThere(join(distDir, name));
  if (name === undefined || bytes === undefined) {
    return isPage
      ? plain(503, "The admin app's pages have not been built yet. Run `npm run generate`, then reload.", headers)
      : plain(404, `There is no page at ${pathname}. The studio is at /.`, headers);
  }
  return new Response(request.method === "HEAD" ? null : bytes, {
    headers: {
      ...headers,
      "content-type": contentTypes[extname(name)] ?? "application/octet-stream",
      "content-length": String(bytes.byteLength),
      // Vite puts a hash of the contents into the names below assets/, so these never change.
      "cache-control": name.startsWith("assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    },
  });
}

/** `assets/index-a1b2.js` for such a path; undefined for all that could lead elsewhere (dot files, `..`, escapes, backslashes). */
const fileNameOf = (pathname: string): string | undefined => /^\/((?:[A-Za-z0-9_-][\w.-]*\/)*[A-Za-z0-9_-][\w.-]*)$/.exec(pathname)?.[1];

async function readIfThere(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "EISDIR" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

/** @param pictures an origin that only pictures are shown from */
function pageHeaders(origins: readonly string[], pictures: string | undefined): Record<string, string> {
  const others = origins.map((origin) => new URL(origin).origin);
  const sockets = others.map((origin) => origin.replace(/^http/, "ws"));
  const policy = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    // Inline, because the widget's building blocks put a small style element beside the lists that they open.
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:", ...others, ...(pictures === undefined ? [] : [pictures])],
    "font-src": ["'self'"],
    "connect-src": ["'self'", ...others, ...sockets],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
  };
  return {
    "content-security-policy": Object.entries(policy)
      .map(([name, sources]) => `${name} ${sources.join(" ")}`)
      .join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
  };
}

const plain = (status: number, sentence: string, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(`${sentence}\n`, {
    status,
    headers: { "x-content-type-options": "nosniff", ...headers, "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  });
