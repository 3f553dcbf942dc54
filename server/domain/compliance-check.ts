// Which of many pairs' current results break a marketplace's rules, before anybody decides on them.
import type { App } from "../app.ts";
import type { Viewer } from "../auth/viewer.ts";
import { badUserInput, messageOf, UserError } from "../errors.ts";
import { findPreset, presets } from "../images/presets.ts";
import { say } from "../say.ts";
import { brokenRules } from "./compliance.ts";

/** Pictures measured at once: each is decoded whole, 100 megapixels at most. */
const measureConcurrency = 2;

/** By pair: the result that was measured, and what it breaks in sentences, or why it could not be measured. */
export type BrokenRules = ReadonlyMap<string, { readonly resultId: string; readonly rules: readonly string[] | UserError }>;

/** Measures those that a person could approve. @throws BAD_USER_INPUT for an unknown preset, naming the allowed */
export async function checkRules(
  app: App,
  viewer: Viewer,
  { pairIds, preset }: { pairIds: readonly string[]; preset: string },
): Promise<BrokenRules> {
  if (findPreset(preset) === undefined) {
    const names = presets.map(({ name }) => name).join(", ");
    throw badUserInput(`There is no preset with the name given as compliantWith: it must be one of ${names}.`);
  }
  const pairs = await app.db.pair.findMany({
    where: { workspace: viewer.workspace, id: { in: [...pairIds] }, status: { in: ["READY", "APPROVED"] }, currentResultId: { not: null } },
    select: { id: true, currentResultId: true },
  });
  const broken = new Map<string, { resultId: string; rules: readonly string[] | UserError }>();
  const queue = pairs.values();
  const measure = async (): Promise<void> => {
    for (const { id, currentResultId } of queue) {
      if (currentResultId !== null) broken.set(id, { resultId: currentResultId, rules: await measureOne(app, id, preset) });
    }
  };
  await Promise.all(Array.from({ length: measureConcurrency }, measure));
  return broken;
}

/** A picture that can not be measured fails by itself; it is never taken for one that passes. */
async function measureOne(app: App, pairId: string, preset: string): Promise<readonly string[] | UserError> {
  try {
    return await brokenRules(app, pairId, preset);
  } catch (error) {
    if (error instanceof UserError) return error;
    app.log.error({ error: messageOf(error), pairId }, "a result could not be measured");
    return new UserError("INTERNAL_SERVER_ERROR", say("RESULT_NOT_MEASURED"));
  }
}
