// The viewer's own settings, and what they can be chosen from; each change is shown at once, and kept.
import { useCallback, useMemo } from "react";
import type { CombinedError } from "urql";
import {
  EnginesDocument,
  type EnginesQuery,
  OutputPresetsDocument,
  type OutputPresetsQuery,
  type OwnSettingsFragment,
  SettingsDocument,
  type SettingsInput,
  UpdateSettingsDocument,
} from "../api/generated/graphql.ts";
import { useStudio } from "../shared/context.ts";
import { useChanges } from "../shared/useChanges.ts";
import { useRead } from "../shared/useRead.ts";
import type { Saving } from "../shared/useSaving.ts";
import { useTitled } from "../shared/useTitled.ts";

export interface SettingsHandle {
  /** Undefined until they are read. */
  readonly settings: OwnSettingsFragment | undefined;
  readonly engines: readonly EnginesQuery["engines"][number][];
  readonly presets: readonly OutputPresetsQuery["outputPresets"][number][];
  readonly error: CombinedError | undefined;
  readonly refresh: () => void;
  readonly change: (input: SettingsInput) => void;
}

const merged = (earlier: SettingsInput | undefined, later: SettingsInput): SettingsInput => ({
  ...earlier,
  ...later,
  ...(earlier?.output === undefined && later.output === undefined ? {} : { output: { ...earlier?.output, ...later.output } }),
});

/** What is chosen from lists stands as it was chosen; what follows from it (a preset's quality, a group's name) comes with the answer. */
function withPending(kept: OwnSettingsFragment, pending: SettingsInput | undefined): OwnSettingsFragment {
  if (pending === undefined) return kept;
  const { engine, model, activePromptGroup: group, output } = pending;
  const ofEngine = engine == null || engine === kept.engine ? {} : { engine, model: null, options: {} };
  return {
    ...kept,
    ...ofEngine,
    ...(model === undefined ? {} : { model }),
    ...(group === undefined ? {} : { activePromptGroup: group === null ? null : { id: String(group), name: "" } }),
    output: { ...kept.output, preset: output?.preset ?? kept.output.preset, format: output?.format ?? kept.output.format },
  };
}

export function useSettings({ save }: Pick<Saving, "save">): SettingsHandle {
  const { client } = useStudio();
  const settings = useRead(SettingsDocument, {});
  const engines = useRead(EnginesDocument, {});
  const presets = useRead(OutputPresetsDocument, {});
  const send = useCallback(
    (input: SettingsInput) => save(() => client.mutation(UpdateSettingsDocument, { input }).toPromise()),
    [client, save],
  );
  const { pending, change } = useChanges(send, merged);
  const kept = settings.data?.settings;
  return {
    settings: useMemo(() => kept && withPending(kept, pending), [kept, pending]),
    engines: useTitled(engines.data?.engines),
    presets: useTitled(presets.data?.outputPresets),
    error: settings.error ?? engines.error ?? presets.error,
    refresh: () => {
      settings.refresh();
      engines.refresh();
      presets.refresh();
    },
    change,
  };
}
