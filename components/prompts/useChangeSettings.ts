// The viewer's own settings as they are chosen in the bar: engine, prompts and output, kept by the server.
import { useCallback, useState } from "react";
import { useClient } from "urql";
import { failureText } from "../api/failure.ts";
import { SetActivePromptGroupDocument, UpdateSettingsDocument } from "../api/generated/graphql.ts";
import { useStudio } from "../shared/context.ts";

export interface SettingsChange {
  readonly engine?: string;
  readonly preset?: string;
  /** Id of a prompt group; the empty word for none. */
  readonly group?: string;
}

export interface ChangeSettings {
  readonly change: (change: SettingsChange) => void;
  /** Why the last change was not kept. */
  readonly failure: string | undefined;
  readonly clear: () => void;
}

export function useChangeSettings(): ChangeSettings {
  const client = useClient();
  const { t } = useStudio();
  const [failure, setFailure] = useState<string>();
  const change = useCallback(
    async ({ engine, preset, group }: SettingsChange) => {
      const { error } = group
        ? await client.mutation(SetActivePromptGroupDocument, { id: group })
        : await client.mutation(UpdateSettingsDocument, {
            input: {
              ...(engine === undefined ? {} : { engine }),
              ...(preset === undefined ? {} : { output: { preset } }),
              ...(group === "" ? { activePromptGroup: null } : {}),
            },
          });
      setFailure(error && t("putBack", { reason: failureText(error) ?? t("serverSilent") }));
    },
    [client, t],
  );
  return { change: (next) => void change(next), failure, clear: useCallback(() => setFailure(undefined), []) };
}
