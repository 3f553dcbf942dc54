// The viewer's own settings, and what they can be chosen from; each change is kept at once.
import { useCallback } from "react";
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
import { useRead } from "../shared/useRead.ts";
import type { Saving } from "../shared/useSaving.ts";

export interface SettingsHandle {
  /** Undefined until they are read. */
  readonly settings: OwnSettingsFragment | undefined;
  readonly engines: EnginesQuery["engines"];
  readonly presets: OutputPresetsQuery["outputPresets"];
  readonly error: CombinedError | undefined;
  readonly refresh: () => void;
  readonly change: (input: SettingsInput) => void;
}

export function useSettings({ save }: Pick<Saving, "save">): SettingsHandle {
  const { client } = useStudio();
  const settings = useRead(SettingsDocument, {});
  const engines = useRead(EnginesDocument, {});
  const presets = useRead(OutputPresetsDocument, {});
  const change = useCallback(
    (input: SettingsInput) => void save(() => client.mutation(UpdateSettingsDocument, { input }).toPromise()),
    [client, save],
  );
  return {
    settings: settings.data?.settings,
    engines: engines.data?.engines ?? [],
    presets: presets.data?.outputPresets ?? [],
    error: settings.error ?? engines.error ?? presets.error,
    refresh: () => {
      settings.refresh();
      engines.refresh();
      presets.refresh();
    },
    change,
  };
}
