// Lists of SKUs over the API: every order, filter and direction shows the same SKUs, searches find what they should, totals are exact.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compactTallies, readTally } from "../../server/domain/tally.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { skuWithPhotos } from "../testkit/photos.ts";

const page = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: SkuFilter, $orderBy: SkuOrder) {
  skus(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { code } }
  }
}`;

const orders = ["CODE", "CREATED_AT", "UPDATED_AT"].flatMap((field) => ["ASC", "DESC"].map((direction) => ({ field, direction })));

describe("lists of SKUs", () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await createTestApi();
  });
  afterAll(() => api.close());

  /** SKUs written past the API, for there is no API to make an old or an approved one. Several share one time. */
  async function makeSkus(workspace: string, count: number): Promise<void> {
    await api.app.db.$executeRaw`
      INSERT INTO ai_workflow_state (id, workspace, code, title, queued, ready, archived_at, created_at, updated_at)
      SELECT gen_random_uuid(), ${workspace}, 'S-' || lpad(n::text, 3, '0'), 'Product ' || n, (n % 4 = 1)::int, (n % 4 = 2)::int,
        CASE WHEN n % 4 = 3 THEN now() END, now() - (n / 3) * interval '1 hour', now() - ((n * 7 % ${count}) / 2) * interval '1 day'
      FROM generate_series(1, ${count}) n`;
  }

  const read = async (workspace: string, variables: object) => (await api.as({ workspace })(page, { ...variables })).data.skus;
  const codesOf = (list: { edges: { node: { code: string } }[] }): string[] => list.edges.map(({ node }) => node.code);

  async function walk(workspace: string, variables: object, backward: boolean): Promise<string[]> {
    const codes: string[] = [];
    let from: string | null = null;
    for (;;) {
      const list = await read(workspace, { ...variables, ...(backward ? { last: 7, before: from } : { first: 7, after: from }) });
      if (backward) codes.unshift(...codesOf(list));
      else codes.push(...codesOf(list));
      from = backward ? list.pageInfo.startCursor : list.pageInfo.endCursor;
      if (!(backward ? list.pageInfo.hasPreviousPage : list.pageInfo.hasNextPage)) return codes;
    }
  }

  it.each([
    ["no filter", {}],
    ["one status", { status: ["REVIEW"] }],
    ["two statuses", { status: ["PENDING", "ARCHIVED"] }],
    ["all statuses", { status: ["PENDING", "PROCESSING", "REVIEW", "APPROVED", "ARCHIVED"] }],
    ["a search", { search: "product" }],
    ["a search and a status", { search: "S-0", status: ["PROCESSING", "REVIEW"] }],
  ])("shows every SKU once in every order and from both ends, with %s", async (name, filter) => {
    const workspace = `walk ${name}`;
    await makeSkus(workspace, 60);
    const all = await read(workspace, { filter, first: 500 });
    expect(all.totalCount).toBe(all.edges.length);
    expect(all.edges.length).toBeGreaterThan(14);
    for (const orderBy of orders) {
      const forward = await walk(workspace, { filter, orderBy }, false);
      expect(forward.toSorted()).toEqual(codesOf(all).toSorted());
      expect(await walk(workspace, { filter, orderBy }, true)).toEqual(forward);
      const opposite = { ...orderBy, direction: orderBy.direction === "ASC" ? "DESC" : "ASC" };
      expect((await walk(workspace, { filter, orderBy: opposite }, false)).toReversed()).toEqual(forward);
    }
  });

  it("answers an empty list of statuses with nothing", async () => {
    await makeSkus("empty", 3);
    expect(await read("empty", { filter: { status: [] } })).toMatchObject({ totalCount: 0, edges: [] });
  });

  it("goes on from where a page ended when that SKU has moved or gone in the meantime", async () => {
    await makeSkus("moving", 20);
    const orderBy = { field: "UPDATED_AT", direction: "DESC" };
    const whole = codesOf(await read("moving", { orderBy, first: 20 }));
    const first = await read("moving", { orderBy, first: 5 });
    await api.app.db.sku.updateMany({ where: { workspace: "moving", code: whole[4] ?? "" }, data: { updatedAt: new Date() } });
    expect(codesOf(await read("moving", { orderBy, first: 5, after: first.pageInfo.endCursor }))).toEqual(whole.slice(5, 10));
    await api.app.db.sku.deleteMany({ where: { workspace: "moving", code: whole[4] ?? "" } });
    expect(codesOf(await read("moving", { orderBy, first: 5, after: first.pageInfo.endCursor }))).toEqual(whole.slice(5, 10));
  });

  it("refuses a cursor of another order or of another list", async () => {
    await makeSkus("cursors", 3);
    const { pageInfo } = await read("cursors", { first: 1 });
    const other = await api.as({ workspace: "cursors" })(page, {
      after: pageInfo.endCursor,
      orderBy: { field: "CREATED_AT", direction: "ASC" },
    });
    expect(other.errors?.[0]).toMatchObject({
      message: expect.stringMatching(/^after .* another order/),
      extensions: { code: "BAD_USER_INPUT" },
    });
    const foreign = Buffer.from("GPC:S:00000000-0000-0000-0000-000000000000").toString("base64");
    expect((await api.as()(page, { before: foreign })).errors?.[0]).toMatchObject({
      message: expect.stringMatching(/^before /),
      extensions: { code: "BAD_USER_INPUT" },
    });
  });

  it("finds words of any length in any script, takes % and _ literally, and follows a new name", async () => {
    const ask = api.as({ workspace: "words" });
    const create = `mutation ($input: CreateSkuInput!) { createSku(input: $input) { id } }`;
    await ask(create, { input: { code: "Mug-350", title: "Кружка керамическая" } });
    await ask(create, { input: { code: "BAG_9", title: "马克杯 100% хлопок" } });
    await api.as({ workspace: "others" })(create, { input: { code: "Mug-350", title: "Кружка" } });
    const find = async (search: string) => codesOf(await read("words", { filter: { search } }));
    for (const [search, found] of [
      ["к", ["BAG_9", "Mug-350"]],
      ["杯", ["BAG_9"]],
      ["UG", ["Mug-350"]],
      ["КЕРА", ["Mug-350"]],
      ["кружка керам", ["Mug-350"]],
      ["%", ["BAG_9"]],
      ["_", ["BAG_9"]],
      ["M_g", []],
      ["кружка бумажная", []],
      ["  ", ["BAG_9", "Mug-350"]],
    ] as const) {
      expect([search, await find(search)]).toEqual([search, found]);
      expect((await read("words", { filter: { search } })).totalCount).toBe(found.length);
    }
    await ask(`mutation { updateSku(code: "Mug-350", input: { code: "Becher", title: null }) { id } }`);
    expect(await find("кружка")).toEqual([]);
    expect(await find("ECHER")).toEqual(["Becher"]);
    expect((await ask(page, { filter: { search: "a\0b" } })).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  });

  it("brings a main pair along exactly as the SKU alone does, whatever is asked of it", async () => {
    await skuWithPhotos(api, "MAIN-1", 2);
    await api.as()(`mutation { createSku(input: { code: "MAIN-0" }) { id } }`);
    const pictures = "id isMain position createdAt source { name width placeholder } result { width }";
    for (const fields of [pictures, `${pictures} current { engine } results { id } sku { code }`]) {
      const list = await api.as()(
        `{ skus(filter: { search: "MAIN-" }) { edges { node { code mainPair { ${fields} } pairs(first: 5) { totalCount } } } } }`,
      );
      for (const { node } of list.data.skus.edges) {
        const alone = await api.as()(`{ sku(code: "${node.code}") { code mainPair { ${fields} } pairs(first: 5) { totalCount } } }`);
        expect(node).toEqual(alone.data.sku);
      }
      expect(list.data.skus.edges).toHaveLength(2);
    }
  });

  it("pages through all pairs by SKU and position, from both ends, and counts them by status", async () => {
    const who = { workspace: "pairs" };
    const ids = [...(await skuWithPhotos(api, "B-2", 4, who)), ...(await skuWithPhotos(api, "B-1", 3, who))];
    const grid = [...ids.slice(4), ...ids.slice(0, 4)];
    const document = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: PairFilter) {
      pairs(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
        totalCount pageInfo { startCursor endCursor hasNextPage hasPreviousPage } edges { node { id } }
      }
    }`;
    const ask = async (variables: object) => (await api.as(who)(document, { ...variables })).data.pairs;
    const idsOf = (list: { edges: { node: { id: string } }[] }): string[] => list.edges.map(({ node }) => node.id);
    const first = await ask({ first: 5 });
    const second = await ask({ first: 5, after: first.pageInfo.endCursor });
    expect([...idsOf(first), ...idsOf(second)]).toEqual(grid);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
    expect(idsOf(await ask({ last: 2, before: second.pageInfo.startCursor }))).toEqual(grid.slice(3, 5));
    await api.app.db.pair.updateMany({ where: { workspace: who.workspace, position: 0 }, data: { status: "REJECTED" } });
    const rejected = await ask({ filter: { status: ["REJECTED"] } });
    expect(rejected).toMatchObject({ totalCount: 2, edges: [{ node: { id: grid[0] } }, { node: { id: grid[3] } }] });
    expect(await ask({ filter: { sku: "B-2", status: ["WAITING"] } })).toMatchObject({ totalCount: 3, edges: [{}, {}, {}] });
    const { sku } = (
      await api.as(who)(
        `{ sku(code: "B-2") { all: pairs(first: 1) { totalCount } some: pairs(filter: { status: [REJECTED, READY] }) { totalCount } } }`,
      )
    ).data;
    expect(sku).toEqual({ all: { totalCount: 4 }, some: { totalCount: 1 } });
  });

  it("keeps totals exact while many write and two workers compact", async () => {
    const workspace = "test";
    const codes = ["TALLY-1", "TALLY-2", "TALLY-3"];
    for (const code of codes) await skuWithPhotos(api, code, 6);
    const pairs = await api.app.db.pair.findMany({ where: { sku: { code: { in: codes } } }, select: { id: true } });
    const statuses = ["WAITING", "QUEUED", "READY", "APPROVED", "ARCHIVED"] as const;
    const write = async (seed: number): Promise<void> => {
      for (let round = 0; round < 25; round++) {
        const chosen = pairs.filter((_pair, index) => (index * 7 + round * seed) % 5 === 0).map(({ id }) => id);
        await api.app.db.pair.updateMany({ where: { id: { in: chosen } }, data: { status: statuses[(round + seed) % 5] ?? "WAITING" } });
        const code = `TALLY-X-${seed}-${round}`;
        await api.app.db.sku.create({ data: { workspace, code } });
        if (round % 2 === 0) await api.app.db.sku.deleteMany({ where: { workspace, code } });
      }
    };
    let isOver = false;
    const compact = async (): Promise<void> => {
      while (!isOver) await compactTallies(api.app);
    };
    const compacting = [compact(), compact()];
    await Promise.all([1, 2, 3, 4].map(write)).finally(() => {
      isOver = true;
    });
    await Promise.all(compacting);
    const viewer = { workspace, userId: "ann", role: "VIEWER", expiresAt: null } as const;
    const [skus, counted] = [
      await readTally(api.app, viewer, "sku"),
      await api.app.db.sku.groupBy({ by: ["status"], where: { workspace }, _count: true }),
    ];
    expect(withoutZeros(skus)).toEqual(Object.fromEntries(counted.map(({ status, _count }) => [status, _count])));
    const photos = await api.app.db.pair.groupBy({ by: ["status"], where: { workspace }, _count: true });
    expect(withoutZeros(await readTally(api.app, viewer, "pair"))).toEqual(
      Object.fromEntries(photos.map(({ status, _count }) => [status, _count])),
    );
    expect(await api.app.db.tally.count()).toBeLessThan(1_000);
  });

  const withoutZeros = (counts: ReadonlyMap<string, number>): object => Object.fromEntries([...counts].filter(([, n]) => n !== 0));
});
