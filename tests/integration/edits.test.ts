// Edits through the API: new results with their provenance, on both stores; what is refused, and what is never lost.
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EngineRegistry } from "../../server/engines/registry.ts";
import { say } from "../../server/say.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { painted, scriptedEngine } from "../testkit/engines.ts";
import { skuWithPhotos } from "../testkit/photos.ts";
import { until } from "../testkit/until.ts";

const result = `id isCurrent engine model prompt job { id } confidence warnings durationMs costUsd placement { x y width height rotation }
  image { url name width height bytes mimeType }`;
const pairFields = `id status note source { url sha256 width } current { ${result} } results { ${result} }`;
const editImage = `mutation ($input: EditImageInput!) { editImage(input: $input) { ${pairFields} } }`;
const readPair = `query ($id: ID!) { node(id: $id) { ... on Pair { ${pairFields} } } }`;
const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id } }`;
const approve = `mutation ($ids: [ID!]!) { approvePairs(ids: $ids) { failures { message } } }`;

/** The scripted engine under every name, the studio's too. */
function everywhere({ engines }: { engines: EngineRegistry }): EngineRegistry {
  return { ...engines, get: () => engines.default };
}

const pixelsOf = async (api: TestApi, url: string) => sharp(Buffer.from(await (await api.fetch(new Request(url))).arrayBuffer()));

for (const store of ["disk", "s3"] as const) {
  describe(`edits, store: ${store}`, () => {
    const engine = scriptedEngine();
    let api: TestApi;
    let made = 0;

    beforeAll(async () => {
      api = await createTestApi({ store, engines: everywhere(engine) });
      await api.startWorker();
    });
    afterAll(() => api.close());

    const edit = async (pair: string, operations: object[], more: object = {}) =>
      (await api.as()(editImage, { input: { pair, operations, ...more } })).data.editImage;
    const read = async (id: string) => (await api.as()(readPair, { id })).data.node;
    const waiting = async (): Promise<string> => (await skuWithPhotos(api, `EDIT-${++made}`, 1))[0] ?? "";
    const processed = async (output: object = { width: 64, height: 48, format: "JPEG" }): Promise<string> => {
      const id = await waiting();
      engine.script = async (input) => painted(input);
      await api.as()(submit, { input: { mode: "SINGLE", pairs: [id], output } });
      await until("the photo is done", async () => (await read(id)).status === "READY");
      return id;
    };

    it("makes a new current result of the source, and leaves the source as it was", async () => {
      const id = await waiting();
      const before = await read(id);
      const after = await edit(id, [{ crop: { x: 0.25, y: 0.25, width: 0.5, height: 0.25 } }, { rotate: 90 }], { base: "SOURCE" });
      expect(after).toMatchObject({
        status: "READY",
        note: null,
        source: { sha256: before.source.sha256 },
        current: {
          isCurrent: true,
          engine: "edit",
          model: null,
          prompt: null,
          job: null,
          costUsd: 0,
          confidence: null,
          warnings: [],
          image: { width: 40, height: 80, mimeType: "image/jpeg", name: "photo-1.jpg" },
          placement: { width: 160, height: 160, rotation: 90, x: -80, y: -40 },
        },
      });
      const picture = await (await pixelsOf(api, after.current.image.url)).metadata();
      expect([picture.width, picture.height, picture.exif, picture.orientation]).toEqual([40, 80, undefined, undefined]);
    });

    it("starts from the current result when nothing is said, keeps its format and its warnings, and keeps it in the history", async () => {
      const id = await processed({ width: 64, height: 48, format: "WEBP", quality: 70 });
      engine.script = async (input) => ({ ...painted(input), warnings: [] });
      const before = await read(id);
      const after = await edit(id, [{ resize: { width: 32, height: 24 } }]);
      expect(after.current).toMatchObject({
        confidence: 0.9,
        placement: { x: 0.5, y: 1, width: 1.5, height: 2, rotation: 0 },
        image: { width: 32, height: 24, mimeType: "image/webp" },
      });
      expect(after.results.map((each: { id: string; isCurrent: boolean }) => [each.id, each.isCurrent])).toEqual([
        [after.current.id, true],
        [before.current.id, false],
      ]);
      expect((await api.fetch(new Request(before.current.image.url))).status).toBe(200);
    });

    it("records what was done and to what", async () => {
      const id = await processed();
      const { current } = await read(id);
      await edit(id, [{ tone: { warmth: 0.5 } }, { flip: "HORIZONTAL" }]);
      const row = await api.app.db.result.findFirstOrThrow({ where: { engine: "edit" }, orderBy: { createdAt: "desc" } });
      expect(row.recipe).toMatchObject({
        edit: {
          base: "RESULT",
          result: Buffer.from(current.id, "base64").toString().split(":")[1],
          operations: [{ tone: { brightness: 0, contrast: 0, saturation: 0, warmth: 0.5, sharpness: 0 } }, { flip: "HORIZONTAL" }],
          output: { format: "JPEG", quality: 90 },
        },
      });
      expect(row).toMatchObject({ placement: null, jobItemId: null });
    });

    it("paints a background behind the product that the studio finds, in its place", async () => {
      const id = await waiting();
      engine.script = async ({ output }) => {
        // A square of the middle, at the scale of 1, moved by where the canvas has room.
        const left = Math.round((output.width - 160) / 2);
        const data = Buffer.alloc(output.width * output.height * 4);
        for (let y = 60; y < 100; y++) for (let x = 60; x < 100; x++) data.set([1, 2, 3, 255], ((y + left) * output.width + x + left) * 4);
        return {
          ...painted({ output }),
          picture: { data, width: output.width, height: output.height, channels: 4 },
          placement: { x: left, y: left, width: 160, height: 160, rotation: 0 },
          warnings: [say("CHECK_OUTLINE"), say("PRODUCT_ENLARGED", { times: 4 })],
        };
      };
      const clear = await edit(id, [{ background: { kind: "TRANSPARENT" } }], { base: "SOURCE" });
      expect(clear.current).toMatchObject({
        confidence: 0.9,
        warnings: ["Check this cut-out: the outline is uncertain."],
        image: { width: 160, height: 160, mimeType: "image/png" },
        placement: { x: 0, y: 0, width: 160, height: 160, rotation: 0 },
      });
      expect(engine.inputs.at(-1)).toMatchObject({ recipe: { background: "TRANSPARENT", shadow: 0, autoTone: false } });
      const { data } = await (await pixelsOf(api, clear.current.image.url)).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
      expect(data[(50 * 160 + 80) * 4 + 3]).toBe(0);
      expect(data[(61 * 160 + 61) * 4 + 3]).toBe(255);
      const asked = engine.inputs.length;
      const colored = await edit(id, [{ background: { kind: "COLOR", colors: ["#00ff00"] } }]);
      expect(engine.inputs.length).toBe(asked);
      expect(colored.current.image.mimeType).toBe("image/png");
      expect(colored.results).toHaveLength(2);
      // On the painted ground the outline could no longer be told: the source is asked again.
      const bytes = await api.app.store.get((await api.app.db.image.findFirstOrThrow({ where: { sha256: clear.source.sha256 } })).key);
      expect(engine.inputs.at(-1)?.source.equals(bytes)).toBe(false);
      await edit(id, [{ background: { kind: "GRADIENT", colors: ["#000", "#fff"] } }]);
      expect(engine.inputs.length).toBe(asked + 1);
      expect(engine.inputs.at(-1)?.source.equals(bytes)).toBe(true);
    });

    it("takes an approval back to READY", async () => {
      const id = await processed();
      await api.as()(approve, { ids: [id] });
      expect((await read(id)).status).toBe("APPROVED");
      expect((await edit(id, [{ rotate: 180 }])).status).toBe("READY");
    });

    it("keeps no file of an edit that lost its photo to a run", async () => {
      const id = await waiting();
      const files = async (): Promise<number> => {
        let count = 0;
        for await (const _file of api.app.store.list("images/")) count++;
        return count;
      };
      const before = await files();
      engine.script = async (input) => {
        await api.app.db.pair.updateMany({
          where: { source: { name: "photo-1.jpg" }, sku: { code: `EDIT-${made}` } },
          data: { status: "QUEUED" },
        });
        return {
          ...painted(input),
          picture: {
            data: Buffer.alloc(input.output.width * input.output.height * 4, 255),
            width: input.output.width,
            height: input.output.height,
            channels: 4,
          },
        };
      };
      const answer = await api.as()(editImage, {
        input: { pair: id, base: "SOURCE", operations: [{ background: { kind: "TRANSPARENT" } }] },
      });
      expect(answer.errors?.[0]).toMatchObject({ message: expect.stringContaining("in a run"), extensions: { code: "CONFLICT" } });
      expect(await files()).toBe(before);
      expect((await read(id)).results).toEqual([]);
    });
  });
}

describe("edits", () => {
  const engine = scriptedEngine();
  let api: TestApi;
  let pair = "";

  beforeAll(async () => {
    api = await createTestApi({ engines: engine.engines });
    pair = (await skuWithPhotos(api, "EDITS", 1))[0] ?? "";
  });
  afterAll(() => api.close());

  const ask = async (input: object, who: Parameters<TestApi["as"]>[0] = {}) => (await api.as(who)(editImage, { input })).errors?.[0];
  const turn = [{ rotate: 90 }];

  it("needs the role EDITOR, before any id is looked up", async () => {
    for (const role of ["VIEWER", "REVIEWER"] as const) {
      expect(await ask({ pair: "nonsense", operations: turn }, { role })).toMatchObject({ extensions: { code: "FORBIDDEN" } });
    }
  });

  it("finds no foreign and no unknown photo, in the same words", async () => {
    const foreign = await ask({ pair, base: "SOURCE", operations: turn }, { workspace: "other" });
    const unknown = await ask({ pair: "UGFpcjox", base: "SOURCE", operations: turn });
    expect(foreign).toMatchObject({ extensions: { code: "NOT_FOUND" } });
    expect(unknown?.message).toBe(foreign?.message);
  });

  it("sends a photo without a result to its source", async () => {
    expect(await ask({ pair, operations: turn })).toMatchObject({
      message: expect.stringContaining("set base to SOURCE"),
      extensions: { code: "BAD_USER_INPUT" },
    });
  });

  it.each(["QUEUED", "PROCESSING", "ARCHIVED"] as const)("is a CONFLICT while the photo is %s", async (status) => {
    const id = (await skuWithPhotos(api, `EDITS-${status}`, 1))[0] ?? "";
    await api.app.db.pair.updateMany({ where: { sku: { code: `EDITS-${status}` } }, data: { status } });
    expect(await ask({ pair: id, base: "SOURCE", operations: turn })).toMatchObject({ extensions: { code: "CONFLICT" } });
  });

  it("says that a background needs the studio engine where there is none", async () => {
    const operations = [{ background: { kind: "COLOR", colors: ["#fff"] } }];
    expect(await ask({ pair, base: "SOURCE", operations })).toMatchObject({ extensions: { code: "ENGINE_UNAVAILABLE" } });
  });

  const crop = { x: 0, y: 0, width: 1, height: 1 };
  it.each<[string, object[]]>([
    ["operations", []],
    ["crop.x", [{ crop: { ...crop, x: 1.5 } }]],
    ["crop.y", [{ crop: { ...crop, y: -1 } }]],
    ["crop.width", [{ crop: { ...crop, x: 0.5 } }]],
    ["crop.height", [{ crop: { ...crop, height: 0 } }]],
    ["crop.width", [{ crop: { ...crop, width: 0.001 } }]],
    ["tone.saturation", [{ tone: { saturation: 7 } }]],
    ["background.colors", [{ background: { kind: "GRADIENT", colors: ["#fff"] } }]],
    ["resize.width", [{ resize: { width: 9000, height: 10 } }]],
    ["resize.height", [{ resize: { width: 10, height: 0 } }]],
    ["EditOperationInput", [{ rotate: 1, flip: "HORIZONTAL" }]],
  ])("names %s where it is wrong", async (field, operations) => {
    const error = await ask({ pair, base: "SOURCE", operations });
    expect(error).toMatchObject({ message: expect.stringContaining(field), extensions: { code: "BAD_USER_INPUT" } });
  });

  it("takes 20 operations and no more", async () => {
    const many = Array.from({ length: 21 }, () => ({ rotate: 90 }));
    expect(await ask({ pair, base: "SOURCE", operations: many })).toMatchObject({ extensions: { code: "LIMIT_EXCEEDED" } });
    expect(await ask({ pair, base: "SOURCE", operations: many.slice(1) })).toBeUndefined();
  });

  it("does many at once without losing one", async () => {
    const id = (await skuWithPhotos(api, "EDITS-MANY", 1))[0] ?? "";
    const edits = Array.from({ length: 8 }, (_, at) =>
      api.as()(editImage, { input: { pair: id, base: "SOURCE", operations: [{ rotate: at * 11 }] } }),
    );
    for (const { errors } of await Promise.all(edits)) expect(errors).toBeUndefined();
    const { results } = (await api.as()(readPair, { id })).data.node;
    expect(results).toHaveLength(8);
    expect(results.filter(({ isCurrent }: { isCurrent: boolean }) => isCurrent)).toHaveLength(1);
  });
});

describe("edits with the studio engine", () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await createTestApi();
  });
  afterAll(() => api.close());

  it("gives a photo a white background, pure to its border, the product where it was", async () => {
    const id = (await skuWithPhotos(api, "STUDIO", 1))[0];
    const input = { pair: id, base: "SOURCE", operations: [{ background: { kind: "COLOR", colors: ["#ffffff"] } }] };
    const { data, errors } = await api.as()(editImage, { input });
    expect(errors).toBeUndefined();
    const { data: pixels, info } = await (await pixelsOf(api, data.editImage.current.image.url))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number): number => pixels[(y * info.width + x) * info.channels] ?? 0;
    expect([at(0, 0), at(159, 0), at(0, 159), at(159, 159)]).toEqual([255, 255, 255, 255]);
    expect(at(80, 80)).toBeLessThan(200);
    expect([at(80 - 40, 80) < 200, at(80 + 40, 80) < 200, at(80 - 56, 80) > 240, at(80 + 56, 80) > 240]).toEqual([true, true, true, true]);
  });
});
