// Pages of lists while rows go: what follows a page is told by the place of its last row, whether or not that row is still there.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { composeApi } from "../../server/api.ts";
import type { App } from "../../server/app.ts";
import { encodeId } from "../../server/graphql/ids.ts";
import { type Answer, createTestApi, type TestApi } from "../testkit/api.ts";
import { seedPairs } from "../testkit/reviews.ts";

interface Page {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly endCursor: string | null };
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
}
interface Range {
  readonly first?: number;
  readonly after?: string | null;
  readonly last?: number;
  readonly before?: string | null;
}

const range = "$first: Int, $after: String, $last: Int, $before: String";
const args = "first: $first, after: $after, last: $last, before: $before";
const fields = "{ pageInfo { hasNextPage hasPreviousPage endCursor } edges { cursor node { id } } }";
const idsOf = ({ edges }: Page): string[] => edges.map(({ node }) => node.id);
const rowOf = (id: string): string => Buffer.from(id, "base64").toString().split(":")[1] ?? "";
/** As cursors were before they held places. */
const oldCursor = (id: string): string => Buffer.from(`GPC:S:${rowOf(id)}`).toString("base64");

describe("pages of rows that go meanwhile", () => {
  let api: TestApi;
  let job: string;
  beforeAll(async () => {
    api = await createTestApi();
    const pairs = await seedPairs(api, { code: "PAGES", statuses: Array.from({ length: 7 }, () => "WAITING") });
    for (let number = 1; number <= 6; number++) await makeJob("test", number);
    await makeJob("other", 1);
    const { id } = await makeJob("test", 7);
    job = encodeId("Job", id);
    await api.app.db.jobItem.createMany({
      data: pairs.map(({ databaseId: pairId }, position) => ({
        workspace: "test",
        jobId: id,
        pairId,
        position,
        pairStatus: "WAITING",
        status: position < 4 ? "SUCCEEDED" : "FAILED",
      })),
    });
    // Some of one moment: the id decides between them.
    const lines = Array.from({ length: 7 }, (_, n) => ({ jobId: id, message: `${n}`, at: new Date(Date.UTC(2026, 0, 1, 0, 0, n >> 1)) }));
    await api.app.db.jobLog.createMany({ data: lines });
  });
  afterAll(() => api.close());

  const makeJob = (workspace: string, number: number) =>
    api.app.db.job.create({ data: { workspace, number, mode: "BATCH", engine: "studio", output: {}, createdBy: "ann" } });

  const lists = {
    "a SKU's pairs": (at: Range) => api.as()(`query (${range}) { sku(code: "PAGES") { pairs(${args}) ${fields} } }`, { ...at }),
    "a job's items": (at: Range) =>
      api.as()(`query ($id: ID!, ${range}) { job(id: $id) { items(${args}) ${fields} } }`, { ...at, id: job }),
    "a job's log": (at: Range) => api.as()(`query ($id: ID!, ${range}) { job(id: $id) { logs(${args}) ${fields} } }`, { ...at, id: job }),
    jobs: (at: Range) => api.as()(`query (${range}) { jobs(${args}) ${fields} }`, { ...at }),
  };
  const pageOf = ({ data }: Answer): Page => data.jobs ?? data.sku?.pairs ?? data.job?.items ?? data.job.logs;
  const remove = {
    "a SKU's pairs": (id: string) => api.app.db.pair.delete({ where: { id } }),
    "a job's items": (id: string) => api.app.db.jobItem.delete({ where: { id } }),
    "a job's log": (id: string) => api.app.db.jobLog.delete({ where: { id } }),
    jobs: (id: string) => api.app.db.job.delete({ where: { id } }),
  };
  const names = ["a job's log", "a job's items", "a SKU's pairs", "jobs"] as const;

  it.each(names)("reads %s forwards and backwards in the same order", async (name) => {
    const read = async (at: Range) => pageOf(await lists[name](at));
    const whole = await read({});
    expect(whole.edges.length).toBeGreaterThan(5);
    const first = await read({ first: 3 });
    const second = await read({ first: 3, after: first.pageInfo.endCursor });
    expect([...idsOf(first), ...idsOf(second)]).toEqual(idsOf(whole).slice(0, 6));
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, whole.edges.length > 6]);
    const back = await read({ last: 2, before: whole.edges[4]?.cursor ?? "" });
    expect(idsOf(back)).toEqual(idsOf(whole).slice(2, 4));
    expect(back.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
    expect(idsOf(await read({ last: 2 }))).toEqual(idsOf(whole).slice(-2));
    // What a client got from the version before.
    expect(idsOf(await read({ first: 2, after: oldCursor(idsOf(whole)[2] ?? "") }))).toEqual(idsOf(whole).slice(3, 5));
  });

  it("counts a job's items by their statuses", async () => {
    const { data } = await api.as()(
      `query ($id: ID!) { job(id: $id) { all: items { totalCount } none: items(status: []) { totalCount edges { node { id } } } failed: items(status: [FAILED], first: 1) { totalCount edges { node { status } } } } }`,
      { id: job },
    );
    expect(data.job).toEqual({
      all: { totalCount: 7 },
      none: { totalCount: 0, edges: [] },
      failed: { totalCount: 3, edges: [{ node: { status: "FAILED" } }] },
    });
  });

  it.each(names)("refuses another list's cursor in %s", async (name) => {
    const skus = `{ skus(first: 1) { pageInfo { endCursor } } }`;
    const { errors } = await lists[name]({ first: 1, after: (await api.as()(skus)).data.skus.pageInfo.endCursor });
    expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  });

  it("answers the same after another workspace's job as after one that never was", async () => {
    const read = async (id: string) => idsOf(pageOf(await lists.jobs({ after: oldCursor(encodeId("Job", id)) })));
    const foreign = await api.app.db.job.findFirstOrThrow({ where: { workspace: "other" } });
    const beside = `${foreign.id.slice(0, -4)}${foreign.id.endsWith("0000") ? "0001" : "0000"}`;
    expect(await read(foreign.id)).toHaveLength(6);
    expect(await read(beside)).toEqual(await read(foreign.id));
  });

  it.each(names)("goes on in %s after a row that was deleted", async (name) => {
    const read = async (at: Range) => pageOf(await lists[name](at));
    const whole = idsOf(await read({}));
    const first = await read({ first: 2 });
    await remove[name](rowOf(whole[1] ?? ""));
    const next = await read({ first: 2, after: first.pageInfo.endCursor });
    expect(idsOf(next)).toEqual(whole.slice(2, 4));
    expect(next.pageInfo.hasNextPage).toBe(true);
    if (name === "jobs") return;
    const { errors } = await lists[name]({ first: 2, after: oldCursor(whole[1] ?? "") });
    expect(errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" }, message: expect.stringContaining("deleted") });
  });

  /** The API of a process that is slow between a list's places and their rows: what is named goes in between. */
  const meanwhile = async (query: string, go: () => Promise<unknown>) => {
    const model = {
      findMany: async ({ args: given, query: run }: { args: object; query: (args: object) => Promise<unknown> }) =>
        run(await go().then(() => given)),
    };
    const db = api.app.db.$extends({ query: { sku: model, pair: model } } as never) as object as App["db"];
    const { graphql } = composeApi({ ...api.app, db }, { developmentSecret: null });
    const headers = { "content-type": "application/json", authorization: `Bearer ${await api.token()}` };
    const response = await graphql.fetch(
      new Request(`${api.config.publicUrl}/graphql`, { method: "POST", headers, body: JSON.stringify({ query }) }),
      {},
    );
    const answer = (await response.json()) as Answer;
    await graphql.dispose();
    return answer;
  };

  it("leaves out a pair that was deleted while its page was read, and says that more follow", async () => {
    const [, second = ""] = idsOf((await api.as()(`{ pairs ${fields} }`)).data.pairs);
    const { pairs } = (await meanwhile(`{ pairs(first: 3) ${fields} }`, () => api.app.db.pair.deleteMany({ where: { id: rowOf(second) } })))
      .data;
    expect(pairs.edges).toHaveLength(2);
    expect(pairs.pageInfo.hasNextPage).toBe(true);
  });

  it("leaves out a SKU that was deleted while its page was read, and says that more follow", async () => {
    for (const code of ["A", "B", "C"]) await api.app.db.sku.create({ data: { workspace: "test", code } });
    const document = `{ skus(first: 2) { pageInfo { hasNextPage endCursor } edges { node { code pairs { edges { node { id } } } } } } }`;
    const { skus } = (await meanwhile(document, () => api.app.db.sku.deleteMany({ where: { code: "B" } }))).data;
    expect(skus.edges).toMatchObject([{ node: { code: "A" } }]);
    expect(skus.pageInfo.hasNextPage).toBe(true);
    const rest = await api.as()(`query ($after: String) { skus(after: $after) { edges { node { code } } } }`, {
      after: skus.pageInfo.endCursor,
    });
    expect(rest.data.skus.edges).toMatchObject([{ node: { code: "C" } }, { node: { code: "PAGES" } }]);
  });
});
