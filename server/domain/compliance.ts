// How a result stands against a marketplace's rules.
import type { App } from "../app.ts";
import type { Prisma } from "../db/client.ts";
import { badUserInput, conflict } from "../errors.ts";
import type { RuleOutcome } from "../images/compliance.ts";
import type { Placement } from "../images/picture.ts";
import { findPreset, presets } from "../images/presets.ts";
import { say } from "../say.ts";
import { extensionOf } from "../storage/keys.ts";
import { ObjectMissingError } from "../storage/store.ts";

/** Bytes of a result that is measured at most. */
const maxMeasuredBytes = 100_000_000;

/** What of a result is looked at besides its file. */
export const measuredResult = {
  upscaled: true,
  placement: true,
  image: { select: { key: true, sha256: true, mimeType: true } },
  pair: { select: { source: { select: { width: true } } } },
} satisfies Prisma.ResultSelect;
export type MeasuredResult = Prisma.ResultGetPayload<{ select: typeof measuredResult }>;

/** Measured on the stored file, a few at a time, and kept in memory by what the file holds. @throws BAD_USER_INPUT for a preset that is none */
export async function complianceOf(app: App, result: MeasuredResult, presetName: string): Promise<readonly RuleOutcome[]> {
  requirePreset(presetName);
  const { image, pair, upscaled } = result;
  const placement = result.placement as Placement | null;
  return app.pictures.measure({
    sha256: image.sha256,
    preset: presetName,
    facts: {
      upscaled,
      enlargement: placement === null ? null : placement.width / pair.source.width,
      name: `result.${extensionOf(image.mimeType)}`,
    },
    read: async () => {
      try {
        return await app.store.get(image.key, { maxBytes: maxMeasuredBytes });
      } catch (error) {
        if (error instanceof ObjectMissingError) throw conflict(say("RESULT_MISSING"));
        throw error;
      }
    },
  });
}

/**
 * One sentence for each rule that the pair's current result breaks; none: it complies, as far as can be measured. Whoever asks has seen to it
 * that the pair is the viewer's own.
 * @throws BAD_USER_INPUT for a preset that is none
 */
export async function brokenRules(app: App, pairId: string, presetName: string): Promise<string[]> {
  requirePreset(presetName);
  const pair = await app.db.pair.findUnique({ where: { id: pairId }, select: { current: { select: measuredResult } } });
  if (!pair?.current) return [say("NO_RESULT_TO_MEASURE")];
  const outcomes = await complianceOf(app, pair.current, presetName);
  return outcomes
    .filter(({ verdict }) => verdict === "FAILED")
    .map(({ rule, expected, actual }) => say("RULE_BROKEN_SHORT", { rule, expected, actual: actual ?? "" }));
}

function requirePreset(name: string): void {
  if (findPreset(name) !== undefined) return;
  throw badUserInput(`preset is ${JSON.stringify(name.slice(0, 100))}: it must be one of ${presets.map((each) => each.name).join(", ")}.`);
}
