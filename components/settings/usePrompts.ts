// Prompt groups and their templates, to be made, changed, ordered and deleted; each change is kept at once.
import { useMemo } from "react";
import {
  CreatePromptGroupDocument,
  CreatePromptTemplateDocument,
  DeletePromptGroupDocument,
  DeletePromptTemplateDocument,
  PromptGroupsDocument,
  type PromptGroupsQuery,
  type PromptTemplateInput,
  SetActivePromptGroupDocument,
  type TemplateInFullFragment,
  UpdatePromptGroupDocument,
  UpdatePromptTemplateDocument,
} from "../api/generated/graphql.ts";
import { useStudio } from "../shared/context.ts";
import { useRead } from "../shared/useRead.ts";
import type { Saving } from "../shared/useSaving.ts";

export type Group = PromptGroupsQuery["promptGroups"][number];
export type Template = TemplateInFullFragment;

/** What is edited of a template; its place is changed apart. */
export type TemplateDraft = Omit<Template, "__typename" | "id" | "position">;

export interface PromptsHandle {
  /** Undefined until they are read. */
  readonly groups: readonly Group[] | undefined;
  readonly createGroup: (name: string) => Promise<string | undefined>;
  readonly renameGroup: (id: string, name: string) => void;
  readonly deleteGroup: (id: string) => Promise<boolean>;
  readonly takeGroup: (id: string) => void;
  readonly createTemplate: (group: string, name: string) => Promise<string | undefined>;
  readonly updateTemplate: (id: string, draft: TemplateDraft) => Promise<boolean>;
  readonly moveTemplate: (template: Template, position: number) => void;
  readonly deleteTemplate: (id: string) => void;
}

/** What a new template begins with: the API takes no empty one, and models are spoken to in English. */
const firstText =
  "Product photo of {{sku.title}} alone on pure white, with a soft contact shadow. Keep shape, colour and lettering exactly.";

/** All of it, since the API takes what is left out for its default. */
export function inputOf({ name, text, appliesTo, enabled, recipe }: TemplateDraft): PromptTemplateInput {
  const { background, colors, margin, shadow, sharpen, autoTone } = recipe;
  return { name, text, appliesTo, enabled, recipe: { background, colors, margin, shadow, sharpen, autoTone } };
}

export function usePrompts({ save }: Pick<Saving, "save">): PromptsHandle {
  const { client } = useStudio();
  const groups = useRead(PromptGroupsDocument, {}).data?.promptGroups;
  const actions = useMemo<Omit<PromptsHandle, "groups">>(
    () => ({
      createGroup: async (name) =>
        (await save(() => client.mutation(CreatePromptGroupDocument, { input: { name } }).toPromise()))?.createPromptGroup.id,
      renameGroup: (id, name) => void save(() => client.mutation(UpdatePromptGroupDocument, { id, input: { name } }).toPromise()),
      deleteGroup: async (id) => (await save(() => client.mutation(DeletePromptGroupDocument, { id }).toPromise())) !== undefined,
      takeGroup: (id) => void save(() => client.mutation(SetActivePromptGroupDocument, { id }).toPromise()),
      createTemplate: async (group, name) => {
        const input = { name, text: firstText };
        return (await save(() => client.mutation(CreatePromptTemplateDocument, { group, input }).toPromise()))?.createPromptTemplate.id;
      },
      updateTemplate: async (id, draft) =>
        (await save(() => client.mutation(UpdatePromptTemplateDocument, { id, input: inputOf(draft) }).toPromise())) !== undefined,
      moveTemplate: (template, position) =>
        void save(() =>
          client.mutation(UpdatePromptTemplateDocument, { id: template.id, input: { ...inputOf(template), position } }).toPromise(),
        ),
      deleteTemplate: (id) => void save(() => client.mutation(DeletePromptTemplateDocument, { id }).toPromise()),
    }),
    [client, save],
  );
  return { groups, ...actions };
}
