// A mask painted for the studio engine, from its upload to the finished picture and through later edits.
import { readFileSync } from "node:fs";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { circle, everywhere, paintMask, uploadMask } from "../testkit/masks.ts";
import { upload } from "../testkit/photos.ts";
import { until } from "../testkit/until.ts";

const bag = readFileSync(new URL("../../server/engines/studio/fixtures/bag-004-02.jpg", import.meta.url));
const size = { width: 800, height: 800 };
/** On the bag's plain front, in the photo's pixels: a share of its width and height. */
const front = { across: 0.5, down: 0.675 };
const stroke = circle(400, 540, 40);

const placed = `image { url } placement { x y width height } engine prompt warnings`;
const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id } }`;
const readJob = `query ($id: ID!) { job(id: $id) { finishedAt items { edges { node { error pair { status } result { ${placed} } } } } } }`;
const editImage = `mutation ($input: EditImageInput!) { editImage(input: $input) { current { ${placed} } } }`;
const output = { width: 500, height: 500, format: "PNG" };

describe("a mask for the studio engine", () => {
  let api: TestApi;
  let pair: string;
  beforeAll(async () => {
    api = await createTestApi();
    await api.startWorker();
    const { pairs } = await upload(api, "BAG-1", [{ name: "bag.jpg", bytes: bag }]);
    pair = pairs[0].id;
  });
  afterAll(() => api.close());

  const maskOf = async (png: Promise<Buffer>): Promise<string> => (await uploadMask(api, "BAG-1", await png)).id;

  async function run(input: object) {
    const answer = await api.as()(submit, { input: { mode: "CUSTOM", engine: "studio", pairs: [pair], output, ...input } });
    if (answer.errors) return { refused: answer.errors[0] };
    const { id } = answer.data.submitJob;
    const job = await until(`job ${id} ends`, async () => {
      const { job: read } = (await api.as()(readJob, { id })).data;
      return read.finishedAt !== null && read;
    });
    return { item: job.items.edges[0].node };
  }

  /** The colour of a result where it shows the bag's front. */
  async function frontOf({ image, placement }: { image: { url: string }; placement: Record<"x" | "y" | "width" | "height", number> }) {
    const file = Buffer.from(await (await api.fetch(new Request(image.url))).arrayBuffer());
    const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
    const x = Math.round(placement.x + front.across * placement.width);
    const y = Math.round(placement.y + front.down * placement.height);
    return [...data.subarray((y * info.width + x) * info.channels, (y * info.width + x) * info.channels + 3)];
  }

  it("is announced, decides without a prompt, and still holds when the result's background is changed", async () => {
    const { engines } = (await api.as()("{ engines { name acceptsMask } }")).data;
    expect(engines[0]).toEqual({ name: "studio", acceptsMask: true });
    const { item } = await run({ mask: await maskOf(paintMask(size, { white: stroke })) });
    expect(item).toMatchObject({ error: null, pair: { status: "READY" }, result: { engine: "studio", prompt: null } });
    expect(await frontOf(item.result)).toEqual([255, 255, 255]);
    const background = (color: string) => ({ input: { pair, operations: [{ background: { kind: "COLOR", colors: [color] } }] } });
    const blue = (await api.as()(editImage, background("#0000ff"))).data.editImage.current;
    expect(await frontOf(blue)).toEqual([0, 0, 255]);
    const green = (await api.as()(editImage, background("#00ff00"))).data.editImage.current;
    expect(await frontOf(green)).toEqual([0, 255, 0]);
  });

  it("that leaves no product fails its photo, with what to do", async () => {
    const { item } = await run({ mask: await maskOf(paintMask(size, { white: everywhere })) });
    expect(item.error).toMatch(/white everywhere.*leave the product black/);
  });

  it("of another size is refused before anything runs, and so is a run with neither mask nor prompt", async () => {
    const small = await maskOf(paintMask({ width: 80, height: 80 }, { white: everywhere }));
    expect((await run({ mask: small })).refused).toMatchObject({ message: expect.stringContaining("80 x 80 pixels: it must be as large") });
    expect((await run({})).refused).toMatchObject({ message: expect.stringContaining("prompt is empty") });
  });
});
