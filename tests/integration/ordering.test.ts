// The main pair, the order of pairs, and which result is the current one.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { globalId, type SeededPair, seedPairs } from "../testkit/reviews.ts";

const setMain = `mutation ($id: ID!) { setMainPair(id: $id) { id isMain sku { mainPair { id } } } }`;
const reorder = `mutation ($sku: String!, $ids: [ID!]!) { reorderPairs(sku: $sku, ids: $ids) { code pairs { edges { node { id position } } } } }`;
const select = `mutation ($id: ID!) { selectResult(id: $id) { id status note current { id isCurrent } results { id isCurrent } } }`;
const nobody = "00000000-0000-4000-8000-000000000000";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

const reviewer = (workspace = "test") => api.as({ role: "REVIEWER", workspace });
const threeWaiting = ["WAITING", "WAITING", "WAITING"] as const;
const idsOf = (pairs: readonly SeededPair[]): string[] => pairs.map(({ id }) => id);

describe("setMainPair", () => {
  it("marks one and takes the mark from the one before; again changes nothing", async () => {
    const [first, second] = await seedPairs(api, { code: "MAIN-1", statuses: threeWaiting });
    for (const id of [first?.id, second?.id, second?.id]) {
      expect((await reviewer()(setMain, { id })).data.setMainPair).toEqual({ id, isMain: true, sku: { mainPair: { id } } });
    }
    expect(await api.app.db.pair.count({ where: { sku: { code: "MAIN-1" }, isMain: true } })).toBe(1);
  });

  it("leaves one main pair when many choose at once", async () => {
    const pairs = await seedPairs(api, { code: "MAIN-2", statuses: threeWaiting });
    const answers = await Promise.all([...pairs, ...pairs, ...pairs].map(({ id }) => reviewer()(setMain, { id })));
    expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
    expect(await api.app.db.pair.count({ where: { sku: { code: "MAIN-2" }, isMain: true } })).toBe(1);
  });

  it("refuses an archived pair, strangers' and unknown ids alike, and a VIEWER", async () => {
    const [archived] = await seedPairs(api, { code: "MAIN-3", statuses: ["ARCHIVED"] });
    expect((await reviewer()(setMain, { id: archived?.id })).errors?.[0]?.extensions.code).toBe("CONFLICT");
    const [foreign] = await seedPairs(api, { code: "MAIN-3", statuses: ["WAITING"], workspace: "other" });
    const answers = await Promise.all([foreign?.id, globalId("Pair", nobody), "?"].map((id) => reviewer()(setMain, { id })));
    expect(new Set(answers.map(({ errors }) => errors?.[0]?.message)).size).toBe(1);
    expect(answers[0]?.errors?.[0]?.extensions.code).toBe("NOT_FOUND");
    expect((await api.as({ role: "VIEWER" })(setMain, { id: "?" })).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  });
});

describe("reorderPairs", () => {
  it("puts the pairs in the order that was asked, from 0", async () => {
    const ids = idsOf(await seedPairs(api, { code: "ORDER-1", statuses: threeWaiting })).toReversed();
    const { edges } = (await reviewer()(reorder, { sku: "ORDER-1", ids })).data.reorderPairs.pairs;
    expect(edges.map(({ node }: { node: object }) => node)).toEqual(ids.map((id, position) => ({ id, position })));
  });

  it("says which ids are missing, doubled or of no pair of the SKU, and moves nothing", async () => {
    const pairs = await seedPairs(api, { code: "ORDER-2", statuses: threeWaiting });
    const [a = "", b = "", c = ""] = idsOf(pairs);
    const [other = ""] = idsOf(await seedPairs(api, { code: "ORDER-3", statuses: ["WAITING"] }));
    for (const [ids, ...words] of [
      [[c, a], "1 of the SKU's 3 pairs are missing"],
      [[c, b, a, c], "1 stand twice", c],
      [[c, b, a, other], "1 ids are no pair of the SKU", other],
      [[c, b, "?"], "1 ids are no pair of the SKU (?)", "1 of the SKU's 3 pairs are missing"],
      [[], "empty"],
    ] as const) {
      const { errors } = await reviewer()(reorder, { sku: "ORDER-2", ids });
      expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
      for (const word of words) expect(errors?.[0]?.message).toContain(word);
    }
    const rows = await api.app.db.pair.findMany({ where: { sku: { code: "ORDER-2" } }, orderBy: { position: "asc" } });
    expect(rows.map(({ id }) => id)).toEqual(pairs.map(({ databaseId }) => databaseId));
  });

  it("refuses 1,001 ids, another workspace's SKU like one that never was, and a VIEWER", async () => {
    const many = Array.from({ length: 1_001 }, () => "?");
    expect((await reviewer()(reorder, { sku: "X", ids: many })).errors?.[0]?.extensions.code).toBe("LIMIT_EXCEEDED");
    const ids = idsOf(await seedPairs(api, { code: "ORDER-4", statuses: threeWaiting, workspace: "other" }));
    const foreign = (await reviewer()(reorder, { sku: "ORDER-4", ids })).errors?.[0];
    expect(foreign?.extensions.code).toBe("NOT_FOUND");
    for (const sku of ["NEVER", "a\0b"]) expect((await reviewer()(reorder, { sku, ids })).errors?.[0]?.message).toBe(foreign?.message);
    expect((await api.as({ role: "VIEWER" })(reorder, { sku: "ORDER-4", ids: [] })).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  });

  it("keeps whole orders, never a mix, when two are sent at once", async () => {
    const ids = idsOf(await seedPairs(api, { code: "ORDER-5", statuses: Array.from({ length: 20 }, () => "WAITING" as const) }));
    const orders = [ids, ids.toReversed()];
    await Promise.all([...orders, ...orders, ...orders].map((order) => reviewer()(reorder, { sku: "ORDER-5", ids: order })));
    const { edges } = (await api.as()(`{ sku(code: "ORDER-5") { pairs { edges { node { id } } } } }`)).data.sku.pairs;
    expect(orders).toContainEqual(edges.map(({ node }: { node: { id: string } }) => node.id));
  });
});

describe("selectResult", () => {
  it.each([
    "READY",
    "APPROVED",
    "REJECTED",
  ] as const)("makes an earlier result current; a pair that was %s waits for a decision", async (status) => {
    const [pair] = await seedPairs(api, { code: `SELECT-${status}`, statuses: [status], results: 3 });
    const { selectResult } = (await reviewer()(select, { id: pair?.results[0] })).data;
    expect(selectResult).toMatchObject({ id: pair?.id, status: "READY", note: null, current: { id: pair?.results[0], isCurrent: true } });
    expect(selectResult.results.map(({ isCurrent }: { isCurrent: boolean }) => isCurrent)).toEqual([false, false, true]);
  });

  it("leaves the decision alone when the result is current already", async () => {
    const [pair] = await seedPairs(api, { code: "SELECT-SAME", statuses: ["APPROVED"], results: 2 });
    expect((await reviewer()(select, { id: pair?.results[1] })).data.selectResult).toMatchObject({ status: "APPROVED" });
  });

  it("refuses while the pair runs or is archived", async () => {
    for (const status of ["QUEUED", "PROCESSING", "ARCHIVED"] as const) {
      const [pair] = await seedPairs(api, { code: `SELECT-${status}`, statuses: ["READY"], results: 2 });
      await api.app.db.pair.update({ where: { id: pair?.databaseId ?? "" }, data: { status } });
      expect((await reviewer()(select, { id: pair?.results[0] })).errors?.[0]?.extensions.code).toBe("CONFLICT");
    }
  });

  it("answers for strangers' and unknown ids alike, and refuses a VIEWER", async () => {
    const [foreign] = await seedPairs(api, { code: "SELECT-FOREIGN", statuses: ["READY"], results: 2, workspace: "other" });
    const ids = [foreign?.results[0], globalId("Result", nobody), foreign?.id, "?"];
    const answers = await Promise.all(ids.map((id) => reviewer()(select, { id })));
    expect(answers.map(({ errors }) => errors?.[0]?.extensions.code)).toEqual(ids.map(() => "NOT_FOUND"));
    expect(new Set(answers.map(({ errors }) => errors?.[0]?.message)).size).toBe(1);
    expect((await api.as({ role: "VIEWER" })(select, { id: "?" })).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  });
});
