// Why a provider gave no picture, sorted by what follows: lasting faults fail the photo at once, passing ones are tried again.
import { APICallError, DownloadError, InvalidResponseDataError, NoImageGeneratedError } from "ai";
import { messageOf, UserError } from "../../errors.ts";
import { type Sentence, say } from "../../say.ts";
import { EngineError } from "../engine.ts";
import { EndlessAnswer } from "./bounded-fetch.ts";
import { UselessPicture } from "./fit.ts";

/** Who was asked, for the words of an error. */
export interface Asked {
  readonly title: string;
  readonly model: string;
  /** Where the key stands in the environment. */
  readonly keyVariable: string;
  /** Never shown, wherever a provider may quote it. */
  readonly apiKey: string | undefined;
}

/** Milliseconds: what a provider may make us wait at the most, so that a wild Retry-After does not park a photo for days. */
const maxRetryAfterMs = 600_000;
/** Milliseconds: whoever names less has said nothing, and is asked again at the queue's own pace. */
const leastRetryAfterMs = 1_000;
/** Characters of a provider's own words that are passed on. */
const maxReasonLength = 300;
/** Characters of them that are read for it: words that fill a whole answer, by malice or mistake, should not hold the worker up. */
const maxReadLength = 4_000;

/** Words by which providers say that they refuse the picture or the prompt; their codes differ, the words hardly. */
const refusals =
  /safety|moderation|content.?policy|content_policy_violation|prohibited|blocked|blocklist|flagged|nsfw|sensitive|sexual|recitation|not allowed by our|spii/i;
/** An account without money, which no waiting mends. */
const unpaid =
  /insufficient_quota|billing|exceeded your current quota|exhausted balance|insufficient (credit|balance|funds)|payment required|spend limit|out of credit/i;
/** Limits on how much an account may do in a minute, whatever else is said of its plan; and those of a day, which outlast every wait. */
const burst = /rate_limit_exceeded|rate limit reached/i;
const usedUpToday = /PerDay/;
const badKey = /api[_ ]?key|invalid_api_key|unauthenticated|unauthorized|authentication/i;
const deadKey = /leaked|revoked|suspended|expired/i;
/** A right that is missing, where some of the words are those of a refusal: "requests to this API are blocked". */
const missingRight = /permission|must be verified|not allowed to|access/i;
const unknownModel =
  /model_not_found|(model|version|application|app)\b.{0,80}(not found|does not exist|not supported|unknown|invalid version)|no such model/i;

/** Any error of a run, as an EngineError with the provider's reason and what to do. */
export function engineErrorOf(error: unknown, asked: Asked): EngineError {
  if (error instanceof EngineError) return error;
  const endless = causeIn(error, EndlessAnswer);
  if (endless !== null) return passing(say("PROVIDER_SENT_ENDLESS", { engine: asked.title, megabytes: endless.megabytes }), endless);
  if (APICallError.isInstance(error)) return answered(error, asked);
  if (NoImageGeneratedError.isInstance(error)) return noPicture(error, asked);
  if (InvalidResponseDataError.isInstance(error)) return ended(error, asked);
  if (error instanceof UselessPicture) return passing(say("PROVIDER_SENT_TINY", { engine: asked.title, ...error.size }), error);
  if (error instanceof UserError) return passing(say("PROVIDER_SENT_UNREADABLE", { engine: asked.title }), error);
  return DownloadError.isInstance(error) ? notFetched(messageOf(error), asked, error) : brokeOff(error, asked);
}

const brokeOff = (error: unknown, asked: Asked): EngineError =>
  passing(say("PROVIDER_BROKE_OFF", { engine: asked.title, reason: clean(messageOf(error), asked) }), error);

const notFetched = (reason: string, asked: Asked, cause: unknown): EngineError =>
  passing(say("PROVIDER_NOT_FETCHED", { engine: asked.title, reason: clean(reason, asked) }), cause);

function causeIn<T extends Error>(error: unknown, kind: new (message: string) => T): T | null {
  for (let each = error; each instanceof Error; each = each.cause) if (each instanceof kind) return each;
  return null;
}

