// Prompt groups, and the templates of one in their order; order decides, so it can be seen and changed.
import { Pencil, Plus, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { PairCellFragment } from "../api/generated/graphql.ts";
import { SettingsDocument } from "../api/generated/graphql.ts";
import { Button } from "../shared/Button.tsx";
import { SelectField } from "../shared/Choice.tsx";
import { useStudio } from "../shared/context.ts";
import { Status } from "../shared/Status.tsx";
import { Blank } from "../shared/Trouble.tsx";
import { useRead } from "../shared/useRead.ts";
import type { Saving } from "../shared/useSaving.ts";
import { TemplateEditor } from "./TemplateEditor.tsx";
import { TemplateList } from "./TemplateList.tsx";
import { type Group, type PromptsHandle, usePrompts } from "./usePrompts.ts";

/** As the API takes it. */
const maxNameLength = 100;

export interface PromptsProps {
  readonly saving: Saving;
  readonly canEdit: boolean;
  readonly photos: readonly PairCellFragment[];
}

export function Prompts({ saving, canEdit, photos }: PromptsProps) {
  const { t } = useStudio();
  const prompts = usePrompts(saving);
  const settings = useRead(SettingsDocument, {});
  const active = settings.data?.settings.activePromptGroup?.id;
  const [chosenGroup, setGroup] = useState<string>();
  const [chosenTemplate, setTemplate] = useState<string>();
  /** A group that was asked for and is not in the list yet; "asked" before its id is known. */
  const [coming, setComing] = useState<string>();
  const { groups } = prompts;
  // Which group is in use decides what is opened first, and what is open is not taken from under the hands.
  if (groups === undefined || settings.isLoading) return <Blank title={t("loading")} />;
  if (coming !== undefined && groups.some(({ id }) => id === coming)) {
    setGroup(coming);
    setComing(undefined);
  }
  const makeGroup = async (name: string): Promise<void> => {
    setComing("asked");
    setComing(await prompts.createGroup(name));
  };
  const group = groups.find(({ id }) => id === chosenGroup) ?? groups.find(({ id }) => id === active) ?? groups[0];
  const template = group?.templates.find(({ id }) => id === chosenTemplate) ?? group?.templates[0];
  // What is open stays open while the order changes, and while somebody else chooses another group.
  if (group !== undefined && chosenGroup === undefined) setGroup(group.id);
  if (template !== undefined && template.id !== chosenTemplate) setTemplate(template.id);
  return (
    <div className="studio-prompts">
      <div className="studio-prompts-side">
        <GroupBar groups={groups} group={group} prompts={prompts} canEdit={canEdit} onChoose={setGroup} onMake={makeGroup} />
        {group === undefined ? (
          <p className="studio-2nd">{t("promptGroupsNone")}</p>
        ) : (
          <>
            <div className="studio-line studio-small">
              {group.id === active ? (
                <Status mark="approved">{t("promptGroupActive")}</Status>
              ) : (
                <Button size="xs" disabled={coming !== undefined} onClick={() => prompts.takeGroup(group.id)}>
                  {t("promptGroupUse")}
                </Button>
              )}
              <span className="studio-grow" />
              <span className="studio-2nd">{t("templates", { count: group.templates.length })}</span>
            </div>
            <TemplateList group={group} chosen={template?.id} onChoose={setTemplate} prompts={prompts} canEdit={canEdit} />
            {canEdit ? (
              <Button
                kind="quiet"
                className="studio-start"
                icon={<Plus className="studio-icon" />}
                // Pressed right after a new group was named, it would add to the one before.
                disabled={coming !== undefined}
                onClick={async () => setTemplate(await prompts.createTemplate(group.id, t("templateNew")))}
              >
                {t("templateAdd")}
              </Button>
            ) : null}
            <span className="studio-grow" />
            <p className="studio-small studio-2nd">{t("templateOrderHint")}</p>
          </>
        )}
      </div>
      {template === undefined || coming !== undefined ? (
        <Blank title={coming !== undefined ? t("loading") : group === undefined ? "" : t("templatesNone")} />
      ) : (
        <TemplateEditor key={template.id} template={template} prompts={prompts} canEdit={canEdit} photos={photos} />
      )}
    </div>
  );
}

interface GroupBarProps {
  readonly groups: readonly Group[];
  readonly group: Group | undefined;
  readonly prompts: PromptsHandle;
  readonly canEdit: boolean;
  readonly onChoose: (id: string | undefined) => void;
  readonly onMake: (name: string) => Promise<void>;
}

function GroupBar({ groups, group, prompts, canEdit, onChoose, onMake }: GroupBarProps) {
  const { t } = useStudio();
  const [naming, setNaming] = useState<"new" | "old">();
  if (naming !== undefined) {
    return (
      <NameField
        value={naming === "old" ? (group?.name ?? "") : ""}
        onCancel={() => setNaming(undefined)}
        onName={async (name) => {
          setNaming(undefined);
          if (naming === "new") await onMake(name);
          else if (group !== undefined) prompts.renameGroup(group.id, name);
        }}
      />
    );
  }
  return (
    <div className="studio-line">
      <div className="studio-grow">
        {group === undefined ? null : (
          <SelectField
            label={t("promptGroup")}
            isLabelHidden
            value={group.id}
            onChange={onChoose}
            options={groups.map(({ id, name }) => ({ value: id, label: name }))}
          />
        )}
      </div>
      {canEdit && group !== undefined ? (
        <>
          <Button kind="quiet" label={t("promptGroupRename")} icon={<Pencil className="studio-icon" />} onClick={() => setNaming("old")} />
          <Button
            kind="quiet"
            label={t("promptGroupDelete")}
            icon={<Trash2 className="studio-icon" />}
            // The server refuses while anybody uses it, and says so; templates are deleted first, so that nothing goes by a slip.
            disabled={group.templates.length > 0}
            onClick={async () => {
              if (await prompts.deleteGroup(group.id)) onChoose(undefined);
            }}
          />
        </>
      ) : null}
      {canEdit ? (
        <Button kind="quiet" label={t("promptGroupNew")} icon={<Plus className="studio-icon" />} onClick={() => setNaming("new")} />
      ) : null}
    </div>
  );
}

interface NameFieldProps {
  readonly value: string;
  readonly onName: (name: string) => void;
  readonly onCancel: () => void;
}

function NameField({ value, onName, onCancel }: NameFieldProps) {
  const { t } = useStudio();
  const [name, setName] = useState(value);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim() !== "") onName(name.trim());
  };
  return (
    <form className="studio-line" onSubmit={submit}>
      <input
        className="studio-field studio-input studio-grow"
        data-framed=""
        aria-label={t("promptGroupName")}
        placeholder={t("promptGroupName")}
        maxLength={maxNameLength}
        // biome-ignore lint/a11y/noAutofocus: it comes in place of the button that was pressed
        autoFocus
        value={name}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          event.stopPropagation();
          onCancel();
        }}
      />
      <Button type="submit" disabled={name.trim() === ""}>
        {t("settingsDone")}
      </Button>
    </form>
  );
}
