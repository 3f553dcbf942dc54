// Prompt groups: making and deleting them, who has which active, and who may change them and their templates.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Ask, createTestApi, type TestApi } from "../testkit/api.ts";
import {
  activate,
  createGroup,
  createTemplate,
  deleteGroup,
  deleteTemplate,
  makeGroup,
  makeTemplate,
  readGroups,
  templateOrder,
  updateGroup,
  updateTemplate,
} from "../testkit/prompts.ts";

const unknownId = Buffer.from("PromptGroup:0190b2a0-0000-7000-8000-000000000000").toString("base64");
const unknownTemplateId = Buffer.from("PromptTemplate:0190b2a0-0000-7000-8000-000000000000").toString("base64");

describe("prompts", () => {
  let api: TestApi;
  let ask: Ask;
  let workspace: string;
  let workspaces = 0;
  beforeAll(async () => {
    api = await createTestApi();
  });
  afterAll(() => api.close());
  beforeEach(() => {
    workspace = `prompts-${++workspaces}`;
    ask = api.as({ workspace });
  });

  const made = (name?: string): Promise<string> => makeGroup(ask, name);
  const madeTemplate = (group: string, name: string, more?: Record<string, unknown>) => makeTemplate(ask, group, name, more);

  describe("groups", () => {
    it("are made, listed by name, renamed, and found by their id", async () => {
      const { data } = await ask(createGroup, { input: { name: "  White  ", description: "for Ozon" } });
      expect(data.createPromptGroup).toMatchObject({ name: "White", description: "for Ozon", isActive: false, templates: [] });
      const { id } = data.createPromptGroup;
      await made("Autumn");
      expect((await ask(readGroups)).data.promptGroups.map(({ name }: { name: string }) => name)).toEqual(["Autumn", "White"]);
      const kept = (await ask(updateGroup, { id, input: { name: "Whiter" } })).data.updatePromptGroup;
      expect(kept).toEqual({ id, name: "Whiter", description: "for Ozon" });
      const cleared = (await ask(updateGroup, { id, input: { name: "Whiter", description: null } })).data.updatePromptGroup;
      expect(cleared).toEqual({ id, name: "Whiter", description: null });
      const node = await ask(`query ($id: ID!) { node(id: $id) { id ... on PromptGroup { name } } }`, { id });
      expect(node.data.node).toEqual({ id, name: "Whiter" });
    });

    it("have a name of their own in the workspace, and any name in another one", async () => {
      await made("Taken");
      const id = await made("Free");
      for (const refused of [
        await ask(createGroup, { input: { name: " Taken" } }),
        await ask(updateGroup, { id, input: { name: "Taken" } }),
      ]) {
        expect(refused.errors?.[0]).toMatchObject({ extensions: { code: "CONFLICT" }, message: expect.stringContaining("Taken") });
      }
      const elsewhere = await api.as({ workspace: `${workspace}-other` })(createGroup, { input: { name: "Taken" } });
      expect(elsewhere.errors).toBeUndefined();
    });

    it("are not held by an API key that was revoked or has expired", async () => {
      const id = await made();
      const keys = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { id } secret } }`;
      const input = { name: "script", role: "EDITOR" };
      const owner = api.as({ workspace, role: "OWNER" });
      const { secret, apiKey } = (await owner(keys, { input })).data.createApiKey;
      const activated = await api.fetch(
        new Request(`${api.app.config.publicUrl}/graphql`, {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${secret}` },
          body: JSON.stringify({ query: activate, variables: { id } }),
        }),
      );
      expect((await activated.json()).errors).toBeUndefined();
      expect((await ask(deleteGroup, { id })).errors?.[0]?.message).toContain("they must first choose another group, or none");
      await owner(`mutation ($id: ID!) { revokeApiKey(id: $id) { id } }`, { id: apiKey.id });
      expect((await ask(deleteGroup, { id })).data.deletePromptGroup).toBe(id);
      expect((await ask(readGroups)).data.promptGroups).toEqual([]);
    });

    it("are active for one user and not for another, and can not be deleted as long as they are", async () => {
      const id = await made();
      const ann = api.as({ workspace, user: "ann", role: "REVIEWER" });
      const bob = api.as({ workspace, user: "bob" });
      expect((await ann(activate, { id })).data.setActivePromptGroup.activePromptGroup).toEqual({ id, name: "Group", isActive: true });
      expect((await bob(readGroups)).data.promptGroups[0].isActive).toBe(false);
      expect((await ask(deleteGroup, { id })).errors?.[0]).toMatchObject({
        extensions: { code: "CONFLICT" },
        message: expect.stringContaining("active for you,"),
      });
      expect((await bob(deleteGroup, { id })).errors?.[0]?.message).toContain("active for 1 other user,");
      await bob(activate, { id });
      expect((await bob(deleteGroup, { id })).errors?.[0]?.message).toContain("active for you and 1 other user,");
      const other = await made("Other");
      for (const one of [ann, bob]) await one(activate, { id: other });
      expect((await ask(deleteGroup, { id })).data).toEqual({ deletePromptGroup: id });
      expect((await ask(deleteGroup, { id })).errors?.[0]?.extensions.code).toBe("NOT_FOUND");
    });

    it("are never active and deleted, however the two race", async () => {
      for (let round = 0; round < 5; round++) {
        const id = await made(`Raced ${round}`);
        const [set, deleted] = await Promise.all([ask(activate, { id }), ask(deleteGroup, { id })]);
        const codes = [set.errors?.[0]?.extensions.code, deleted.errors?.[0]?.extensions.code];
        expect([
          ["NOT_FOUND", undefined],
          [undefined, "CONFLICT"],
        ]).toContainEqual(codes);
      }
    });
  });

  const mutations = (group: string, id: string): [string, string, Record<string, unknown>][] => [
    ["updatePromptGroup", updateGroup, { id: group, input: { name: "x" } }],
    ["deletePromptGroup", deleteGroup, { id: group }],
    ["setActivePromptGroup", activate, { id: group }],
    ["createPromptTemplate", createTemplate, { group, input: { name: "x", text: "x" } }],
    ["updatePromptTemplate", updateTemplate, { id, input: { name: "x", text: "x" } }],
    ["deletePromptTemplate", deleteTemplate, { id }],
  ];

  it("answers another workspace's id, one that never was and one that is none in the same words", async () => {
    const group = await made();
    const { id } = await madeTemplate(group, "t");
    const foreign = api.as({ workspace: `${workspace}-other` });
    const answers = [mutations(group, id), mutations(unknownId, unknownTemplateId), mutations("nonsense", group)];
    for (const [name, document] of mutations("", "")) {
      const words = [];
      for (const each of answers) {
        const variables = each.find(([other]) => other === name)?.[2] ?? {};
        const [error] = (await foreign(document, variables)).errors ?? [];
        expect([name, error?.extensions.code]).toEqual([name, "NOT_FOUND"]);
        words.push(error?.message);
      }
      expect(new Set(words).size).toBe(1);
    }
    expect(await templateOrder(ask)).toEqual([["t", 0]]);
  });

  it("lets editors change them, reviewers only choose, viewers only look", async () => {
    const group = await made();
    const { id } = await madeTemplate(group, "t");
    for (const [name, document, variables] of [
      ...mutations(unknownId, unknownTemplateId),
      ["createPromptGroup", createGroup, { input: { name: "" } }],
    ] as const) {
      for (const role of name === "setActivePromptGroup" ? (["VIEWER"] as const) : (["VIEWER", "REVIEWER"] as const)) {
        expect([name, role, (await api.as({ workspace, role })(document, variables)).errors?.[0]?.extensions.code]).toEqual([
          name,
          role,
          "FORBIDDEN",
        ]);
      }
    }
    const viewer = await api.as({ workspace, role: "VIEWER" })(readGroups);
    expect(viewer.data.promptGroups[0].templates).toEqual([{ id, name: "t", position: 0 }]);
  });
});
