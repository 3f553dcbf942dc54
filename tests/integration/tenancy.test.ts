// Roles and workspaces, tried on every field of the schema itself: a mutation that nobody wrote down here fails this test.
import {
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
} from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Role } from "../../server/auth/viewer.ts";
import { encodeId } from "../../server/graphql/ids.ts";
import { buildSchema } from "../../server/graphql/schema.ts";
import { type Answer, createTestApi, type TestApi } from "../testkit/api.ts";
import { painted, scriptedEngine } from "../testkit/engines.ts";
import { skuWithPhotos } from "../testkit/photos.ts";
import { until } from "../testkit/until.ts";

/** Everything of the victim's that a stranger could name. */
interface Victim {
  readonly sku: string;
  readonly pair: string;
  readonly result: string;
  readonly job: string;
  readonly group: string;
  readonly template: string;
  readonly upload: string;
  readonly apiKey: string;
  readonly sync: string;
}

interface Expectation {
  /** The lowest role that may. */
  readonly role: Role;
  /** Arguments that name the victim's things; left out where there is nothing to name. */
  readonly foreign?: (victim: Victim) => Record<string, unknown>;
}

const ids =
  (of: keyof Victim) =>
  (victim: Victim): Record<string, unknown> => ({ ids: [victim[of]] });
const id =
  (of: keyof Victim) =>
  (victim: Victim): Record<string, unknown> => ({ id: victim[of] });
const codes = (victim: Victim): Record<string, unknown> => ({ codes: [victim.sku] });
const template = { name: "t", text: "t" };

const mutations: Readonly<Record<string, Expectation>> = {
  createSku: { role: "EDITOR" },
  updateSku: { role: "EDITOR", foreign: ({ sku }) => ({ code: sku, input: { title: "stolen" } }) },
  createUploads: { role: "EDITOR" },
  completeUploads: { role: "EDITOR", foreign: ids("upload") },
  importSources: { role: "EDITOR" },
  submitJob: { role: "EDITOR", foreign: ({ pair }) => ({ input: { mode: "SINGLE", pairs: [pair] } }) },
  cancelJob: { role: "EDITOR", foreign: id("job") },
  pauseJob: { role: "EDITOR", foreign: id("job") },
  resumeJob: { role: "EDITOR", foreign: id("job") },
  retryJob: { role: "EDITOR", foreign: id("job") },
  approvePairs: { role: "REVIEWER", foreign: ids("pair") },
  rejectPairs: { role: "REVIEWER", foreign: ids("pair") },
  reopenPairs: { role: "REVIEWER", foreign: ids("pair") },
  archivePairs: { role: "REVIEWER", foreign: ids("pair") },
  activatePairs: { role: "REVIEWER", foreign: ids("pair") },
  deletePairs: { role: "EDITOR", foreign: ids("pair") },
  approveSkus: { role: "REVIEWER", foreign: codes },
  archiveSkus: { role: "REVIEWER", foreign: codes },
  activateSkus: { role: "REVIEWER", foreign: codes },
  deleteSkus: { role: "EDITOR", foreign: codes },
  setMainPair: { role: "REVIEWER", foreign: id("pair") },
  reorderPairs: { role: "REVIEWER", foreign: ({ sku, pair }) => ({ sku, ids: [pair] }) },
  selectResult: { role: "REVIEWER", foreign: id("result") },
  editImage: { role: "EDITOR", foreign: ({ pair }) => ({ input: { pair, operations: [{ rotate: 90 }] } }) },
  createPromptGroup: { role: "EDITOR" },
  updatePromptGroup: { role: "EDITOR", foreign: ({ group }) => ({ id: group, input: { name: "stolen" } }) },
  deletePromptGroup: { role: "EDITOR", foreign: id("group") },
  setActivePromptGroup: { role: "REVIEWER", foreign: id("group") },
  createPromptTemplate: { role: "EDITOR", foreign: ({ group }) => ({ group, input: template }) },
  updatePromptTemplate: { role: "EDITOR", foreign: ({ template: of }) => ({ id: of, input: template }) },
  deletePromptTemplate: { role: "EDITOR", foreign: id("template") },
  updateSettings: { role: "REVIEWER" },
  createDownload: { role: "REVIEWER", foreign: ({ pair }) => ({ input: { pairs: [pair] } }) },
  syncGallery: { role: "EDITOR" },
  cancelGallerySync: { role: "EDITOR", foreign: id("sync") },
  publishPairs: { role: "EDITOR", foreign: ({ pair }) => ({ input: { gallery: "out", pairs: [pair] } }) },
  createApiKey: { role: "OWNER" },
  revokeApiKey: { role: "OWNER", foreign: id("apiKey") },
};

