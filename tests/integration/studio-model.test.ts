// What the API says of the studio engine's network: which one it is, what is missing, and which one made a result.
import { afterEach, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { skuWithPhotos } from "../testkit/photos.ts";
import { until } from "../testkit/until.ts";

const readEngine = "{ engines { name available unavailableReason models } }";
const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id } }`;
const readJob = `query ($id: ID!) { job(id: $id) { finishedAt items { edges { node { error result { engine model } } } } } }`;
const output = { width: 96, height: 96, format: "JPEG" };

let api: TestApi;
afterEach(() => api.close());

const studio = async () => (await api.as()(readEngine)).data.engines[0];

describe("the studio engine's network", () => {
  it("is named in the list of engines and in every result that it had a part in", async () => {
    api = await createTestApi();
    await api.startWorker();
    expect(await studio()).toEqual({ name: "studio", available: true, unavailableReason: null, models: ["product-seg-384"] });
    const pairs = await skuWithPhotos(api, "NET-1", 1);
    const { id } = (await api.as()(submit, { input: { mode: "SINGLE", pairs, engine: "studio", output } })).data.submitJob;
    const job = await until(`job ${id} ends`, async () => {
      const { job: read } = (await api.as()(readJob, { id })).data;
      return read.finishedAt !== null && read;
    });
    expect(job.items.edges).toEqual([{ node: { error: null, result: { engine: "studio", model: "product-seg-384" } } }]);
  });

  it("that was not fetched is named with the command that fetches it, and nothing runs", async () => {
    api = await createTestApi({ env: { STUDIO_MODEL: "birefnet-lite" } });
    const reason = expect.stringContaining("npm run model birefnet-lite");
    expect(await studio()).toEqual({ name: "studio", available: false, unavailableReason: reason, models: ["birefnet-lite"] });
    const pairs = await skuWithPhotos(api, "NET-2", 1);
    const answer = await api.as()(submit, { input: { mode: "SINGLE", pairs, engine: "studio", output } });
    expect(answer.errors?.[0]).toMatchObject({ message: reason, extensions: { code: "ENGINE_UNAVAILABLE" } });
  });
});
