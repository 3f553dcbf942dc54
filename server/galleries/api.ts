// Asking a gallery's API: one JSON request under guard, and what its refusals mean for a sync.
import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import { messageOf } from "../errors.ts";
import { type Answer, guardedFetch, guardedRequest, photoTypes, retryAfterOf, StatusError } from "../fetch/guarded-fetch.ts";
import { FetchRefusal } from "../fetch/refusal.ts";
import type { FetchGuard } from "../fetch/target.ts";
import type { HttpGalleryConfig, OzonGalleryConfig } from "../gallery-config.ts";
import { say } from "../say.ts";
import { GalleryError, type Reach } from "./gallery.ts";

/** Bytes of an answer: a page of a thousand SKUs with dozens of links each. Stops pages that never end. */
const maxAnswerBytes = 20_000_000;
/** Milliseconds for one answer: marketplaces take some seconds for a large page. */
const answerTimeoutMs = 60_000;
/** Milliseconds without a byte. */
const answerIdleMs = 30_000;
/** Characters of a service's own words in a message. */
const maxQuoted = 200;
/** Tries of one photo where its server asks for patience, and milliseconds that are waited for it at most: longer, and the next sync takes it. */
const photoTries = 3;
const longestPhotoWaitMs = 10_000;
const usualPhotoWaitMs = 1_000;

export interface Ask<T> {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Left out: GET. */
  readonly body?: unknown;
  readonly answer: z.ZodType<T>;
  readonly signal: AbortSignal;
}

export interface Api {
  /** @throws GalleryError */
  ask<T>(request: Ask<T>): Promise<T>;
  /** @throws UserError about this photo */
  readPhoto(url: string, options: { headers?: Readonly<Record<string, string>>; signal: AbortSignal }): Promise<Buffer>;
}

export interface ApiOptions {
  readonly config: OzonGalleryConfig | HttpGalleryConfig;
  readonly reach: Reach;
  /** Replaced wherever the service repeats them. */
  readonly secrets: readonly string[];
}

export function createApi({ config, reach, secrets }: ApiOptions): Api {
  const guard: FetchGuard = { ...reach.guard, allowedHosts: [...(reach.guard?.allowedHosts ?? []), ...config.allow] };
  const { name } = config;
  const gallery = config.title ?? name;
  const hidden = (words: string): string => secrets.reduce((text, secret) => text.replaceAll(secret, "…"), words);

  /** @returns the answer's bytes */
  const accept = ({ status, headers, bytes }: Answer): Buffer => {
    if (status >= 200 && status < 300) return bytes;
    const reason = hidden(reasonIn(bytes)).slice(0, maxQuoted);
    const answer = reason === "" ? say("STATUS", { status }) : say("STATUS_SAYING", { status, reason });
    if (status === 401 || status === 403) {
      const fields = config.kind === "ozon" ? ["clientId", "apiKey"] : ["token"];
      throw new GalleryError("lasting", say("GALLERY_KEYS_REFUSED", { gallery, answer, fields, name }));
    }
    if (status === 429) throw new GalleryError("passing", say("GALLERY_BUSY", { gallery, answer }), { retryAfterMs: patienceOf(headers) });
    if (status === 408 || status >= 500)
      throw new GalleryError("passing", say("GALLERY_OUT_OF_ORDER", { gallery, answer }), { retryAfterMs: patienceOf(headers) });
    if (status >= 300 && status < 400) {
      throw new GalleryError("lasting", say("GALLERY_REDIRECTS", { gallery, answer: say("STATUS", { status }), name }));
    }
    throw new GalleryError("lasting", say("GALLERY_REFUSED", { gallery, answer, name }));
  };

  return {
    async ask({ url, headers, body, answer, signal }) {
      const options = {
        headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        body: body === undefined ? undefined : JSON.stringify(body),
        accept: "application/json",
        maxBytes: maxAnswerBytes,
        timeoutMs: answerTimeoutMs,
        idleMs: answerIdleMs,
        signal,
        guard,
      };
      const bytes = await guardedRequest(url, options).then(accept, (error: unknown) => {
        if (!(error instanceof FetchRefusal)) throw error;
        if (error.code === "LIMIT_EXCEEDED")
          throw new GalleryError("lasting", say("GALLERY_ANSWER_TOO_HEAVY", { gallery, megabytes: maxAnswerBytes / 1_000_000 }));
        throw new GalleryError("passing", say("GALLERY_UNREACHABLE", { gallery, why: error.why }), { cause: error });
      });
      const parsed = answer.safeParse(jsonOf(bytes));
      if (parsed.success) return parsed.data;
      const { path = [], message = "" } = parsed.error.issues[0] ?? {};
      const fault = hidden(message).slice(0, maxQuoted);
      const words =
        path.length === 0
          ? say("GALLERY_ANSWER_NO_OBJECT", { gallery, fault, name })
          : say("GALLERY_ANSWERS_OTHERWISE", { gallery, fault: `${hidden(path.join("."))}: ${fault}`, name });
      throw new GalleryError("lasting", words);
    },

    async readPhoto(url, { headers, signal }) {
      for (let tried = 1; ; tried++) {
        try {
          return (await guardedFetch(url, { headers, signal, maxBytes: reach.maxPhotoBytes, accept: photoTypes, guard })).bytes;
        } catch (error) {
          const waitMs = error instanceof StatusError && isPatience(error.status) ? (error.retryAfterMs ?? usualPhotoWaitMs) : null;
          if (waitMs === null || waitMs > longestPhotoWaitMs || tried === photoTries) throw error;
          await sleep(waitMs, undefined, { signal });
        }
      }
    },
  };
}

const isPatience = (status: number): boolean => status === 429 || status === 503;

/** Retry-After in seconds; Ozon's own limits on items are told in minutes. */
function patienceOf(headers: Answer["headers"]): number | null {
  const minutes = headers["item-retry-after"];
  const items = typeof minutes === "string" && minutes !== "" && Number.isFinite(Number(minutes)) ? Number(minutes) * 60_000 : null;
  return retryAfterOf(headers["retry-after"]) ?? items;
}

/** What a service says of its refusal, where it says it in JSON; else empty. */
function reasonIn(bytes: Buffer): string {
  const body = jsonOf(bytes);
  if (typeof body !== "object" || body === null) return "";
  const message = "message" in body ? body.message : "error" in body ? body.error : undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  return typeof message === "string" ? message.replace(/[\u0000-\u001f\u007f]/g, " ") : "";
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    return `no JSON: ${messageOf(error)}`;
  }
}

/** The last part of a URL's path, as people read it. */
export function nameOf(url: string): string {
  const last = new URL(url).pathname.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
