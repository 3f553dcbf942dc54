// What a submission means, before anything is written: arguments checked, engine, options and output resolved.
import type { App } from "../app.ts";
import type { Viewer } from "../auth/viewer.ts";
import type { Prisma } from "../db/client.ts";
import type { Engine } from "../engines/engine.ts";
import { badUserInput, limitExceeded, notFound } from "../errors.ts";
import type { OutputSpec } from "../images/picture.ts";
import { type OutputInput, resolveOutput } from "../images/presets.ts";
import { requireEngine, requireModel } from "./engine.ts";
import { askedCode, requireText } from "./names.ts";
import { assertKnownVariables } from "./prompt.ts";
import { readSettings } from "./settings.ts";

export interface SubmitJobInput {
  readonly mode: "BATCH" | "SINGLE" | "CUSTOM";
  readonly skus?: readonly string[] | null | undefined;
  /** Database ids; null stands for one that can not be read. */
  readonly pairIds?: readonly (string | null)[] | null | undefined;
  readonly includeDone?: boolean | null | undefined;
  readonly prompt?: string | null | undefined;
  readonly templateId?: string | null | undefined;
  readonly engine?: string | null | undefined;
  readonly model?: string | null | undefined;
  readonly options?: unknown;
  readonly output?: OutputInput | null | undefined;
  /** A completed upload with the purpose MASK. */
  readonly maskUploadId?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

export interface JobPlan {
  readonly mode: SubmitJobInput["mode"];
  readonly skus: readonly string[];
  readonly pairIds: readonly string[];
  readonly includeDone: boolean;
  readonly prompt: string | null;
  readonly templateId: string | null;
  /** The viewer's active prompt group, where it decides. */
  readonly groupId: string | null;
  readonly engine: string;
  readonly model: string | null;
  readonly options: Prisma.InputJsonObject;
  readonly output: OutputSpec;
  readonly maskImageId: string | null;
  readonly idempotencyKey: string | null;
}

/** SKU codes or pairs in one call: bounds the statement that looks them up. */
const maxSubjects = 10_000;
/** Characters; longer prompts are refused by every provider. */
const maxPromptLength = 20_000;
const maxIdempotencyKeyLength = 200;

/** @throws BAD_USER_INPUT naming the field, ENGINE_UNAVAILABLE with the reason, NOT_FOUND for an id that can not be read */
export async function planJob(app: App, viewer: Viewer, input: SubmitJobInput): Promise<JobPlan> {
  checkSubjects(input);
  const settings = await readSettings(app, viewer);
  const engine = requireEngine(app, input.engine ?? settings.engine);
  requirePrompt(engine, input);
  const ownSettings = engine.name === settings.engine;
  const options = engine.parseOptions(input.options ?? (ownSettings ? settings.options : {}));
  return {
    mode: input.mode,
    skus: input.mode === "BATCH" ? [...new Set((input.skus ?? []).map(askedCode))] : [],
    pairIds: input.mode === "BATCH" ? [] : [...new Set((input.pairIds ?? []).map(readablePairId))],
    includeDone: input.includeDone ?? false,
    prompt: input.mode === "CUSTOM" ? input.prompt || null : null,
    templateId: input.templateId ?? null,
    groupId: input.mode === "CUSTOM" ? null : settings.activePromptGroupId,
    engine: engine.name,
    model: requireModel(engine, input.model ?? (ownSettings ? settings.model : null)),
    options: options as Prisma.InputJsonObject,
    output: resolveOutput(input.output ?? {}, settings.output),
    maskImageId: input.maskUploadId ? await requireMask(app, viewer, { engine, input, uploadId: input.maskUploadId }) : null,
    idempotencyKey: input.idempotencyKey || null,
  };
}

/** Not a UUID at all can be no pair: looked up, it finds none, and answers NOT_FOUND like any other. */
const readablePairId = (id: string | null): string => id ?? "00000000-0000-0000-0000-000000000000";

function checkSubjects({ mode, skus, pairIds, prompt, templateId, idempotencyKey }: SubmitJobInput): void {
  if (mode === "BATCH") {
    if (!skus || skus.length === 0) throw badUserInput("skus is empty: a BATCH needs the code of at least one SKU.");
    if (pairIds && pairIds.length > 0) throw badUserInput("pairs does not go with BATCH: give skus, or use SINGLE for chosen pairs.");
  } else {
    if (!pairIds || pairIds.length === 0) throw badUserInput(`pairs is empty: ${mode} needs the id of at least one pair.`);
    if (skus && skus.length > 0) throw badUserInput(`skus does not go with ${mode}: give pairs, or use BATCH for whole SKUs.`);
  }
  const count = Math.max(skus?.length ?? 0, pairIds?.length ?? 0);
  if (count > maxSubjects)
    throw limitExceeded(`The run names ${count} SKUs or pairs: ${maxSubjects} is the most. Send the rest in another run.`);
  if (mode !== "CUSTOM" && prompt) throw badUserInput(`prompt does not go with ${mode}: use CUSTOM, or a template.`);
  if (mode === "CUSTOM" && templateId) throw badUserInput("template does not go with CUSTOM: its prompt is the one given.");
  if (prompt?.trim()) assertKnownVariables("prompt", requireText("prompt", prompt, maxPromptLength));
  if (idempotencyKey) requireText("idempotencyKey", idempotencyKey, maxIdempotencyKeyLength);
}

/** A person who painted a mask for an engine that follows no prompt has said all there is to say. */
function requirePrompt(engine: Engine, { mode, prompt, maskUploadId }: SubmitJobInput): void {
  if (mode !== "CUSTOM" || prompt?.trim() || (maskUploadId && !engine.promptable)) return;
  throw badUserInput("prompt is empty: CUSTOM runs with a prompt of your own, so write one.");
}

/** The mask's picture. It goes with CUSTOM and one pair, is of that photo's size, and the engine must know what to do with it. */
async function requireMask(
  app: App,
  viewer: Viewer,
  { engine, input, uploadId }: { engine: Engine; input: SubmitJobInput; uploadId: string },
): Promise<string> {
  const { workspace } = viewer;
  const [pairId, ...more] = input.pairIds ?? [];
  if (input.mode !== "CUSTOM" || !pairId || more.length > 0)
    throw badUserInput("mask goes with CUSTOM and exactly one pair: leave it out, or run that pair alone.");
  if (!engine.acceptsMask)
    throw badUserInput(`mask does not go with the engine ${engine.name}, which takes none: leave it out, or choose another engine.`);
  const upload = await app.db.upload.findFirst({ where: { id: uploadId, workspace, purpose: "MASK" }, include: { image: true } });
  if (upload === null) throw notFound("mask with this id");
  if (upload.image === null) throw badUserInput("mask has not been completed: PUT the file, call completeUploads with its id, then run.");
  const pair = await app.db.pair.findFirst({ where: { id: pairId, workspace }, include: { source: true } });
  if (pair === null) throw notFound("pair with one of these ids");
  const { width, height } = pair.source;
  if (upload.image.width !== width || upload.image.height !== height) {
    throw badUserInput(
      `mask is ${upload.image.width} x ${upload.image.height} pixels: it must be as large as the photo, ${width} x ${height}.`,
    );
  }
  return upload.image.id;
}
