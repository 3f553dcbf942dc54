// A user's own settings: the server's defaults, partial updates, what is refused, and that a run follows them.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../server/engines/engine.ts";
import { badUserInput } from "../../server/errors.ts";
import { defaultOutput } from "../../server/images/presets.ts";
import { type Ask, createTestApi, type TestApi } from "../testkit/api.ts";
import { scriptedEngine } from "../testkit/engines.ts";
import { makePhoto, upload } from "../testkit/photos.ts";

const fields = "engine model options output { preset width height format quality maxBytes } activePromptGroup { name } additional";
const read = `{ settings { ${fields} } }`;
const update = `mutation ($input: SettingsInput!) { updateSettings(input: $input) { ${fields} } }`;

/** `scripted`; `strict`, which knows one option; and `broken`, which can not run. */
function engines() {
  const { engines: one } = scriptedEngine();
  const base = one.default;
  const strict: Engine = {
    ...base,
    name: "strict",
    models: ["three"],
    parseOptions: (options) => {
      const wrong = Object.keys(options as object).find((key) => key !== "softness");
      if (wrong !== undefined) throw badUserInput(`options.${wrong}: the engine knows softness.`);
      return options;
    },
  };
  const broken: Engine = { ...base, name: "broken", availability: { available: false, reason: "it has no key. Set BROKEN_KEY." } };
  const all = [base, strict, broken];
  return { ...one, list: () => all, get: (name: string) => all.find((each) => each.name === name) };
}

