// Compliance through the API: measured on the stored file, per preset, many at once.
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { brokenRules } from "../../server/domain/compliance.ts";
import { presets } from "../../server/images/presets.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { painted, scriptedEngine } from "../testkit/engines.ts";
import { skuWithPhotos } from "../testkit/photos.ts";
import { until } from "../testkit/until.ts";

const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id } }`;
const measure = `query ($sku: String!, $preset: String!) {
  sku(code: $sku) { pairs { edges { node { id status current { id warnings compliance(preset: $preset) { rule verdict expected actual } } } } } }
}`;

interface Outcome {
  readonly rule: string;
  readonly verdict: string;
  readonly expected: string;
  readonly actual: string | null;
}

for (const store of ["disk", "s3"] as const) {
  describe(`compliance, store: ${store}`, () => {
    const engine = scriptedEngine();
    let api: TestApi;
    let made = 0;

    beforeAll(async () => {
      api = await createTestApi({ store, engines: engine.engines });
      await api.startWorker();
      // A brown box that fills 88 % of a white picture.
      engine.script = async (input) => {
        const { width, height } = input.output;
        const box = { width: Math.round(width * 0.88), height: Math.round(height * 0.88) };
        const { data } = await sharp({ create: { width, height, channels: 3, background: "#ffffff" } })
          .composite([{ input: { create: { ...box, channels: 3, background: "#804020" } } }])
          .removeAlpha()
          .raw()
          .toBuffer({ resolveWithObject: true });
        return { ...painted(input), picture: { data, width, height, channels: 3 }, placement: null };
      };
    });
    afterAll(() => api.close());

    const run = async (count: number, output: object): Promise<string> => {
      const sku = `RULES-${++made}`;
      const pairs = await skuWithPhotos(api, sku, count);
      await api.as()(submit, { input: { mode: "SINGLE", pairs, output } });
      await until("the photos are done", async () => (await read(sku, "ebay")).every(({ status }) => status === "READY"));
      return sku;
    };
    const read = async (
      sku: string,
      preset: string,
    ): Promise<{ status: string; current: { warnings: string[]; compliance: Outcome[] } | null }[]> =>
      (await api.as()(measure, { sku, preset })).data.sku.pairs.edges.map(({ node }: { node: unknown }) => node);
    const pairId = async (sku: string): Promise<string> => (await api.app.db.pair.findFirstOrThrow({ where: { sku: { code: sku } } })).id;

    it("passes a picture that was made for the preset, and lists what it cannot see as not checked", async () => {
      const sku = await run(1, { preset: "amazon-main" });
      const [pair] = await read(sku, "amazon-main");
      const outcomes = pair?.current?.compliance ?? [];
      expect(outcomes.filter(({ verdict }) => verdict === "FAILED")).toEqual([]);
      expect(outcomes.find(({ rule }) => rule === "white border")).toMatchObject({
        verdict: "PASSED",
        actual: "0 of 7996 border pixels are not pure white.",
      });
      expect(outcomes.find(({ rule }) => rule === "text and watermark")).toMatchObject({ verdict: "NOT_CHECKED", actual: null });
      expect(await brokenRules(api.app, await pairId(sku), "amazon-main")).toEqual([]);
    });

    it("fails a picture that was not, rule by rule, and says so in sentences", async () => {
      const sku = await run(1, { width: 300, height: 400, format: "PNG" });
      const [pair] = await read(sku, "square-master");
      const failed = (pair?.current?.compliance ?? []).filter(({ verdict }) => verdict === "FAILED");
      expect(failed.map(({ rule }) => rule)).toEqual(["width and height", "ratio", "format"]);
      expect(await brokenRules(api.app, await pairId(sku), "square-master")).toContain(
        "ratio: Width to height 1:1. This one: 3:4 (300 x 400 pixels).",
      );
    });

    it("warns of what a result does not keep of the preset that it was made for, and of nothing else", async () => {
      const [kept] = await read(await run(1, { preset: "amazon-main" }), "amazon-main");
      expect(kept?.current?.warnings).toEqual([]);
      const [broken] = await read(await run(1, { preset: "amazon-main", width: 400, height: 400, format: "WEBP" }), "amazon-main");
      expect(broken?.current?.warnings).toEqual([
        expect.stringMatching(/^Against the rules of Amazon, main picture, width and height: .* This one: 400 x 400 pixels\.$/),
        "Against the rules of Amazon, main picture, format: JPEG, PNG or TIFF, and the file's extension says so. This one: WebP, named .webp.",
      ]);
      const [free] = await read(await run(1, { width: 400, height: 300 }), "amazon-main");
      expect(free?.current?.warnings).toEqual([]);
    });

    it("measures a page of results, also against several presets at once", async () => {
      const sku = await run(20, { width: 320, height: 320, format: "JPEG" });
      const answers = await Promise.all(["walmart", "ozon", "taobao"].map((preset) => read(sku, preset)));
      for (const pairs of answers) {
        expect(pairs).toHaveLength(20);
        for (const { current } of pairs)
          expect(current?.compliance.find(({ rule }) => rule === "width and height")?.actual).toBe("320 x 320 pixels.");
      }
    });

    it("refuses a preset that is none, naming those that are", async () => {
      const sku = await run(1, { width: 64, height: 64, format: "JPEG" });
      const { errors } = await api.as()(measure, { sku, preset: "etsy" });
      expect(errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" }, message: expect.stringContaining('"etsy"') });
      for (const { name } of presets) expect(errors?.[0]?.message).toContain(name);
      await expect(brokenRules(api.app, await pairId(sku), "etsy")).rejects.toThrow("it must be one of");
    });

    it("says when the file is no longer there", async () => {
      const sku = await run(1, { width: 65, height: 65, format: "JPEG" });
      const { current } = await api.app.db.pair.findFirstOrThrow({
        where: { sku: { code: sku } },
        include: { current: { include: { image: true } } },
      });
      await api.app.store.delete([current?.image.key ?? ""]);
      const { errors } = await api.as()(measure, { sku, preset: "taobao" });
      expect(errors?.[0]).toMatchObject({ extensions: { code: "CONFLICT" } });
    });
  });
}
