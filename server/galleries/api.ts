// Asking a gallery's API: one JSON request under guard, and what its refusals mean for a sync.
import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import { messageOf, UserError } from "../errors.ts";
import { type Answer, guardedFetch, guardedRequest, photoTypes, retryAfterOf, StatusError } from "../fetch/guarded-fetch.ts";
import type { FetchGuard } from "../fetch/target.ts";
import type { HttpGalleryConfig, OzonGalleryConfig } from "../gallery-config.ts";
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
  const title = config.title ?? config.name;

  const fault = (
    kind: "passing" | "lasting",
    words: string,
    details: { retryAfterMs?: number | null; cause?: unknown } = {},
  ): GalleryError => new GalleryError(kind, `${title}: ${secrets.reduce((text, secret) => text.replaceAll(secret, "…"), words)}`, details);

  /** @returns the answer's bytes */
  const accept = ({ status, headers, bytes }: Answer): Buffer => {
    if (status >= 200 && status < 300) return bytes;
    const said = quoted(bytes);
    if (status === 401 || status === 403) {
      const fields = config.kind === "ozon" ? "clientId and apiKey" : "token";
      throw fault("lasting", `The credentials were refused (status ${status}${said}). Correct ${fields} of ${config.name} in GALLERIES.`);
    }
    if (status === 429) {
      throw fault("passing", `It asks for patience: too many requests (status 429${said}).`, { retryAfterMs: patienceOf(headers) });
    }
    if (status === 408 || status >= 500) {
      throw fault("passing", `It is out of order (status ${status}${said}).`, { retryAfterMs: patienceOf(headers) });
    }
    if (status >= 300 && status < 400) {
      throw fault(
        "lasting",
        `It redirects (status ${status}), which is not followed with a key in hand. Correct url of ${config.name} in GALLERIES.`,
      );
    }
    throw fault("lasting", `It refused the request (status ${status}${said}). Check url of ${config.name} in GALLERIES.`);
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
        if (!(error instanceof UserError)) throw error;
        if (error.code === "LIMIT_EXCEEDED")
          throw fault("lasting", `An answer has more than ${maxAnswerBytes / 1_000_000} MB. Let its pages be shorter.`);
        throw fault(
          "passing",
          `It could not be asked. ${firstSentence(error.message)} Where it is on your own network, name it in allow.`,
          { cause: error },
        );
      });
      const parsed = answer.safeParse(jsonOf(bytes));
      if (parsed.success) return parsed.data;
      const [issue] = parsed.error.issues;
      const place = issue === undefined || issue.path.length === 0 ? "its answer" : issue.path.join(".");
      throw fault(
        "lasting",
        `It does not answer as documented (${place}: ${issue?.message.slice(0, maxQuoted)}). Check url of ${config.name} in GALLERIES.`,
      );
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

/** What a service says of its refusal, where it says it in JSON. */
function quoted(bytes: Buffer): string {
  const body = jsonOf(bytes);
  if (typeof body !== "object" || body === null) return "";
  const message = "message" in body ? body.message : "error" in body ? body.error : undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  return typeof message === "string" ? `: ${message.replace(/[\u0000-\u001f\u007f]/g, " ").slice(0, maxQuoted)}` : "";
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    return `no JSON: ${messageOf(error)}`;
  }
}

const firstSentence = (text: string): string => /^.*?\.(?=\s|$)/.exec(text)?.[0] ?? text;

/** The last part of a URL's path, as people read it. */
export function nameOf(url: string): string {
  const last = new URL(url).pathname.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