export const timedOut = ({ title }: Asked, timeoutMs: number): EngineError =>
  new EngineError("passing", say("PROVIDER_TOO_SLOW", { engine: title, seconds: timeoutMs / 1000 }));

export const refused = (asked: Asked, reason: string, cause?: unknown): EngineError =>
  new EngineError("lasting", say("PROVIDER_REFUSED", { engine: asked.title, reason }), { cause });

const passing = (message: Sentence, cause: unknown, retryAfterMs?: number | null): EngineError =>
  new EngineError("passing", message, { cause, ...(retryAfterMs == null ? {} : { retryAfterMs }) });

const lasting = (message: Sentence, cause: unknown): EngineError => new EngineError("lasting", message, { cause });

function answered(error: APICallError, asked: Asked): EngineError {
  const { title } = asked;
  const { statusCode: status } = error;
  const cause = withoutBody(error);
  const reason = clean(reasonIn(error.responseBody) ?? error.message, asked);
  if (isOfPicture(error)) return notFetched(status === undefined ? reason : `${status}, ${reason}`, asked, cause);
  if (status === undefined) return passing(say("PROVIDER_UNREACHABLE", { engine: title, reason }), cause);
  if (status < 400)
    return isCutShort(error) ? brokeOff(cause, asked) : passing(say("PROVIDER_ANSWERED_OTHERWISE", { engine: title }), cause);
  const words = `${error.message} ${ownWords(error.responseBody)}`;
  const namedMs = retryAfterOf(error);
  const retryAfterMs = namedMs !== null && namedMs >= leastRetryAfterMs ? namedMs : null;
  if (status === 402 || isUsedUp(status, words, namedMs)) {
    return lasting(say("PROVIDER_UNPAID", { engine: title, reason }), cause);
  }
  if (status === 429) return passing(say("PROVIDER_BUSY", { engine: title, reason }), cause, retryAfterMs);
  if (status >= 500 || status === 408 || status === 409 || status === 425) {
    return passing(say("PROVIDER_FAULTY", { engine: title, status, reason }), cause, retryAfterMs);
  }
  return declined({ status, words, reason, cause }, asked);
}

/** Gemini speaks of plan and billing for a minute's limit too, but then it says when to come back; OpenAI links to its billing page. */
function isUsedUp(status: number, words: string, namedMs: number | null): boolean {
  if (status === 429 && usedUpToday.test(words)) return true;
  const isBurst = status === 429 && (namedMs !== null || burst.test(words)) && !/insufficient_quota/.test(words);
  return unpaid.test(words) && !isBurst;
}

/** A request that the provider will not take a second time either. */
function declined(
  { status, words, reason, cause }: { status: number; words: string; reason: string; cause: Error },
  asked: Asked,
): EngineError {
  const { title, keyVariable, model } = asked;
  const isKeys = (status === 400 && !refusals.test(words)) || (status === 403 && deadKey.test(words));
  // The provider's own words often quote the key, so they are not passed on.
  if (status === 401 || (isKeys && badKey.test(words))) {
    return lasting(say("PROVIDER_KEY_REFUSED", { engine: title, variable: keyVariable }), cause);
  }
  if (refusals.test(words) && !(status === 403 && missingRight.test(words))) return refused(asked, reason, cause);
  if (status === 403) {
    return lasting(say("PROVIDER_KEY_LACKS_RIGHT", { engine: title, variable: keyVariable, model, reason }), cause);
  }
  if (status === 404 || unknownModel.test(words)) {
    return lasting(say("PROVIDER_MODEL_UNKNOWN", { engine: title, model, reason }), cause);
  }
  return lasting(say("PROVIDER_DECLINED", { engine: title, status, reason }), cause);
}

/** Whether it was the finished picture that was asked for: a request without a body that asks for no prediction. */
const isOfPicture = ({ requestBodyValues, url }: APICallError): boolean =>
  Object.keys(Object(requestBodyValues)).length === 0 && !/\/predictions\//.test(url);

/** The connection ended before the answer did. */
const isCutShort = (error: APICallError): boolean => /terminated|aborted|other side closed/i.test(messageOf(error.cause ?? ""));

/** Fields in which providers quote the request: a prompt's words are not the provider's. */
const quoted = new Set(["input", "prompt", "ctx", "logs"]);

