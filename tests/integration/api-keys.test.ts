// API keys: made, listed and revoked by owners, and what a script may do with one over HTTP.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Answer, type Ask, createTestApi, type TestApi } from "../testkit/api.ts";

const create = `mutation ($input: CreateApiKeyInput!) {
  createApiKey(input: $input) { secret apiKey { id name role prefix createdAt lastUsedAt expiresAt revokedAt } }
}`;
const revoke = `mutation ($id: ID!) { revokeApiKey(id: $id) { id revokedAt } }`;
const list = `{ apiKeys { id name role prefix lastUsedAt expiresAt revokedAt } }`;
const viewer = `{ viewer { userId workspaceId role } }`;
const unknownId = Buffer.from("ApiKey:0190b2a0-0000-7000-8000-000000000000").toString("base64");

describe("API keys", () => {
  let api: TestApi;
  let owner: Ask;
  let workspace: string;
  let workspaces = 0;
  beforeAll(async () => {
    api = await createTestApi();
  });
  afterAll(() => api.close());
  beforeEach(() => {
    workspace = `keys-${++workspaces}`;
    owner = api.as({ workspace, role: "OWNER" });
  });

  const made = async (input: Record<string, unknown> = {}) =>
    (await owner(create, { input: { name: "nightly", role: "REVIEWER", ...input } })).data.createApiKey;

  const withKey = async (headers: Record<string, string>, query = viewer): Promise<{ status: number; answer: Answer }> => {
    const response = await api.fetch(
      new Request(`${api.config.publicUrl}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ query }),
      }),
    );
    return { status: response.status, answer: (await response.json()) as Answer };
  };

  it("are shown once, and only their hash is kept", async () => {
    const { secret, apiKey } = await made();
    expect(secret).toMatch(/^isk_[A-Za-z0-9_-]{43}$/);
    expect(apiKey).toMatchObject({ name: "nightly", role: "REVIEWER", prefix: secret.slice(0, 10), lastUsedAt: null, revokedAt: null });
    expect(JSON.stringify(await api.app.db.apiKey.findMany({ where: { workspace } }))).not.toContain(secret.slice(10));
    expect(JSON.stringify((await owner(list)).data)).not.toContain(secret);
  });

  it("let a script in by either header, with the key's role, and remember when", async () => {
    const { secret, apiKey } = await made();
    for (const headers of [{ authorization: `Bearer ${secret}` }, { "x-api-key": secret }]) {
      const { status, answer } = await withKey(headers);
      expect([status, answer.data.viewer]).toEqual([
        200,
        { userId: expect.stringMatching(/^key:/), workspaceId: workspace, role: "REVIEWER" },
      ]);
    }
    const refused = await withKey({ "x-api-key": secret }, `mutation { createSku(input: { code: "X" }) { id } }`);
    expect(refused.answer.errors?.[0]?.extensions.code).toBe("FORBIDDEN");
    const settings = await withKey({ "x-api-key": secret }, `mutation { updateSettings(input: { additional: { a: 1 } }) { additional } }`);
    expect(settings.answer.data.updateSettings).toEqual({ additional: { a: 1 } });
    const { lastUsedAt } = (await owner(list)).data.apiKeys.find(({ id }: { id: string }) => id === apiKey.id);
    expect(Math.abs(Date.parse(lastUsedAt) - Date.now())).toBeLessThan(60_000);
  });

  it("are refused once revoked, also when that is done twice", async () => {
    const { secret, apiKey } = await made();
    const first = (await owner(revoke, { id: apiKey.id })).data.revokeApiKey;
    expect(first).toEqual({ id: apiKey.id, revokedAt: expect.any(String) });
    expect((await owner(revoke, { id: apiKey.id })).data.revokeApiKey).toEqual(first);
    const { status, answer } = await withKey({ "x-api-key": secret });
    expect([status, answer.errors?.[0]?.extensions.code]).toEqual([401, "UNAUTHENTICATED"]);
  });

  it("are refused once expired", async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const { secret, apiKey } = await made({ expiresAt });
    expect(apiKey.expiresAt).toBe(expiresAt);
    expect((await withKey({ "x-api-key": secret })).status).toBe(200);
    await api.app.db.apiKey.updateMany({ where: { workspace }, data: { expiresAt: new Date(Date.now() - 1) } });
    expect((await withKey({ "x-api-key": secret })).status).toBe(401);
  });

  it("are listed the newest first, revoked ones too, and found by their id by owners alone", async () => {
    const first = await made({ name: "first" });
    await made({ name: "second", role: "OWNER" });
    await owner(revoke, { id: first.apiKey.id });
    const { apiKeys } = (await owner(list)).data;
    expect(apiKeys.map(({ name }: { name: string }) => name)).toEqual(["second", "first"]);
    expect(apiKeys[1].revokedAt).not.toBeNull();
    const node = `query ($id: ID!) { node(id: $id) { id } }`;
    expect((await owner(node, { id: first.apiKey.id })).data.node).toEqual({ id: first.apiKey.id });
    expect((await api.as({ workspace })(node, { id: first.apiKey.id })).data.node).toBeNull();
    expect((await api.as({ workspace: `${workspace}-other`, role: "OWNER" })(list)).data.apiKeys).toEqual([]);
  });

  it.each([
    ["an empty name", { name: "" }, /^name /],
    ["a name with NUL", { name: "a\0" }, /^name /],
    ["an end that has passed", { expiresAt: "2020-01-01T00:00:00Z" }, /^expiresAt /],
  ])("are not made with %s", async (_case, wrong, words) => {
    const { errors } = await owner(create, { input: { name: "n", role: "VIEWER", ...wrong } });
    expect(errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" }, message: expect.stringMatching(words) });
    expect((await owner(list)).data.apiKeys).toEqual([]);
  });

  it("are limited in number, those that no longer hold not counted", async () => {
    const row = (n: number) => ({
      workspace,
      name: `k${n}`,
      role: "VIEWER" as const,
      prefix: "isk_",
      hash: `${workspace}-${n}`,
      createdBy: "ann",
    });
    await api.app.db.apiKey.createMany({ data: Array.from({ length: 99 }, (_, n) => row(n)) });
    await api.app.db.apiKey.create({ data: { ...row(200), revokedAt: new Date() } });
    await api.app.db.apiKey.create({ data: { ...row(201), expiresAt: new Date(0) } });
    const answers = await Promise.all([1, 2, 3].map((n) => owner(create, { input: { name: `last ${n}`, role: "VIEWER" } })));
    const codes = answers.map(({ errors }) => errors?.[0]?.extensions.code ?? "made");
    expect(codes.toSorted()).toEqual(["LIMIT_EXCEEDED", "LIMIT_EXCEEDED", "made"]);
  });

  it("are an owner's business: others are refused before any id is looked up", async () => {
    const { apiKey } = await made();
    for (const role of ["VIEWER", "REVIEWER", "EDITOR"] as const) {
      const ask = api.as({ workspace, role });
      const answers = [
        await ask(list),
        await ask(create, { input: { name: "", role: "VIEWER" } }),
        await ask(revoke, { id: apiKey.id }),
        await ask(revoke, { id: unknownId }),
      ];
      expect(answers.map(({ errors }) => errors?.[0]?.extensions.code)).toEqual(Array(4).fill("FORBIDDEN"));
    }
  });

  it("of another workspace, unknown ones and what is no id are not found, in the same words", async () => {
    const { secret, apiKey } = await made();
    const foreign = api.as({ workspace: `${workspace}-other`, role: "OWNER" });
    const errors = await Promise.all([apiKey.id, unknownId, "nonsense"].map(async (id) => (await foreign(revoke, { id })).errors?.[0]));
    expect(errors.map((error) => error?.extensions.code)).toEqual(["NOT_FOUND", "NOT_FOUND", "NOT_FOUND"]);
    expect(new Set(errors.map((error) => error?.message)).size).toBe(1);
    expect((await withKey({ "x-api-key": secret })).status).toBe(200);
  });
});
