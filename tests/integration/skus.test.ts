// SKUs over the API: making them, finding them, paging through them, and seeing only one's own.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { skuWithPhotos } from "../testkit/photos.ts";

const create = `mutation ($input: CreateSkuInput!) { createSku(input: $input) { id code title status counts { total } mainPair { id } } }`;
const page = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: SkuFilter, $orderBy: SkuOrder) {
  skus(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { code } }
  }
}`;

describe("skus", () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await createTestApi();
  });
  afterAll(() => api.close());

  const codes = (answer: { data: { skus: { edges: { node: { code: string } }[] } } }): string[] =>
    answer.data.skus.edges.map(({ node }) => node.code);

  it("makes a SKU that is PENDING and empty, and refuses its code a second time", async () => {
    const made = await api.as()(create, { input: { code: "NEW-1", title: "Кружка 350 мл" } });
    expect(made.data.createSku).toMatchObject({
      code: "NEW-1",
      title: "Кружка 350 мл",
      status: "PENDING",
      counts: { total: 0 },
      mainPair: null,
    });
    const again = await api.as()(create, { input: { code: "NEW-1" } });
    expect(again.errors?.[0]).toMatchObject({ extensions: { code: "CONFLICT" }, message: expect.stringContaining("NEW-1") });
  });

  it.each([
    ["an empty code", ""],
    ["a code of spaces", "   "],
    ["a code with NUL", "A\0B"],
    ["a code that reads otherwise than it is spelled", "A\u202eB"],
    ["a code of a thousand characters", "x".repeat(1000)],
  ])("refuses %s, naming the field", async (_case, code) => {
    const { errors } = await api.as()(create, { input: { code } });
    expect(errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" }, message: expect.stringMatching(/^code /) });
  });

  it("pages forwards and backwards over the same SKUs in the same order", async () => {
    const who = { workspace: "paging" };
    for (let n = 1; n <= 7; n++) await api.as(who)(create, { input: { code: `P-${n}` } });
    const first = await api.as(who)(page, { first: 3 });
    expect(codes(first)).toEqual(["P-1", "P-2", "P-3"]);
    expect(first.data.skus).toMatchObject({ totalCount: 7, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
    const second = await api.as(who)(page, { first: 3, after: first.data.skus.pageInfo.endCursor });
    expect(codes(second)).toEqual(["P-4", "P-5", "P-6"]);
    const back = await api.as(who)(page, { last: 2, before: second.data.skus.pageInfo.startCursor });
    expect(codes(back)).toEqual(["P-2", "P-3"]);
    const descending = await api.as(who)(page, { first: 2, orderBy: { field: "CODE", direction: "DESC" } });
    expect(codes(descending)).toEqual(["P-7", "P-6"]);
  });

  it.each([
    [{ first: 0 }, "first"],
    [{ first: 501 }, "first"],
    [{ last: -1 }, "last"],
    [{ first: 1, after: "not a cursor" }, "after"],
  ])("refuses the page %j, naming what is wrong", async (variables, field) => {
    const { errors } = await api.as()(page, variables);
    expect(errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" }, message: expect.stringContaining(field) });
  });

  it("finds by code and by title, ignoring case, in any script", async () => {
    const who = { workspace: "search" };
    await api.as(who)(create, { input: { code: "Mug-9", title: "Кружка" } });
    await api.as(who)(create, { input: { code: "BAG-9", title: "马克杯 bag" } });
    for (const [search, code] of [
      ["mUG", "Mug-9"],
      ["КРУЖ", "Mug-9"],
      ["克杯", "BAG-9"],
    ]) {
      expect(codes(await api.as(who)(page, { filter: { search } }))).toEqual([code]);
    }
  });

  it("is one SKU however its letters are composed, and found by either spelling", async () => {
    const who = { workspace: "composed" };
    const composed = "Чайник é-1";
    const apart = composed.normalize("NFD");
    expect((await api.as(who)(create, { input: { code: apart, title: apart } })).data.createSku).toMatchObject({
      code: composed,
      title: composed,
    });
    expect((await api.as(who)(create, { input: { code: composed } })).errors?.[0]).toMatchObject({ extensions: { code: "CONFLICT" } });
    for (const code of [composed, apart]) {
      const query = `query ($code: String!) { sku(code: $code) { code } pairs(filter: { sku: $code }) { totalCount } skus(filter: { search: $code }) { totalCount } }`;
      expect((await api.as(who)(query, { code })).data).toMatchObject({ sku: { code: composed }, skus: { totalCount: 1 } });
      const update = `mutation ($code: String!) { updateSku(code: $code, input: { title: "found" }) { code } archiveSkus(codes: [$code]) { skus { code } } activateSkus(codes: [$code]) { skus { code } } }`;
      expect((await api.as(who)(update, { code })).data).toEqual({
        updateSku: { code: composed },
        archiveSkus: { skus: [{ code: composed }] },
        activateSkus: { skus: [{ code: composed }] },
      });
      await api.as(who)(`mutation ($code: String!) { updateSku(code: $code, input: { title: $code }) { code } }`, { code });
    }
  });

  it("answers a code that no text can hold as one that never was, wherever it is asked", async () => {
    const query = `query ($code: String!) { sku(code: $code) { id } jobs(filter: { sku: $code }) { totalCount } pairs(filter: { sku: $code }) { totalCount } }`;
    expect(await api.as()(query, { code: "a\0b" })).toEqual({ data: { sku: null, jobs: { totalCount: 0 }, pairs: { totalCount: 0 } } });
    const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id } }`;
    const given = { mode: "BATCH", skus: ["a\0b"] };
    expect((await api.as()(submit, { input: given })).errors?.[0]?.extensions.code).toBe("NOT_FOUND");
    const key = { ...given, idempotencyKey: "k\0" };
    expect((await api.as()(submit, { input: key })).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
    const usage = await api.as()(`{ usage(from: "0000-01-01T00:00:00Z") { total { usd } } }`);
    expect(usage.errors?.[0]?.message).toContain("RFC 3339");
  });

  it("answers for another workspace's SKU exactly as for one that never was", async () => {
    const mine = (await api.as({ workspace: "mine" })(create, { input: { code: "SECRET-1" } })).data.createSku;
    const ask = api.as({ workspace: "other" });
    expect((await ask(`{ sku(code: "SECRET-1") { id } }`)).data.sku).toBeNull();
    expect((await ask(`query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }`, { id: mine.id })).data).toEqual({
      node: null,
      nodes: [null],
    });
    const run = (skus: string[]) => ask(`mutation ($skus: [String!]) { submitJob(input: { mode: BATCH, skus: $skus }) { id } }`, { skus });
    const foreign = (await run(["SECRET-1"])).errors?.[0]?.message.replace("SECRET-1", "X");
    expect(foreign).toBe((await run(["NEVER-1"])).errors?.[0]?.message.replace("NEVER-1", "X"));
    expect(codes(await ask(page))).toEqual([]);
  });

  it("lets a VIEWER read and change nothing", async () => {
    const ask = api.as({ role: "VIEWER", workspace: "viewing" });
    expect((await ask(`{ viewer { userId workspaceId role } }`)).data.viewer).toEqual({
      userId: "ann",
      workspaceId: "viewing",
      role: "VIEWER",
    });
    expect((await ask(create, { input: { code: "V-1" } })).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  });

  it("keeps counts and status exact while many change the same SKUs at once", async () => {
    const who = { workspace: "test" };
    const pairs = [...(await skuWithPhotos(api, "HAM-1", 12)), ...(await skuWithPhotos(api, "HAM-2", 12))];
    const statuses = ["WAITING", "QUEUED", "PROCESSING", "READY", "APPROVED", "REJECTED", "FAILED", "ARCHIVED"] as const;
    const rows = await api.app.db.pair.findMany({ where: { sku: { code: { in: ["HAM-1", "HAM-2"] } } }, select: { id: true } });
    expect(rows).toHaveLength(pairs.length);
    const hammer = async (seed: number): Promise<void> => {
      for (let round = 0; round < 25; round++) {
        const chosen = rows.filter((_row, index) => (index * 7 + round * seed) % 5 === 0).map(({ id }) => id);
        const status = statuses[(round + seed) % statuses.length] ?? "WAITING";
        await api.app.db.$transaction(async (tx) => {
          // As every bulk operation does: pairs are locked in the order of their ids.
          await tx.$queryRaw`SELECT 1 FROM ai_image_pair WHERE id = ANY (${chosen}::uuid[]) ORDER BY id FOR UPDATE`;
          await tx.pair.updateMany({ where: { id: { in: chosen } }, data: { status } });
        });
      }
    };
    await Promise.all([1, 2, 3, 4, 5, 6].map(hammer));
    for (const code of ["HAM-1", "HAM-2"]) {
      const sku = await api.app.db.sku.findFirstOrThrow({ where: { code, workspace: who.workspace }, include: { pairs: true } });
      const counted = statuses.map((status) => [status, sku.pairs.filter((pair) => pair.status === status).length]);
      const kept = statuses.map((status) => [status, sku[status.toLowerCase() as "waiting"]]);
      expect(kept).toEqual(counted);
    }
  });
});
