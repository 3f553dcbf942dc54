// One template: its words above, what engines without prompts do instead, and one photo to try it on.
import { Trash2 } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import type { PairCellFragment } from "../api/generated/graphql.ts";
import { Button } from "../shared/Button.tsx";
import { SelectField } from "../shared/Choice.tsx";
import { useStudio } from "../shared/context.ts";
import { useStudioId } from "../shared/useStudioId.ts";
import { PromptField } from "./PromptField.tsx";
import { RecipeForm } from "./RecipeForm.tsx";
import { scopeWords } from "./TemplateList.tsx";
import { TryOut } from "./TryOut.tsx";
import type { PromptsHandle, Template, TemplateDraft } from "./usePrompts.ts";
import { unknownVariables } from "./variables.ts";

/** Changes that rest this long are sent. */
const restMs = 700;
/** As the API takes it. */
const maxNameLength = 100;
const scopes = ["ALL", "MAIN", "DETAIL"] as const;

export interface TemplateEditorProps {
  readonly template: Template;
  readonly prompts: PromptsHandle;
  readonly canEdit: boolean;
  readonly photos: readonly PairCellFragment[];
}

export function TemplateEditor({ template, prompts, canEdit, photos }: TemplateEditorProps) {
  const { t } = useStudio();
  const nameId = useStudioId();
  const { draft, change, flush } = useDraft(template, prompts.updateTemplate);
  return (
    <div className="studio-template-editor">
      <div className="studio-template-head">
        <div className="studio-formrow studio-grow">
          <label className="studio-label" htmlFor={nameId}>
            {t("name")}
          </label>
          <input
            id={nameId}
            className="studio-field studio-input"
            data-framed=""
            maxLength={maxNameLength}
            disabled={!canEdit}
            value={draft.name}
            onChange={(event) => change({ name: event.target.value })}
            onBlur={() => void flush()}
          />
        </div>
        <SelectField
          label={t("appliesTo")}
          value={draft.appliesTo}
          disabled={!canEdit}
          onChange={(appliesTo) => change({ appliesTo })}
          options={scopes.map((value) => ({ value, label: t(scopeWords[value]) }))}
        />
        {canEdit ? (
          <Button
            kind="quiet"
            className="studio-template-delete"
            label={t("templateDelete")}
            icon={<Trash2 className="studio-icon" />}
            onClick={() => prompts.deleteTemplate(template.id)}
          />
        ) : null}
      </div>
      <PromptField value={draft.text} disabled={!canEdit} onChange={(text) => change({ text })} onBlur={() => void flush()} />
      <div className="studio-template-proof">
        <RecipeForm recipe={draft.recipe} disabled={!canEdit} onChange={(recipe) => change({ recipe })} />
        {canEdit ? <TryOut template={template.id} photos={photos} onBefore={flush} /> : null}
      </div>
    </div>
  );
}

/** What the API would not take waits until it is whole; the rest goes without it. */
function sendable(changes: Partial<TemplateDraft>): Partial<TemplateDraft> {
  const { name, text, ...rest } = changes;
  return {
    ...rest,
    ...(name === undefined || name.trim() === "" ? {} : { name }),
    ...(text === undefined || text.trim() === "" || unknownVariables(text).length > 0 ? {} : { text }),
  };
}

/** What is being changed, sent when it rests, when it is left, and at the latest when the editor closes. */
function useDraft(template: Template, send: PromptsHandle["updateTemplate"]) {
  const [changes, setChanges] = useState<Partial<TemplateDraft>>({});
  const pending = useRef<Partial<TemplateDraft>>({});
  const latest = useRef({ template, send });
  useEffect(() => {
    latest.current = { template, send };
  });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const flush = useCallback(async (): Promise<void> => {
    clearTimeout(timer.current);
    const sent = sendable(pending.current);
    if (Object.keys(sent).length === 0) return;
    pending.current = {};
    await latest.current.send(latest.current.template.id, { ...latest.current.template, ...sent });
  }, []);
  useEffect(
    () => () => {
      void flush();
    },
    [flush],
  );
  return {
    draft: { ...template, ...changes },
    change: (part: Partial<TemplateDraft>): void => {
      pending.current = { ...pending.current, ...part };
      setChanges((now) => ({ ...now, ...part }));
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void flush(), restMs);
    },
    flush,
  };
}
