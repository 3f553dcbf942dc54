// Decisions on pairs over the API: what each does, and what it does with wrong states, strangers' ids and lists of every length.
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { globalId, type PairStatusName, pairMutation, seedPairs } from "../testkit/reviews.ts";

const allStatuses: readonly PairStatusName[] = ["WAITING", "QUEUED", "PROCESSING", "READY", "APPROVED", "REJECTED", "FAILED", "ARCHIVED"];
const nobody = globalId("Pair", "00000000-0000-4000-8000-000000000000");

/** Each bulk decision: from what states it leads where; every other state is a failure. */
const decisions = [
  { name: "approvePairs", to: { READY: "APPROVED", APPROVED: "APPROVED" } },
  { name: "rejectPairs", to: { READY: "REJECTED", APPROVED: "REJECTED", REJECTED: "REJECTED" } },
  { name: "reopenPairs", to: { APPROVED: "READY", REJECTED: "READY", READY: "READY" } },
  {
    name: "archivePairs",
    to: { WAITING: "ARCHIVED", READY: "ARCHIVED", APPROVED: "ARCHIVED", REJECTED: "ARCHIVED", FAILED: "ARCHIVED", ARCHIVED: "ARCHIVED" },
  },
  {
    name: "activatePairs",
    to: {
      ARCHIVED: "READY",
      WAITING: "WAITING",
      QUEUED: "QUEUED",
      PROCESSING: "PROCESSING",
      READY: "READY",
      APPROVED: "APPROVED",
      REJECTED: "REJECTED",
      FAILED: "FAILED",
    },
  },
] as const satisfies readonly { name: string; to: Partial<Record<PairStatusName, PairStatusName>> }[];

