// GraphQL itself: over HTTP as its specification wants, within limits, and errors that tell and do not tell on us.
import { createHash } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parse, validate } from "graphql";
import { serverAudits } from "graphql-http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exampleOperations } from "../../server/graphql/examples.ts";
import { buildSchema } from "../../server/graphql/schema.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");
/** Characters; below what a request may have. */
const megabyte = 900_000;
const documents = 30;
/** Bytes: a third of what the documents take that are sent. */
const mostKept = 20_000_000;

describe("GraphQL over HTTP", () => {
  let api: TestApi;
  let authorization: string;
  beforeAll(async () => {
    api = await createTestApi();
    authorization = `Bearer ${await api.token()}`;
  });
  afterAll(() => api.close());

  const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    api.fetch(
      new Request(`${api.config.publicUrl}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization, ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    );

  it.each(
    serverAudits({
      url: "http://localhost:4000/graphql",
      fetchFn: (url: string, init?: RequestInit) =>
        api.fetch(new Request(url, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), authorization } })),
    }).map((audit) => [audit.id, audit.name, audit] as const),
  )("passes audit %s: %s", async (_id, _name, audit) => {
    const result = await audit.fn();
    expect(result.status === "ok" ? "" : result.reason).toBe("");
  });

  it("keeps nothing of documents of a megabyte, whoever sends them, and whether or not they can be read", async () => {
    const send = async (index: number): Promise<void> => {
      await (await post({ query: `{ ${index}${"x".repeat(megabyte)}` })).text();
      await (await post({ query: `{ viewer { userId } } #${index}${"x".repeat(megabyte)}` }, { authorization: "" })).text();
    };
    await send(0);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let index = 1; index <= documents; index++) await send(index);
    collectGarbage();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(mostKept);
  });

  it("answers 401 and UNAUTHENTICATED without credentials, and with bad ones", async () => {
    for (const bad of ["", "Bearer nonsense", "Bearer isk_unknown"]) {
      const response = await post({ query: "{ viewer { userId } }" }, { authorization: bad });
      expect(response.status).toBe(401);
      expect(((await response.json()) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code).toBe(
        "UNAUTHENTICATED",
      );
    }
  });

  it.each([
    [
      "deeper than 12 fields",
      `{ skus { edges { node { pairs { edges { node { sku { pairs { edges { node { sku { id } } } } } } } } } } } }`,
    ],
    ["with a field under 31 names", `{ ${Array.from({ length: 31 }, (_, n) => `a${n}: viewer { userId }`).join(" ")} }`],
    ["of more than 2,000 words", `{ ${"viewer { userId } ".repeat(600)} }`],
    [
      "that may answer a quarter of a million rows",
      `{ skus(first: 500) { edges { node { pairs(first: 500) { edges { node { id } } } } } } }`,
    ],
  ])("refuses an operation %s as LIMIT_EXCEEDED", async (_case, query) => {
    const { errors } = (await (await post({ query })).json()) as { errors: { extensions: { code: string }; message: string }[] };
    expect(errors[0]?.extensions.code).toBe("LIMIT_EXCEEDED");
  });

  it("answers a document by its hash once it has seen it, and never under a hash that is not its own", async () => {
    const query = "{ viewer { workspaceId } }";
    const byHash = (sha256Hash: string, more: object = {}) => post({ ...more, extensions: { persistedQuery: { version: 1, sha256Hash } } });
    const hash = createHash("sha256").update(query).digest("hex");
    const messageOf = async (response: Response) => ((await response.json()) as { errors: { message: string }[] }).errors[0]?.message;
    expect(await messageOf(await byHash(hash))).toBe("PersistedQueryNotFound");
    expect(await (await byHash(hash, { query })).json()).toEqual({ data: { viewer: { workspaceId: "test" } } });
    expect(await (await byHash(hash)).json()).toEqual({ data: { viewer: { workspaceId: "test" } } });
    expect(await messageOf(await byHash(hash, { query: "{ viewer { userId } }" }))).toContain("not the hash");
    expect(await messageOf(await byHash("nonsense"))).toContain("64 hex digits");
  });

  it("opens GraphiQL with examples that all hold against the schema", async () => {
    const page = await api.fetch(new Request(`${api.config.publicUrl}/graphql`, { headers: { accept: "text/html" } }));
    expect(await page.text()).toContain("Image Studio");
    expect(validate(buildSchema(), parse(exampleOperations))).toEqual([]);
  });

  it("takes ten operations in a batch and refuses eleven", async () => {
    const batch = (count: number) => post(Array.from({ length: count }, () => ({ query: "{ viewer { userId } }" })));
    expect(await (await batch(10)).json()).toHaveLength(10);
    const refused = await batch(11);
    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: "LIMIT_EXCEEDED" } }] });
  });

  it("names the field and the allowed values where an argument is wrong", async () => {
    const { errors } = await api.as()(`mutation { submitJob(input: { mode: EVERYTHING }) { id } }`);
    expect(errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" }, message: expect.stringContaining("EVERYTHING") });
    const variable = await api.as()(`query ($first: Int) { skus(first: $first) { totalCount } }`, { first: "many" });
    expect(variable.errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" }, message: expect.stringContaining("$first") });
  });

  it("suggests names while developing and none in production", async () => {
    const typo = `{ skuz { totalCount } }`;
    expect((await api.as()(typo)).errors?.[0]?.message).toContain("Did you mean");
    const production = await createTestApi({ env: { NODE_ENV: "production" } });
    const { errors } = await production.as()(typo);
    await production.close();
    expect(errors?.[0]).toMatchObject({ message: `Cannot query field "skuz" on type "Query".`, extensions: { code: "BAD_USER_INPUT" } });
  });

  it("hides what went wrong inside, and says that it is logged", async () => {
    await api.app.db.$executeRawUnsafe(`ALTER TABLE ai_workflow_state RENAME TO hidden`);
    const { errors } = await api.as()(`{ skus { edges { node { id } } } }`);
    await api.app.db.$executeRawUnsafe(`ALTER TABLE hidden RENAME TO ai_workflow_state`);
    expect(errors?.[0]?.extensions.code).toBe("INTERNAL_SERVER_ERROR");
    expect(JSON.stringify(errors)).not.toMatch(/prisma|ai_workflow_state|stack|\.ts/i);
  });
});
