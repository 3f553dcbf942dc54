// Prompt groups and templates: making, ordering and deleting them, who has which active, and what a BATCH makes of them.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Ask, createTestApi, type TestApi } from "../testkit/api.ts";
import { scriptedEngine } from "../testkit/engines.ts";
import { makePhoto, upload } from "../testkit/photos.ts";
import { until } from "../testkit/until.ts";

const template = "id name text appliesTo position enabled recipe { background colors shadow margin autoTone sharpen }";
const createGroup = `mutation ($input: PromptGroupInput!) { createPromptGroup(input: $input) { id name description isActive templates { id } } }`;
const updateGroup = `mutation ($id: ID!, $input: PromptGroupInput!) { updatePromptGroup(id: $id, input: $input) { id name description } }`;
const deleteGroup = `mutation ($id: ID!) { deletePromptGroup(id: $id) }`;
const activate = `mutation ($id: ID!) { setActivePromptGroup(id: $id) { activePromptGroup { id name isActive } } }`;
const createTemplate = `mutation ($group: ID!, $input: PromptTemplateInput!) { createPromptTemplate(group: $group, input: $input) { ${template} } }`;
const updateTemplate = `mutation ($id: ID!, $input: PromptTemplateInput!) { updatePromptTemplate(id: $id, input: $input) { ${template} } }`;
const deleteTemplate = `mutation ($id: ID!) { deletePromptTemplate(id: $id) }`;
const readGroups = `{ promptGroups { id name isActive templates { id name position } } }`;
const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id } }`;

const white = { background: "COLOR", colors: ["#ffffff"], shadow: 0.3, margin: 0.08, autoTone: true, sharpen: 0.3 };
const unknownId = Buffer.from("PromptGroup:0190b2a0-0000-7000-8000-000000000000").toString("base64");
const unknownTemplateId = Buffer.from("PromptTemplate:0190b2a0-0000-7000-8000-000000000000").toString("base64");

describe("prompts", () => {
  const engine = scriptedEngine();
  let api: TestApi;
  let ask: Ask;
  let workspace: string;
  let workspaces = 0;
  beforeAll(async () => {
    api = await createTestApi({ engines: engine.engines });
  });
  afterAll(() => api.close());
  beforeEach(() => {
    workspace = `prompts-${++workspaces}`;
    ask = api.as({ workspace });
  });

  const made = async (name = "Group"): Promise<string> => (await ask(createGroup, { input: { name } })).data.createPromptGroup.id;
  const madeTemplate = async (group: string, name: string, more: Record<string, unknown> = {}) =>
    (await ask(createTemplate, { group, input: { name, text: `text of ${name}`, ...more } })).data.createPromptTemplate;
  const order = async (): Promise<[string, number][]> =>
    (await ask(readGroups)).data.promptGroups[0].templates.map(({ name, position }: { name: string; position: number }) => [
      name,
      position,
    ]);

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
      expect((await ask(deleteGroup, { id })).errors?.[0]?.message).toContain("they choose another group, or none");
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

  describe("templates", () => {
    it("take white and the end of the list when nothing else is said", async () => {
      const group = await made();
      await madeTemplate(group, "first");
      expect(await madeTemplate(group, "second")).toMatchObject({ appliesTo: "ALL", position: 1, enabled: true, recipe: white });
    });

    it("stand in an order without gaps, whether they are inserted, moved or deleted", async () => {
      const group = await made();
      const a = await madeTemplate(group, "a");
      const b = await madeTemplate(group, "b");
      const c = await madeTemplate(group, "c", { position: 0 });
      await madeTemplate(group, "d", { position: 2 });
      await madeTemplate(group, "e", { position: 99 });
      expect(await order()).toEqual([
        ["c", 0],
        ["a", 1],
        ["d", 2],
        ["b", 3],
        ["e", 4],
      ]);
      expect(
        (await ask(updateTemplate, { id: b.id, input: { name: "b", text: "x", position: 0 } })).data.updatePromptTemplate.position,
      ).toBe(0);
      await ask(updateTemplate, { id: c.id, input: { name: "c", text: "x", position: 99 } });
      expect((await ask(deleteTemplate, { id: a.id })).data).toEqual({ deletePromptTemplate: a.id });
      expect(await order()).toEqual([
        ["b", 0],
        ["d", 1],
        ["e", 2],
        ["c", 3],
      ]);
    });

    it("keep an order without gaps when many are added and moved at once", async () => {
      const group = await made();
      const first = await madeTemplate(group, "first");
      await Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          n % 2 === 0
            ? ask(createTemplate, { group, input: { name: `t${n}`, text: "x", position: 0 } })
            : ask(updateTemplate, { id: first.id, input: { name: "first", text: "x", position: n } }),
        ),
      );
      expect((await order()).map(([, position]) => position)).toEqual([0, 1, 2, 3, 4]);
    });

    it("keep their recipe and place in an update that names neither, and take those that it names", async () => {
      const group = await made();
      const recipe = { background: "GRADIENT", colors: ["#fff", "#d0d0d0"], shadow: 0, margin: 0.4, autoTone: false, sharpen: 1 };
      const { id } = await madeTemplate(group, "t", { recipe, enabled: false, appliesTo: "MAIN" });
      await madeTemplate(group, "u");
      const kept = (await ask(updateTemplate, { id, input: { name: "t2", text: "new", enabled: false } })).data.updatePromptTemplate;
      expect(kept).toEqual({ id, name: "t2", text: "new", appliesTo: "MAIN", position: 0, enabled: false, recipe });
      const clear = { name: "t2", text: "new", appliesTo: "DETAIL", recipe: { background: "TRANSPARENT" } };
      expect((await ask(updateTemplate, { id, input: { name: "t2", text: "new" } })).data.updatePromptTemplate).toMatchObject({
        appliesTo: "MAIN",
        enabled: false,
      });
      const apart = `mutation ($id: ID!, $text: String!, $enabled: Boolean) {
        updatePromptTemplate(id: $id, input: { name: "t2", text: $text, enabled: $enabled }) { text enabled appliesTo }
      }`;
      expect((await ask(apart, { id, text: "newer" })).data.updatePromptTemplate).toEqual({
        text: "newer",
        enabled: false,
        appliesTo: "MAIN",
      });
      expect((await ask(apart, { id, text: "new", enabled: true })).data.updatePromptTemplate).toMatchObject({ enabled: true });
      await ask(apart, { id, text: "new", enabled: false });
      expect((await ask(updateTemplate, { id, input: clear })).data.updatePromptTemplate).toMatchObject({
        appliesTo: "DETAIL",
        recipe: { ...white, background: "TRANSPARENT", colors: [] },
      });
    });

    it.each([
      ["an empty name", { name: " " }, /^name /],
      ["an empty text", { text: " " }, /^text /],
      ["a text too long", { text: "x".repeat(10_001) }, /^text .*10000/],
      ["a text with NUL", { text: "a\0b" }, /^text /],
      ["an unknown variable", { text: "{{sku.code}} {{ sku.kode }}" }, /^text .*\{\{sku\.kode\}\}.*\{\{image\.position\}\}/],
      ["a variable that never closes", { text: "a {{sku.code of" }, /^text /],
      ["a position below 0", { position: -1 }, /^position /],
      ["two colours for one", { recipe: { background: "COLOR", colors: ["#fff", "#000"] } }, /^recipe\.colors /],
      ["one colour for a gradient", { recipe: { background: "GRADIENT" } }, /^recipe\.colors /],
      ["a colour where none goes", { recipe: { background: "KEEP", colors: ["#000000"] } }, /^recipe\.colors /],
      ["a colour by name", { recipe: { colors: ["white"] } }, /^recipe\.colors .*white/],
      ["a shadow of 2", { recipe: { shadow: 2 } }, /^recipe\.shadow .*between 0 and 1/],
      ["a margin of 0.5", { recipe: { margin: 0.5 } }, /^recipe\.margin .*0\.4/],
      ["a negative sharpen", { recipe: { sharpen: -0.1 } }, /^recipe\.sharpen /],
    ])("refuse %s, naming the field, and change nothing", async (_case, wrong, words) => {
      const group = await made();
      const { id } = await madeTemplate(group, "t");
      const input = { name: "changed", text: "fine", ...wrong };
      for (const refused of [await ask(createTemplate, { group, input }), await ask(updateTemplate, { id, input })]) {
        expect(refused.errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" }, message: expect.stringMatching(words) });
      }
      expect(await order()).toEqual([["t", 0]]);
    });

    it("are limited in a group", async () => {
      const group = await made();
      const { id } = await api.app.db.promptGroup.findFirstOrThrow({ where: { workspace } });
      await api.app.db.promptTemplate.createMany({
        data: Array.from({ length: 50 }, (_, position) => ({ workspace, groupId: id, name: "t", text: "t", recipe: white, position })),
      });
      const { errors } = await ask(createTemplate, { group, input: { name: "one more", text: "x" } });
      expect(errors?.[0]).toMatchObject({ extensions: { code: "LIMIT_EXCEEDED" }, message: expect.stringContaining("50") });
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
    expect(await order()).toEqual([["t", 0]]);
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

  it("decide what each photo of a BATCH is run with: scope, order and enabled, variables filled in", async () => {
    await api.startWorker();
    const group = await made();
    await madeTemplate(group, "off", { enabled: false });
    await madeTemplate(group, "every", { text: "every {{image.name}}" });
    await madeTemplate(group, "detail", {
      appliesTo: "DETAIL",
      text: "detail {{sku.code}} {{image.position}} at {{ output.width }}",
      position: 0,
    });
    await madeTemplate(group, "main", {
      appliesTo: "MAIN",
      text: "main {{sku.title}}",
      recipe: { background: "TRANSPARENT" },
      position: 0,
    });
    await ask(`mutation { createSku(input: { code: "CUP", title: "A cup" }) { id } }`);
    await ask(activate, { id: group });
    const files = await Promise.all([1, 2, 3].map(async (n) => ({ name: `photo-${n}.jpg`, bytes: await makePhoto() })));
    await upload(api, "CUP", files, { workspace });
    const run = async (more: Record<string, unknown> = {}): Promise<(readonly [string | null, string])[]> => {
      engine.inputs.length = 0;
      const input = { mode: "BATCH", skus: ["CUP"], output: { width: 64, height: 64 }, includeDone: true, ...more };
      const { id } = (await ask(submit, { input })).data.submitJob;
      await until(
        "the job ends",
        async () => (await ask(`query ($id: ID!) { job(id: $id) { finishedAt } }`, { id })).data.job.finishedAt !== null,
      );
      return engine.inputs.map(({ prompt, recipe }) => [prompt, recipe.background] as const).toSorted();
    };
    expect(await run()).toEqual([
      ["detail CUP 1 at 64", "COLOR"],
      ["detail CUP 2 at 64", "COLOR"],
      ["main A cup", "TRANSPARENT"],
    ]);
    const [main, detail, off, every] = (await ask(readGroups)).data.promptGroups[0].templates;
    expect([main, detail, off, every].map(({ name }) => name)).toEqual(["main", "detail", "off", "every"]);
    await ask(updateTemplate, { id: main.id, input: { name: "main", text: "x", appliesTo: "MAIN", enabled: false } });
    await ask(updateTemplate, { id: every.id, input: { name: "every", text: "every {{image.name}}", position: 0 } });
    expect((await run()).map(([prompt]) => prompt)).toEqual(["every photo-1.jpg", "every photo-2.jpg", "every photo-3.jpg"]);
    expect((await run({ template: detail.id })).map(([prompt]) => prompt)).toEqual([0, 1, 2].map((n) => `detail CUP ${n} at 64`));
  });
});
