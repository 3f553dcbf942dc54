// Starting jobs: which engines and outputs there are, what the viewer's settings say, and the submission itself.
import { useCallback, useMemo, useState } from "react";
import { useClient } from "urql";
import { failureText } from "../api/failure.ts";
import {
  EnginesDocument,
  type EnginesQuery,
  type JobStateFragment,
  OutputPresetsDocument,
  type OutputPresetsQuery,
  PromptGroupsDocument,
  type PromptGroupsQuery,
  SettingsDocument,
  SubmitJobDocument,
  type SubmitJobInput,
} from "../api/generated/graphql.ts";
import { useStudio } from "../shared/context.ts";
import { randomId } from "../shared/random-id.ts";
import { useRead } from "../shared/useRead.ts";
import { useTitled } from "../shared/useTitled.ts";

export type Engine = EnginesQuery["engines"][number];
export type OutputPreset = OutputPresetsQuery["outputPresets"][number];

export type PromptGroup = PromptGroupsQuery["promptGroups"][number];

export interface RunChoices {
  readonly engines: readonly Engine[];
  readonly presets: readonly OutputPreset[];
  readonly groups: readonly PromptGroup[];
  /** Id of the prompt group in use; undefined where none is. */
  readonly group: string | undefined;
  /** The engine that runs when none is given: the viewer's setting, else the server's first. */
  readonly engine: string | undefined;
  /** The model and the options that go with it by the viewer's settings; they say nothing of other engines. */
  readonly model?: string | undefined;
  readonly options?: unknown;
  /** The preset likewise. */
  readonly preset: string | undefined;
  readonly engineTitle: (name: string) => string;
  readonly presetTitle: (name: string) => string;
}

const no: readonly never[] = [];

export function useRunChoices(): RunChoices {
  const { t } = useStudio();
  const engines = useTitled(useRead(EnginesDocument, {}).data?.engines);
  const presets = useTitled(useRead(OutputPresetsDocument, {}).data?.outputPresets);
  const groups = useRead(PromptGroupsDocument, {}).data?.promptGroups ?? no;
  const settings = useRead(SettingsDocument, {}).data?.settings;
  return useMemo(
    () => ({
      engines,
      presets,
      groups,
      group: settings?.activePromptGroup?.id,
      engine: settings?.engine ?? engines.find((engine) => engine.available)?.name,
      model: settings?.model ?? undefined,
      options: settings?.options,
      preset: settings?.output.preset ?? (settings === undefined ? presets[0]?.name : undefined),
      // An edit's results bear this name in place of an engine's.
      engineTitle: (name) =>
        (name === "edit" ? t("editedByHand") : undefined) ?? engines.find((engine) => engine.name === name)?.title ?? name,
      presetTitle: (name) => presets.find((preset) => preset.name === name)?.title ?? name,
    }),
    [engines, presets, groups, settings, t],
  );
}

export interface Run {
  readonly isStarting: boolean;
  /** Why the last try did not start. */
  readonly failure: string | undefined;
  readonly start: (input: SubmitJobInput) => Promise<JobStateFragment | undefined>;
  readonly clear: () => void;
}

/** The same submission sent twice (a lost answer, a second press) starts one job: each try of one opening bears one key. */
export function useRun(): Run {
  const client = useClient();
  const { t, say } = useStudio();
  const [isStarting, setIsStarting] = useState(false);
  const [failure, setFailure] = useState<string>();
  const start = useCallback(
    async (input: SubmitJobInput) => {
      setIsStarting(true);
      setFailure(undefined);
      const { data, error } = await client.mutation(SubmitJobDocument, { input: { idempotencyKey: randomId(), ...input } });
      setIsStarting(false);
      if (error !== undefined) setFailure(failureText(error, say) ?? t("serverSilent"));
      return data?.submitJob;
    },
    [client, t, say],
  );
  return { isStarting, failure, start, clear: useCallback(() => setFailure(undefined), []) };
}