const roles: readonly Role[] = ["VIEWER", "REVIEWER", "EDITOR", "OWNER"];
const schema = buildSchema();
const mutationFields = Object.values(schema.getMutationType()?.getFields() ?? {});
const queryFields = Object.values(schema.getQueryType()?.getFields() ?? {});

/** Something of the right type, whatever it means. */
function sample(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return sample(type.ofType);
  if (isListType(type)) return [sample(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    const needed = type.isOneOf ? fields.slice(0, 1) : fields.filter((field) => isNonNullType(field.type));
    return Object.fromEntries(needed.map((field) => [field.name, sample(field.type)]));
  }
  return (
    { Int: 1, Float: 0.5, Boolean: true, URL: "https://example.com/a.jpg", DateTime: "2026-01-01T00:00:00Z", JSON: {} }[
      getNamedType(type).name
    ] ?? "x"
  );
}

const sampleArgs = (field: GraphQLField<unknown, unknown>): Record<string, unknown> =>
  Object.fromEntries(field.args.filter((arg) => isNonNullType(arg.type)).map((arg) => [arg.name, sample(arg.type)]));

function document(kind: "query" | "mutation", field: GraphQLField<unknown, unknown>, args: Record<string, unknown>): string {
  const used = field.args.filter((arg) => arg.name in args);
  const variables = used.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(", ");
  const given = used.map((arg) => `${arg.name}: $${arg.name}`).join(", ");
  const named = getNamedType(field.type);
  const selection = isLeafType(named)
    ? ""
    : "failures" in (named as { getFields(): object }).getFields()
      ? "{ failures { subject code message } }"
      : "{ __typename }";
  return `${kind} ${variables ? `(${variables})` : ""} { ${field.name}${given ? `(${given})` : ""} ${selection} }`;
}

const codeOf = ({ data, errors }: Answer, name: string): string | undefined =>
  errors?.[0]?.extensions.code ?? data?.[name]?.failures?.[0]?.code;
const wordsOf = ({ data, errors }: Answer, name: string): string | undefined =>
  errors?.[0]?.message ?? data?.[name]?.failures?.[0]?.message;

describe("roles and workspaces", () => {
  const engine = scriptedEngine();
  let api: TestApi;
  let victim: Victim;

  beforeAll(async () => {
    // Nothing is sent there: no pair of the test's is approved.
    const gallery = { name: "out", kind: "ozon", workspaces: ["victim", "stranger"], clientId: "1", apiKey: "k" };
    api = await createTestApi({ engines: engine.engines, env: { GALLERIES: JSON.stringify([gallery]) } });
    await api.startWorker();
    engine.script = async (input) => painted(input);
    victim = await makeVictim(api);
  });
  afterAll(() => api.close());

  it("knows every mutation of the schema", () => {
    expect(mutationFields.map(({ name }) => name).toSorted()).toEqual(Object.keys(mutations).toSorted());
  });

  it.each(
    mutationFields.map((field) => [field.name, field] as const),
  )("%s is refused to every lower role, whatever is asked", async (name, field) => {
    const lower = roles.slice(0, roles.indexOf(mutations[name]?.role ?? "OWNER"));
    for (const role of lower) {
      const args = sampleArgs(field);
      expect(codeOf(await api.as({ role, workspace: "victim" })(document("mutation", field, args), args), name)).toBe("FORBIDDEN");
    }
  });

  it.each(
    mutationFields.filter(({ name }) => mutations[name]?.foreign).map((field) => [field.name, field] as const),
  )("%s answers for another workspace's things in the words for things that never were", async (name, field) => {
    const foreign = mutations[name]?.foreign?.(victim) ?? {};
    const ask = api.as({ role: "OWNER", workspace: "stranger" });
    const answer = await ask(document("mutation", field, foreign), foreign);
    expect(codeOf(answer, name)).toBe("NOT_FOUND");
    const unknown = mutations[name]?.foreign?.(neverWas(victim)) ?? {};
    const blank = (text: string | undefined): string | undefined => text?.replaceAll(victim.sku, "…").replaceAll("NEVER-WAS", "…");
    expect(blank(wordsOf(answer, name))).toBe(blank(wordsOf(await ask(document("mutation", field, unknown), unknown), name)));
  });

  it("leaves the victim's things as they were after all of that", async () => {
    const { sku } = (
      await api.as({ workspace: "victim" })(
        `{ sku(code: "SECRET-1") { title status pairs { edges { node { id status current { id } } } } } }`,
      )
    ).data;
    expect(sku).toMatchObject({
      title: "SECRET title",
      status: "REVIEW",
      pairs: { edges: [{ node: { id: victim.pair, status: "READY", current: { id: victim.result } } }] },
    });
  });

  it.each(queryFields.map((field) => [field.name, field] as const))("%s shows a stranger nothing of the victim's", async (_name, field) => {
    const named = getNamedType(field.type);
    const text = isLeafType(named) ? "" : deep(field);
    const args = {
      ...sampleArgs(field),
      ...("id" in argsOf(field) ? { id: victim.pair } : {}),
      ...("ids" in argsOf(field) ? { ids: Object.values(victim) } : {}),
      ...("code" in argsOf(field) ? { code: victim.sku } : {}),
    };
    const used = field.args.filter((arg) => arg.name in args);
    const variables = used.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(", ");
    const given = used.map((arg) => `${arg.name}: $${arg.name}`).join(", ");
    const answer = await api.as({ role: "OWNER", workspace: "stranger" })(
      `query ${variables ? `(${variables})` : ""} { ${field.name}${given ? `(${given})` : ""} ${text} }`,
      args,
    );
    expect(JSON.stringify(answer.data)).not.toContain("SECRET");
    for (const own of Object.values(victim)) expect(JSON.stringify(answer.data)).not.toContain(own);
  });
});

const argsOf = (field: GraphQLField<unknown, unknown>): Record<string, unknown> =>
  Object.fromEntries(field.args.map((arg) => [arg.name, true]));

/** A selection of a field's first two floors, enough for codes, titles, names and ids to show. */
function deep(field: GraphQLField<unknown, unknown>, floor = 0): string {
  const named = getNamedType(field.type);
  if (!("getFields" in named) || isLeafType(named)) return "";
  const fields = Object.values(named.getFields() as Record<string, GraphQLField<unknown, unknown>>).filter((each) =>
    each.args.every((arg) => !isNonNullType(arg.type)),
  );
  const inner = fields
    .map((each) => (isLeafType(getNamedType(each.type)) ? each.name : floor < 2 ? `${each.name} ${deep(each, floor + 1)}` : ""))
    .filter(Boolean);
  return `{ __typename ${inner.join(" ")} }`;
}

/** The victim's ids with another row in them. */
function neverWas(victim: Victim): Victim {
  const other = (globalId: string): string =>
    Buffer.from(Buffer.from(globalId, "base64").toString().replace(/:.*/, `:${crypto.randomUUID()}`)).toString("base64");
  return Object.fromEntries(
    Object.entries(victim).map(([name, value]) => [name, name === "sku" ? "NEVER-WAS" : other(value)]),
  ) as unknown as Victim;
}

async function makeVictim(api: TestApi): Promise<Victim> {
  const ask = api.as({ role: "OWNER", workspace: "victim" });
  await ask(`mutation { createSku(input: { code: "SECRET-1", title: "SECRET title" }) { id } }`);
  const [pair] = await skuWithPhotos(api, "SECRET-1", 1, { workspace: "victim" });
  const submitted = await ask(
    `mutation { submitJob(input: { mode: BATCH, skus: ["SECRET-1"], output: { width: 64, height: 64 } }) { id } }`,
  );
  const job = submitted.data.submitJob.id as string;
  await until(
    "the victim's job ends",
    async () => (await ask(`query ($id: ID!) { job(id: $id) { finishedAt } }`, { id: job })).data.job.finishedAt !== null,
  );
  const { current } = (await ask(`{ sku(code: "SECRET-1") { mainPair { current { id } } } }`)).data.sku.mainPair;
  const group = (await ask(`mutation { createPromptGroup(input: { name: "SECRET group" }) { id } }`)).data.createPromptGroup.id;
  const made = await ask(
    `mutation ($group: ID!) { createPromptTemplate(group: $group, input: { name: "SECRET", text: "SECRET" }) { id } }`,
    { group },
  );
  const uploads = await ask(
    `mutation { createUploads(input: { sku: "SECRET-1", files: [{ name: "SECRET.jpg", mimeType: "image/jpeg", bytes: 10 }] }) { id } }`,
  );
  const key = await ask(`mutation { createApiKey(input: { name: "SECRET key", role: VIEWER }) { apiKey { id } } }`);
  const ended = { status: "FAILED", error: "SECRET error", finishedAt: new Date() } as const;
  const sync = await api.app.db.gallerySync.create({ data: { workspace: "victim", gallery: "out", createdBy: "SECRET", ...ended } });
  return {
    sku: "SECRET-1",
    pair: pair ?? "",
    result: current.id,
    job,
    group,
    template: made.data.createPromptTemplate.id,
    upload: uploads.data.createUploads[0].id,
    apiKey: key.data.createApiKey.apiKey.id,
    sync: encodeId("GallerySync", sync.id),
  };
}
