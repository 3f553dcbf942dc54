// A viewer's own settings, with the server's defaults where nothing was chosen.
import type { App } from "../app.ts";
import { assertRole, type Viewer } from "../auth/viewer.ts";
import { Prisma, type Tx } from "../db/client.ts";
import type { Engine } from "../engines/engine.ts";
import { type OutputSpec, parseOutput } from "../images/picture.ts";
import { type OutputInput, resolveOutput } from "../images/presets.ts";
import { requireEngine, requireModel } from "./engine.ts";
import { requireJsonObject } from "./json-object.ts";
import { groupNotFound } from "./prompt-group.ts";

export interface Settings {
  readonly engine: string;
  readonly model: string | null;
  readonly options: unknown;
  readonly output: OutputSpec;
  readonly activePromptGroupId: string | null;
  readonly additional: Prisma.JsonValue;
}

type PreferenceRow = Prisma.UserPreferenceGetPayload<object>;

export async function readSettings(app: App, viewer: Viewer): Promise<Settings> {
  const { workspace, userId } = viewer;
  return settingsOf(app, await app.db.userPreference.findUnique({ where: { workspace_userId: { workspace, userId } } }));
}

function settingsOf(app: App, row: PreferenceRow | null): Settings {
  return {
    engine: row?.engine ?? app.engines.default.name,
    model: row?.model ?? null,
    options: row?.options ?? {},
    // What is stored went through resolveOutput when it was written.
    output: row?.output ? parseOutput(row.output) : resolveOutput({}),
    activePromptGroupId: row?.activePromptGroupId ?? null,
    additional: row?.additional ?? {},
  };
}

/** What is left out stays as it is; null goes back to the server's default. */
export interface SettingsInput {
  /** Another engine drops the model and the options that were chosen for the last one. */
  readonly engine?: string | null | undefined;
  readonly model?: string | null | undefined;
  readonly options?: unknown;
  /** Laid over the output that stands; a preset replaces all of it. */
  readonly output?: OutputInput | null | undefined;
  /** Null: no group, so that photos take the white default recipe. */
  readonly activePromptGroupId?: string | null | undefined;
  /** The host's own, kept as it is given. */
  readonly additional?: unknown;
}

/** @throws BAD_USER_INPUT naming the field, ENGINE_UNAVAILABLE with the reason, NOT_FOUND for a group, LIMIT_EXCEEDED for JSON too large */
export async function updateSettings(app: App, viewer: Viewer, input: SettingsInput): Promise<Settings> {
  assertRole(viewer, "REVIEWER");
  const { workspace, userId } = viewer;
  return app.db.$transaction(async (tx) => {
    const earlier = await lockPreference(tx, viewer);
    if (input.activePromptGroupId) await holdGroup(tx, viewer, input.activePromptGroupId);
    const data = changesOf(app, settingsOf(app, earlier), input);
    return settingsOf(app, await tx.userPreference.update({ where: { workspace_userId: { workspace, userId } }, data }));
  });
}

/** The group's templates decide from now on what the viewer's batches are run with. @throws NOT_FOUND */
export function setActivePromptGroup(app: App, viewer: Viewer, id: string | null): Promise<Settings> {
  assertRole(viewer, "REVIEWER");
  if (id === null) throw groupNotFound();
  return updateSettings(app, viewer, { activePromptGroupId: id });
}

/** The row is the lock under which two updates of one user follow each other. */
async function lockPreference(tx: Tx, { workspace, userId }: Viewer): Promise<PreferenceRow> {
  await tx.userPreference.createMany({ data: [{ workspace, userId }], skipDuplicates: true });
  await tx.$queryRaw`SELECT 1 FROM ai_user_prompt_preference WHERE workspace = ${workspace} AND user_id = ${userId} FOR UPDATE`;
  return tx.userPreference.findUniqueOrThrow({ where: { workspace_userId: { workspace, userId } } });
}

/** Against being deleted before this is committed. */
async function holdGroup(tx: Tx, { workspace }: Viewer, id: string): Promise<void> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM ai_prompt_group WHERE id = ${id}::uuid AND workspace = ${workspace} FOR KEY SHARE`;
  if (rows.length === 0) throw groupNotFound();
}

function changesOf(app: App, earlier: Settings, input: SettingsInput): Prisma.UserPreferenceUncheckedUpdateInput {
  const { output, activePromptGroupId, additional } = input;
  return {
    ...engineChanges(app, earlier, input),
    ...(output === undefined ? {} : { output: output === null ? Prisma.DbNull : { ...resolveOutput(output, earlier.output) } }),
    ...(activePromptGroupId === undefined ? {} : { activePromptGroupId }),
    ...(additional === undefined ? {} : { additional: additional === null ? {} : requireJsonObject("additional", additional) }),
  };
}

function engineChanges(
  app: App,
  earlier: Settings,
  { engine: name, model, options }: SettingsInput,
): Prisma.UserPreferenceUncheckedUpdateInput {
  const chosen = name === null ? app.engines.default.name : (name ?? earlier.engine);
  const isOther = chosen !== earlier.engine;
  // Going back to a default asks nothing of the engine, so that it works also where the engine has become unavailable.
  const engine = [name, model, options].some((each) => each !== undefined && each !== null) ? requireEngine(app, chosen) : null;
  return {
    ...(name === undefined ? {} : { engine: name }),
    ...(model === undefined && !isOther ? {} : { model: engine === null ? null : requireModel(engine, model ?? null) }),
    ...(options === undefined && !isOther ? {} : { options: engine === null ? Prisma.DbNull : storedOptions(engine, options) }),
  };
}

/** As given, so that a default that is not overridden can still change. */
function storedOptions(engine: Engine, options: unknown): Prisma.InputJsonObject | typeof Prisma.DbNull {
  if (options === undefined || options === null) return Prisma.DbNull;
  const given = requireJsonObject("options", options);
  engine.parseOptions(given);
  return given;
}
