// A viewer's own settings, with the server's defaults where nothing was chosen.
import type { App } from "../app.ts";
import type { Viewer } from "../auth/viewer.ts";
import type { Prisma } from "../db/client.ts";
import type { OutputSpec } from "../images/picture.ts";
import { resolveOutput } from "../images/presets.ts";

export interface Settings {
  readonly engine: string;
  readonly model: string | null;
  readonly options: unknown;
  readonly output: OutputSpec;
  readonly activePromptGroupId: string | null;
  readonly additional: Prisma.JsonValue;
}

export async function readSettings(app: App, viewer: Viewer): Promise<Settings> {
  const { workspace, userId } = viewer;
  const row = await app.db.userPreference.findUnique({ where: { workspace_userId: { workspace, userId } } });
  return {
    engine: row?.engine ?? app.engines.default.name,
    model: row?.model ?? null,
    options: row?.options ?? {},
    // What is stored went through resolveOutput when it was written.
    output: (row?.output as OutputSpec | null | undefined) ?? resolveOutput({}),
    activePromptGroupId: row?.activePromptGroupId ?? null,
    additional: row?.additional ?? {},
  };
}