describe("decisions on pairs", () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await createTestApi();
  });
  afterAll(() => api.close());

  const reviewer = (workspace = "test") => api.as({ role: "REVIEWER", workspace });

  describe.each(decisions)("$name", ({ name, to }) => {
    const document = pairMutation(name);

    it("leads from each state where it should, and fails with a sentence everywhere else", async () => {
      const pairs = await seedPairs(api, { code: `${name}-ALL`, statuses: allStatuses });
      const { data } = await reviewer()(document, { ids: pairs.map(({ id }) => id) });
      const target = (status: PairStatusName): PairStatusName | undefined =>
        (to as Partial<Record<PairStatusName, PairStatusName>>)[status];
      const wanted = allStatuses.flatMap((status, index) => {
        const next = target(status);
        return next === undefined ? [] : [{ id: pairs[index]?.id, status: next }];
      });
      expect(data[name].pairs.map(({ id, status }: { id: string; status: string }) => ({ id, status }))).toEqual(wanted);
      const refused = allStatuses.flatMap((status, index) => (target(status) === undefined ? [pairs[index]?.id] : []));
      expect(data[name].failures.map(({ subject }: { subject: string }) => subject)).toEqual(refused);
      for (const { code, message } of data[name].failures) {
        expect(code).toBe("CONFLICT");
        expect(message).toMatch(/^The pair.{20,}\.$/);
      }
    });

    it("answers for unknown ids and another workspace's alike, handles a doubled id once, and does the rest", async () => {
      const status = name === "activatePairs" ? "ARCHIVED" : name === "reopenPairs" ? "REJECTED" : "READY";
      const [own] = await seedPairs(api, { code: `${name}-OWN`, statuses: [status] });
      const [foreign] = await seedPairs(api, { code: `${name}-FOREIGN`, statuses: [status], workspace: "other" });
      const strangers = [nobody, foreign?.id ?? "", "no id at all", globalId("Sku", own?.databaseId ?? "")];
      const { data } = await reviewer()(document, { ids: [...strangers, own?.id, own?.id] });
      expect(data[name].pairs).toHaveLength(1);
      expect(data[name].failures).toEqual(
        strangers.map((subject) => ({ subject, code: "NOT_FOUND", message: data[name].failures[0].message })),
      );
      expect(await api.app.db.pair.findUnique({ where: { id: foreign?.databaseId ?? "" } })).toMatchObject({ status });
    });

    it("refuses an empty list and one of 1,001, and takes 1,000", async () => {
      const ask = async (count: number) => reviewer()(document, { ids: Array.from({ length: count }, () => nobody) });
      expect((await ask(0)).errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" }, message: expect.stringMatching(/^ids /) });
      expect((await ask(1_001)).errors?.[0]).toMatchObject({
        extensions: { code: "LIMIT_EXCEEDED" },
        message: expect.stringContaining("1000"),
      });
      expect((await ask(1_000)).data[name].failures).toHaveLength(1);
    });

    it("is refused to a VIEWER before any id is looked at", async () => {
      const { errors } = await api.as({ role: "VIEWER" })(document, { ids: [] });
      expect(errors?.[0]?.extensions.code).toBe("FORBIDDEN");
    });
  });

  it("says of a waiting pair that it has no result to approve", async () => {
    const [pair] = await seedPairs(api, { code: "NO-RESULT", statuses: ["WAITING"] });
    const { failures } = (await reviewer()(pairMutation("approvePairs"), { ids: [pair?.id] })).data.approvePairs;
    expect(failures).toMatchObject([{ subject: pair?.id, code: "CONFLICT", message: expect.stringContaining("no result") }]);
  });

  it("keeps the reason of a rejection as the note, trimmed, until the pair is reopened", async () => {
    const [pair] = await seedPairs(api, { code: "REASON", statuses: ["READY"] });
    const reject = pairMutation("rejectPairs", { variables: ", $reason: String", args: ", reason: $reason" });
    const rejected = await reviewer()(reject, { ids: [pair?.id], reason: "  the handle is cut off \n" });
    expect(rejected.data.rejectPairs.pairs).toMatchObject([{ status: "REJECTED", note: "the handle is cut off" }]);
    const silent = await reviewer()(reject, { ids: [pair?.id] });
    expect(silent.data.rejectPairs.pairs).toMatchObject([{ status: "REJECTED", note: "the handle is cut off" }]);
    const again = await reviewer()(reject, { ids: [pair?.id], reason: "and too dark" });
    expect(again.data.rejectPairs.pairs).toMatchObject([{ note: "and too dark" }]);
    for (const reason of ["x".repeat(1_001), "a\0b"]) {
      const { errors } = await reviewer()(reject, { ids: [pair?.id], reason });
      expect(errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" }, message: expect.stringMatching(/^reason /) });
    }
    const reopened = await reviewer()(pairMutation("reopenPairs"), { ids: [pair?.id] });
    expect(reopened.data.reopenPairs.pairs).toMatchObject([{ status: "READY", note: null }]);
  });

  it("brings archived pairs back to the state they were archived in, counts and SKU status following", async () => {
    const statuses = ["WAITING", "READY", "APPROVED", "REJECTED", "FAILED"] as const;
    const pairs = await seedPairs(api, { code: "ARCHIVE", statuses });
    const ids = pairs.map(({ id }) => id);
    const archived = (await reviewer()(pairMutation("archivePairs"), { ids })).data.archivePairs;
    expect(archived.pairs[0].sku.counts).toMatchObject({ total: 5, archived: 5, ready: 0 });
    await reviewer()(pairMutation("archivePairs"), { ids });
    const back = (await reviewer()(pairMutation("activatePairs"), { ids })).data.activatePairs;
    expect(back.pairs.map(({ status }: { status: string }) => status)).toEqual(statuses);
    expect(back.pairs[0].sku).toMatchObject({ status: "REVIEW", counts: { archived: 0, ready: 1, approved: 1 } });
  });

  it("refuses an unknown preset, naming the allowed, before anything is approved", async () => {
    const [pair] = await seedPairs(api, { code: "PRESET", statuses: ["READY"] });
    const approve = pairMutation("approvePairs", { variables: ", $preset: String", args: ", compliantWith: $preset" });
    const { errors } = await reviewer()(approve, { ids: [pair?.id], preset: "bazaar" });
    expect(errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" }, message: expect.stringContaining("amazon") });
    expect(await api.app.db.pair.findUnique({ where: { id: pair?.databaseId ?? "" } })).toMatchObject({ status: "READY" });
  });

  it("approves, under a preset, what complies, and says of the rest which rules they break or that they can not be measured", async () => {
    const [white, grey, lost, waiting] = await seedPairs(api, { code: "MEASURE", statuses: ["READY", "READY", "READY", "WAITING"] });
    await storeResult(white?.databaseId ?? "", 255);
    await storeResult(grey?.databaseId ?? "", 190);
    const approve = pairMutation("approvePairs", { variables: ", $preset: String", args: ", compliantWith: $preset" });
    const ids = [white?.id, grey?.id, lost?.id, waiting?.id, nobody];
    const { pairs, failures } = (await reviewer()(approve, { ids, preset: "amazon-main" })).data.approvePairs;
    expect(pairs).toMatchObject([{ id: white?.id, status: "APPROVED" }]);
    expect(failures.map(({ subject, code }: { subject: string; code: string }) => [subject, code])).toEqual([
      [grey?.id, "CONFLICT"],
      [lost?.id, "CONFLICT"],
      [waiting?.id, "CONFLICT"],
      [nobody, "NOT_FOUND"],
    ]);
    expect(failures[0].message).toMatch(/amazon-main.*white/i);
    expect(failures[2].message).toContain("no result");
  });

  /** Stores the current result's picture: a dark square on a plain ground, as large as Amazon wants it. */
  async function storeResult(pairId: string, ground: number): Promise<void> {
    const { current } = await api.app.db.pair.findUniqueOrThrow({
      where: { id: pairId },
      include: { current: { include: { image: true } } },
    });
    const product = await sharp({ create: { width: 1_400, height: 1_400, channels: 3, background: "#334455" } })
      .png()
      .toBuffer();
    const file = await sharp({ create: { width: 1_600, height: 1_600, channels: 3, background: { r: ground, g: ground, b: ground } } })
      .composite([{ input: product }])
      .withIccProfile("srgb")
      .jpeg({ quality: 92 })
      .toBuffer();
    await api.app.store.put(current?.image.key ?? "", file, { contentType: "image/jpeg" });
  }

  it("approves 1,000 pairs within a second, and all of them", async () => {
    const ids: string[] = [];
    for (const code of ["THOUSAND-1", "THOUSAND-2"]) {
      ids.push(...(await seedPairs(api, { code, statuses: Array.from({ length: 500 }, () => "READY" as const) })).map(({ id }) => id));
    }
    const startedAt = performance.now();
    const { data } = await reviewer()(`mutation ($ids: [ID!]!) { approvePairs(ids: $ids) { pairs { id status } failures { code } } }`, {
      ids,
    });
    const tookMs = performance.now() - startedAt;
    expect(data.approvePairs.pairs).toEqual(ids.map((id) => ({ id, status: "APPROVED" })));
    expect(tookMs).toBeLessThan(1_000);
    const sku = await api.app.db.sku.findFirstOrThrow({ where: { code: "THOUSAND-1" } });
    expect(sku).toMatchObject({ status: "APPROVED", approved: 500, ready: 0 });
  });

  it("tells every changed pair to whoever watches, and nothing of what stayed", async () => {
    const [ready, approved] = await seedPairs(api, { code: "NEWS", statuses: ["READY", "APPROVED"] });
    const news = api.app.events.subscribe({ topic: "pair", workspace: "test" });
    await news.next();
    await reviewer()(pairMutation("approvePairs"), { ids: [ready?.id, approved?.id] });
    expect((await news.next()).value).toEqual({ refresh: false, ids: [ready?.databaseId] });
    await news.return();
  });

  it("ends in one state, with counts to match, when many decide on the same pairs in any order at once", async () => {
    const pairs = await seedPairs(api, { code: "RACE", statuses: Array.from({ length: 30 }, () => "READY" as const) });
    const ids = pairs.map(({ id }) => id);
    const names = ["approvePairs", "rejectPairs", "reopenPairs", "archivePairs", "activatePairs"];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, turn) =>
        reviewer()(pairMutation(names[turn % names.length] ?? ""), { ids: turn % 2 === 0 ? ids : ids.toReversed() }),
      ),
    );
    expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
    const sku = await api.app.db.sku.findFirstOrThrow({ where: { code: "RACE" }, include: { pairs: true } });
    for (const status of ["READY", "APPROVED", "REJECTED", "ARCHIVED"] as const) {
      expect(sku[status.toLowerCase() as "ready"]).toBe(sku.pairs.filter((pair) => pair.status === status).length);
    }
  });
});
