// Decisions on whole SKUs, and renaming them.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { type PairStatusName, seedPairs, skuMutation } from "../testkit/reviews.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

const reviewer = (workspace = "test") => api.as({ role: "REVIEWER", workspace });
const codesOf = (skus: readonly { code: string }[]): string[] => skus.map(({ code }) => code);

describe.each(["approveSkus", "archiveSkus", "activateSkus"])("%s", (name) => {
  it("answers for unknown codes and another workspace's alike, handles a doubled code once, and does the rest", async () => {
    await seedPairs(api, { code: `${name}-OWN`, statuses: ["READY"] });
    await seedPairs(api, { code: `${name}-FOREIGN`, statuses: ["READY"], workspace: "other" });
    const before = await api.app.db.sku.findFirst({ where: { code: `${name}-FOREIGN` } });
    const strangers = ["NEVER", `${name}-FOREIGN`, "a\0b", ""];
    const { data } = await reviewer()(skuMutation(name), { codes: [...strangers, `${name}-OWN`, `${name}-OWN`] });
    expect(codesOf(data[name].skus)).toEqual([`${name}-OWN`]);
    expect(data[name].failures).toEqual(
      strangers.map((subject) => ({ subject, code: "NOT_FOUND", message: data[name].failures[0].message })),
    );
    expect(await api.app.db.sku.findFirst({ where: { code: `${name}-FOREIGN` } })).toEqual(before);
  });

  it("refuses an empty list, 1,001 codes and a VIEWER", async () => {
    const ask = (codes: string[]) => reviewer()(skuMutation(name), { codes });
    expect((await ask([])).errors?.[0]).toMatchObject({
      extensions: { code: "BAD_USER_INPUT" },
      message: expect.stringMatching(/^codes /),
    });
    const many = Array.from({ length: 1_001 }, (_, index) => `C-${index}`);
    expect((await ask(many)).errors?.[0]?.extensions.code).toBe("LIMIT_EXCEEDED");
    expect((await ask(many.slice(1))).data[name].failures).toHaveLength(1_000);
    expect((await api.as({ role: "VIEWER" })(skuMutation(name), { codes: [] })).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  });
});

describe("approveSkus", () => {
  it("approves what is READY and leaves the rest; a SKU with nothing READY is a failure that says so", async () => {
    await seedPairs(api, { code: "APP-1", statuses: ["READY", "READY", "WAITING", "REJECTED"] });
    await seedPairs(api, { code: "APP-2", statuses: ["WAITING", "APPROVED"] });
    const { skus, failures } = (await reviewer()(skuMutation("approveSkus"), { codes: ["APP-1", "APP-2"] })).data.approveSkus;
    expect(skus).toMatchObject([{ code: "APP-1", status: "PENDING", counts: { total: 4, ready: 0, approved: 2 } }]);
    expect(failures).toMatchObject([{ subject: "APP-2", code: "CONFLICT", message: expect.stringContaining("nothing to approve") }]);
  });

  it("refuses an archived SKU, and what goes beyond 10,000 photos in one call", async () => {
    await seedPairs(api, { code: "APP-3", statuses: ["READY"] });
    await reviewer()(skuMutation("archiveSkus"), { codes: ["APP-3"] });
    const archived = (await reviewer()(skuMutation("approveSkus"), { codes: ["APP-3"] })).data.approveSkus;
    expect(archived.failures).toMatchObject([{ code: "CONFLICT", message: expect.stringContaining("activate") }]);
    for (const code of ["APP-4", "APP-5"]) await seedPairs(api, { code, statuses: Array.from({ length: 5_001 }, () => "READY" as const) });
    const { skus, failures } = (await reviewer()(skuMutation("approveSkus"), { codes: ["APP-4", "APP-5"] })).data.approveSkus;
    expect(skus).toMatchObject([{ code: "APP-4", status: "APPROVED" }]);
    expect(failures).toMatchObject([{ subject: "APP-5", code: "LIMIT_EXCEEDED" }]);
  });
});

describe("archiveSkus and activateSkus", () => {
  it("put a SKU aside and bring it back at the status its pairs give it; each twice without harm", async () => {
    await seedPairs(api, { code: "ARC-1", statuses: ["READY", "APPROVED"] });
    for (const [name, status] of [
      ["archiveSkus", "ARCHIVED"],
      ["archiveSkus", "ARCHIVED"],
      ["activateSkus", "REVIEW"],
      ["activateSkus", "REVIEW"],
    ] as const) {
      expect((await reviewer()(skuMutation(name), { codes: ["ARC-1"] })).data[name]).toMatchObject({ skus: [{ status }], failures: [] });
    }
  });

  it.each(["QUEUED", "PROCESSING"] as const)("refuse to archive while a photo is %s", async (status) => {
    await seedPairs(api, { code: `ARC-${status}`, statuses: [status, "READY"] });
    const { failures } = (await reviewer()(skuMutation("archiveSkus"), { codes: [`ARC-${status}`] })).data.archiveSkus;
    expect(failures).toMatchObject([{ code: "CONFLICT", message: expect.stringContaining("run") }]);
  });

  it("tell whoever watches the SKU's pairs", async () => {
    const [first] = await seedPairs(api, { code: "ARC-NEWS", statuses: ["READY", "READY"] });
    const news = api.app.events.subscribe({ topic: "pair", workspace: "test" });
    await news.next();
    await reviewer()(skuMutation("archiveSkus"), { codes: ["ARC-NEWS"] });
    expect((await news.next()).value).toEqual({ refresh: false, ids: [first?.databaseId] });
    await news.return();
  });
});

describe("updateSku", () => {
  const update = `mutation ($code: String!, $input: UpdateSkuInput!) { updateSku(code: $code, input: $input) { id code title } }`;
  const seed = (code: string, statuses: PairStatusName[] = [], workspace = "test") => seedPairs(api, { code, statuses, workspace });

  it("renames a SKU and its title, each by itself, and takes a title away", async () => {
    await seed("UPD-1", ["READY"]);
    const ask = async (code: string, input: object) => (await api.as()(update, { code, input })).data.updateSku;
    expect(await ask("UPD-1", { title: " Кружка " })).toMatchObject({ code: "UPD-1", title: "Кружка" });
    expect(await ask("UPD-1", { code: "UPD-1b" })).toMatchObject({ code: "UPD-1b", title: "Кружка" });
    expect(await ask("UPD-1b", { code: null })).toMatchObject({ code: "UPD-1b", title: "Кружка" });
    expect(await ask("UPD-1b", { title: null })).toMatchObject({ code: "UPD-1b", title: null });
    expect((await api.as()(`{ sku(code: "UPD-1") { id } }`)).data.sku).toBeNull();
  });

  it("refuses a code that is taken, also when two take it at once, and keeps its own", async () => {
    for (const code of ["UPD-2", "UPD-3", "UPD-4"]) await seed(code);
    const ask = (code: string, to: string) => api.as()(update, { code, input: { code: to } });
    expect((await ask("UPD-2", "UPD-3")).errors?.[0]).toMatchObject({
      extensions: { code: "CONFLICT" },
      message: expect.stringContaining("UPD-3"),
    });
    expect((await ask("UPD-2", "UPD-2")).data.updateSku.code).toBe("UPD-2");
    const both = await Promise.all([ask("UPD-3", "UPD-NEW"), ask("UPD-4", "UPD-NEW")]);
    expect(both.filter(({ errors }) => errors?.[0]?.extensions.code === "CONFLICT")).toHaveLength(1);
  });

  it.each([
    ["an empty code", { code: " " }, /^code /],
    ["a code with NUL", { code: "a\0b" }, /^code /],
    ["a code of a thousand characters", { code: "x".repeat(1_000) }, /^code /],
    ["a title of a thousand characters", { title: "x".repeat(1_000) }, /^title /],
  ])("refuses %s, naming the field", async (_case, input, words) => {
    const { errors } = await api.as()(update, { code: "UPD-2", input });
    expect(errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" }, message: expect.stringMatching(words) });
  });

  it("answers for another workspace's SKU like for one that never was, and refuses a REVIEWER", async () => {
    await seed("UPD-FOREIGN", [], "other");
    const messages = await Promise.all(
      ["UPD-FOREIGN", "NEVER", "a\0b"].map(async (code) => (await api.as()(update, { code, input: { title: "mine" } })).errors?.[0]),
    );
    expect(messages.map((error) => error?.extensions.code)).toEqual(["NOT_FOUND", "NOT_FOUND", "NOT_FOUND"]);
    expect(new Set(messages.map((error) => error?.message)).size).toBe(1);
    expect((await reviewer()(update, { code: "NEVER", input: {} })).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  });
});
