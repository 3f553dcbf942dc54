// What tests of prompt groups ask over the API.
import type { Ask } from "./api.ts";

const template = "id name text appliesTo position enabled recipe { background colors shadow margin autoTone sharpen }";
export const createGroup = `mutation ($input: PromptGroupInput!) { createPromptGroup(input: $input) { id name description isActive templates { id } } }`;
export const updateGroup = `mutation ($id: ID!, $input: PromptGroupInput!) { updatePromptGroup(id: $id, input: $input) { id name description } }`;
export const deleteGroup = `mutation ($id: ID!) { deletePromptGroup(id: $id) }`;
export const activate = `mutation ($id: ID!) { setActivePromptGroup(id: $id) { activePromptGroup { id name isActive } } }`;
export const createTemplate = `mutation ($group: ID!, $input: PromptTemplateInput!) { createPromptTemplate(group: $group, input: $input) { ${template} } }`;
export const updateTemplate = `mutation ($id: ID!, $input: PromptTemplateInput!) { updatePromptTemplate(id: $id, input: $input) { ${template} } }`;
export const deleteTemplate = `mutation ($id: ID!) { deletePromptTemplate(id: $id) }`;
export const readGroups = `{ promptGroups { id name isActive templates { id name position } } }`;

export const makeGroup = async (ask: Ask, name = "Group"): Promise<string> =>
  (await ask(createGroup, { input: { name } })).data.createPromptGroup.id;

export const makeTemplate = async (ask: Ask, group: string, name: string, more: Record<string, unknown> = {}) =>
  (await ask(createTemplate, { group, input: { name, text: `text of ${name}`, ...more } })).data.createPromptTemplate;

/** Name and position of the only group's templates, as they are listed. */
export const templateOrder = async (ask: Ask): Promise<[string, number][]> =>
  (await ask(readGroups)).data.promptGroups[0].templates.map(({ name, position }: { name: string; position: number }) => [name, position]);