function ownWords(body: string | undefined): string {
  try {
    return JSON.stringify(JSON.parse(body ?? ""), (key, value: unknown) => (quoted.has(key) ? undefined : value));
  } catch {
    return body ?? "";
  }
}

/** An answer without a picture; Gemini says why in its finish reason, or in what it found in the prompt. */
function noPicture(error: NoImageGeneratedError, asked: Asked): EngineError {
  const said = error.calls?.map(({ providerMetadata }) => JSON.stringify(providerMetadata ?? {})).join(" ") ?? "";
  const named = /"(?:finishReason|blockReason)":"([A-Z_]+)"/g;
  const reasons = [...said.matchAll(named)].map(([, reason]) => reason ?? "").filter((reason) => reason !== "STOP");
  const found = reasons.find((reason) => refusals.test(reason) || reason === "OTHER" || reason === "IMAGE_OTHER");
  if (found !== undefined) return refused(asked, `${found}.`, error);
  const [reason] = reasons;
  const { title: engine } = asked;
  return passing(reason === undefined ? say("PROVIDER_EMPTY", { engine }) : say("PROVIDER_EMPTY_FOR", { engine, reason }), error);
}

/** A prediction that ended without a picture. */
function ended(error: Error, asked: Asked): EngineError {
  const reason = clean(error.message, asked);
  return refusals.test(error.message)
    ? refused(asked, reason, error)
    : passing(say("PROVIDER_FAILED", { engine: asked.title, reason }), error);
}

/** A cause without request and answer: they hold the photo, and may quote the key, and causes are logged. */
const withoutBody = (error: APICallError): Error => new Error(`${error.name} ${error.statusCode ?? error.message}`);

/** The sentence in a provider's JSON, wherever they put it; null where there is none. */
function reasonIn(body: string | undefined): string | null {
  try {
    return sentenceIn(JSON.parse(body ?? ""));
  } catch {
    return null;
  }
}

function sentenceIn(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return sentenceIn(value[0]);
  if (typeof value !== "object" || value === null) return null;
  const fields = new Map(Object.entries(value));
  for (const name of ["error", "detail", "message", "msg", "title"]) {
    const found = fields.has(name) ? sentenceIn(fields.get(name)) : null;
    if (found) return found;
  }
  return null;
}

/** One line, of bounded length, ending as a sentence, without the key, whole or starred, and without pictures or links that carry signatures. */
function clean(text: string, { apiKey }: Asked): string {
  const open = apiKey === undefined ? text : text.replaceAll(apiKey, "…");
  const line = open
    .slice(0, maxReadLength)
    // From a word's beginning on: looked for from each of its letters, it would be read once for each.
    .replace(/(?<![\w-])[\w-]{2,}\*{3,}[\w-]*/g, "…")
    .replace(/data:[a-z]+\/[^\s"']*/gi, "(data)")
    .replace(/https?:\/\/[^\s"']+/gi, (link) => link.split("?", 1).join(""))
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim();
  const short = line.length > maxReasonLength ? `${line.slice(0, maxReasonLength)}…` : line || "it gave no reason";
  return /[.!?…]$/.test(short) ? short : `${short}.`;
}

/** Milliseconds from `Retry-After` (seconds or a date), `retry-after-ms`, Google's RetryInfo or OpenAI's words; null where none is given. */
function retryAfterOf({ message, responseHeaders, responseBody }: APICallError): number | null {
  const header = responseHeaders?.["retry-after"];
  const exact = Number(responseHeaders?.["retry-after-ms"] ?? Number.NaN);
  const said = /"retryDelay"\s*:\s*"(\d+(?:\.\d+)?)s"/.exec(responseBody ?? "") ?? /try again in (\d+(?:\.\d+)?)s\b/.exec(message);
  const seconds = Number(header ?? said?.[1] ?? Number.NaN);
  const candidates = [exact, seconds * 1000, header === undefined ? Number.NaN : Date.parse(header) - Date.now()];
  const waitMs = candidates.find((each) => Number.isFinite(each));
  return waitMs === undefined ? null : Math.round(Math.min(maxRetryAfterMs, waitMs));
}