describe("settings", () => {
  let api: TestApi;
  let ask: Ask;
  let workspace: string;
  let workspaces = 0;
  beforeAll(async () => {
    api = await createTestApi({ engines: engines() });
  });
  afterAll(() => api.close());
  beforeEach(() => {
    workspace = `settings-${++workspaces}`;
    ask = api.as({ workspace, role: "REVIEWER" });
  });

  const set = async (input: Record<string, unknown>) => (await ask(update, { input })).data.updateSettings;
  const defaults = { engine: "scripted", model: null, options: {}, output: defaultOutput, activePromptGroup: null, additional: {} };

  it("are the server's until somebody chooses, also for viewers", async () => {
    expect((await api.as({ workspace, role: "VIEWER" })(read)).data.settings).toEqual(defaults);
  });

  it("change what an update names, keep the rest, and go back to the default on null", async () => {
    expect(await set({ model: "two", options: { a: 1 } })).toEqual({ ...defaults, model: "two", options: { a: 1 } });
    expect(await set({ output: { preset: "amazon-main", quality: 70 } })).toMatchObject({
      model: "two",
      output: { preset: "amazon-main", quality: 70 },
    });
    expect(await set({ output: { format: "WEBP" } })).toMatchObject({ output: { preset: "amazon-main", quality: 70, format: "WEBP" } });
    expect(await set({})).toEqual((await ask(read)).data.settings);
    expect(await set({ model: null, options: null, output: null })).toEqual(defaults);
  });

  it("are each user's own, in each workspace", async () => {
    await set({ model: "one" });
    for (const who of [{ workspace, user: "bob" }, { workspace: `${workspace}-other` }]) {
      expect((await api.as(who)(read)).data.settings).toEqual(defaults);
    }
  });

  it("drop the model and the options of the last engine with it", async () => {
    await set({ model: "two", options: { a: 1 } });
    expect(await set({ engine: "strict" })).toMatchObject({ engine: "strict", model: null, options: {} });
    expect(await set({ model: "three", options: { softness: 1 } })).toMatchObject({ model: "three", options: { softness: 1 } });
    expect(await set({ engine: "strict" })).toMatchObject({ model: "three", options: { softness: 1 } });
    expect(await set({ engine: null })).toMatchObject({ engine: "scripted", model: null, options: {} });
    expect(await set({ engine: "strict", model: "three", options: { softness: 0 } })).toMatchObject({
      model: "three",
      options: { softness: 0 },
    });
  });

  it.each([
    ["an engine that there is not", { engine: "magic" }, "BAD_USER_INPUT", /^engine .*scripted, strict/],
    ["an engine that can not run", { engine: "broken" }, "ENGINE_UNAVAILABLE", /BROKEN_KEY/],
    ["a model of another engine", { model: "three" }, "BAD_USER_INPUT", /^model .*one, two/],
    ["the last engine's model with a new engine", { engine: "strict", model: "one" }, "BAD_USER_INPUT", /^model .*three/],
    ["options that the engine refuses", { engine: "strict", options: { hardness: 1 } }, "BAD_USER_INPUT", /^options\.hardness/],
    ["options that are a list", { options: [1] }, "BAD_USER_INPUT", /^options /],
    ["a preset that there is not", { output: { preset: "moon" } }, "BAD_USER_INPUT", /^output\.preset .*amazon-main/],
    ["a width of 0", { output: { width: 0 } }, "BAD_USER_INPUT", /^output\.width /],
    ["a quality of 101", { output: { quality: 101 } }, "BAD_USER_INPUT", /^output\.quality /],
    ["additional text", { additional: "text" }, "BAD_USER_INPUT", /^additional /],
    ["additional with NUL", { additional: { a: "\0" } }, "BAD_USER_INPUT", /^additional /],
    ["additional with half of a surrogate pair", { additional: { a: ["\ud83d"] } }, "BAD_USER_INPUT", /^additional /],
    ["additional with __proto__", { additional: JSON.parse(`{"a":[{"__proto__":1}]}`) }, "BAD_USER_INPUT", /^additional .*__proto__/],
    ["additional of more than 64 KB", { additional: { a: "x".repeat(65_536) } }, "LIMIT_EXCEEDED", /^additional .*65536/],
    ["additional nested too deep", { additional: nest(70) }, "LIMIT_EXCEEDED", /^additional /],
    ["a group that there is not", { activePromptGroup: "nonsense" }, "NOT_FOUND", /prompt group/],
  ])("refuse %s and change nothing", async (_case, wrong, code, words) => {
    const { errors } = await ask(update, { input: { additional: { changed: true }, ...wrong } });
    expect(errors?.[0]).toMatchObject({ extensions: { code }, message: expect.stringMatching(words) });
    expect((await ask(read)).data.settings).toEqual(defaults);
  });

  it("keep what the host stores beside them as it was given", async () => {
    const additional = JSON.parse(
      `{"b":1,"a":[null,true,1.5,-0.25,9007199254740991],"":{"$type":"Json","value":"x"},"текст":"照片 🙂 \\\\u0000 \\"","empty":{},"list":[]}`,
    );
    expect((await set({ additional })).additional).toEqual(additional);
    await set({ model: "one" });
    expect(JSON.stringify((await ask(read)).data.settings.additional)).toHaveLength(JSON.stringify(additional).length);
    expect((await set({ additional: { c: 1 } })).additional).toEqual({ c: 1 });
    expect((await set({ additional: null })).additional).toEqual({});
  });

  it("lose nothing when they are updated many times at once", async () => {
    const parts = [
      { model: "two" },
      { options: { a: 1 } },
      { output: { width: 640 } },
      { output: { height: 480 } },
      { additional: { b: 2 } },
    ];
    await Promise.all(parts.map(set));
    expect((await ask(read)).data.settings).toMatchObject({
      model: "two",
      options: { a: 1 },
      output: { width: 640, height: 480 },
      additional: { b: 2 },
    });
  });

  it("choose a prompt group and let go of it again", async () => {
    const made = await api.as({ workspace })(`mutation { createPromptGroup(input: { name: "White" }) { id } }`);
    const { id } = made.data.createPromptGroup;
    expect((await set({ activePromptGroup: id })).activePromptGroup).toEqual({ name: "White" });
    expect((await set({ model: "one" })).activePromptGroup).toEqual({ name: "White" });
    expect((await set({ activePromptGroup: null })).activePromptGroup).toBeNull();
    const foreign = await api.as({ workspace: `${workspace}-other` })(update, { input: { activePromptGroup: id } });
    expect(foreign.errors?.[0]?.extensions.code).toBe("NOT_FOUND");
  });

  it("are not a viewer's to change", async () => {
    const { errors } = await api.as({ workspace, role: "VIEWER" })(update, { input: { activePromptGroup: "nonsense" } });
    expect(errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  });

  it("decide where a run does not", async () => {
    await set({ engine: "strict", model: "three", options: { softness: 1 }, output: { width: 80, height: 60 } });
    await upload(api, "S-1", [{ name: "a.jpg", bytes: await makePhoto() }], { workspace });
    const submit = `mutation { submitJob(input: { mode: BATCH, skus: ["S-1"], output: { height: 90 } }) { engine model output { width height } } }`;
    expect((await api.as({ workspace })(submit)).data.submitJob).toEqual({
      engine: "strict",
      model: "three",
      output: { width: 80, height: 90 },
    });
  });
});

/** An object in an object in an object … */
function nest(levels: number): object {
  let nested: object = {};
  for (let level = 1; level < levels; level++) nested = { in: nested };
  return nested;
}
