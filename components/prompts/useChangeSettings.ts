// The viewer's own settings as they are chosen in the bar: engine, prompts and output, shown at once and kept by the server.
import { useCallback, useState } from "react";
import { useClient } from "urql";
import { failureText } from "../api/failure.ts";
import { UpdateSettingsDocument } from "../api/generated/graphql.ts";
import { useStudio } from "../shared/context.ts";
import { useChanges } from "../shared/useChanges.ts";
import type { RunChoices } from "./useRun.ts";

export interface SettingsChange {
  readonly engine?: string;
  readonly preset?: string;
  /** Id of a prompt group; the empty word for none. */
  readonly group?: string;
}

export interface ChangeSettings {
  readonly change: (change: SettingsChange) => void;
  /** What the server has not answered for yet. */
  readonly pending: SettingsChange | undefined;
  /** Why the last change was not kept. */
  readonly failure: string | undefined;
  readonly clear: () => void;
}

const merged = (earlier: SettingsChange | undefined, later: SettingsChange): SettingsChange => ({ ...earlier, ...later });

export function useChangeSettings(): ChangeSettings {
  const client = useClient();
  const { t, say } = useStudio();
  const [failure, setFailure] = useState<string>();
  const send = useCallback(
    async ({ engine, preset, group }: SettingsChange) => {
      const input = {
        ...(engine === undefined ? {} : { engine }),
        ...(preset === undefined ? {} : { output: { preset } }),
        ...(group === undefined ? {} : { activePromptGroup: group === "" ? null : group }),
      };
      const { error } = await client.mutation(UpdateSettingsDocument, { input });
      setFailure(error && t("putBack", { reason: failureText(error, say) ?? t("serverSilent") }));
    },
    [client, t, say],
  );
  const { pending, change } = useChanges(send, merged);
  return { change, pending, failure, clear: useCallback(() => setFailure(undefined), []) };
}

/** The choices as they stand once what is pending is kept. */
export function withPending(choices: RunChoices, pending: SettingsChange | undefined): RunChoices {
  if (pending === undefined) return choices;
  const { engine = choices.engine, preset = choices.preset, group } = pending;
  // Another engine has another model and other options.
  const { model, options } = engine === choices.engine ? choices : {};
  return { ...choices, engine, preset, model, options, group: group === undefined ? choices.group : group === "" ? undefined : group };
}
