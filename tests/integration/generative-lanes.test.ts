// The places that an engine's limits leave: closed while the provider asks for patience, free again when whoever held one is gone.
import { describe, expect, it } from "vitest";
import { enterLane, leaveLane } from "../../server/domain/engine-lane.ts";
import { createTestApi } from "../testkit/api.ts";
import { skuWithPhotos } from "../testkit/photos.ts";
import { startProviders } from "../testkit/providers.ts";

const output = { width: 128, height: 96, format: "WEBP" };
const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id } }`;

describe("a lane", () => {
  it("is closed to everybody while the provider asks for patience, and to nobody after", async () => {
    const providers = await startProviders();
    const api = await createTestApi({ env: providers.env });
    try {
      const pairs = await skuWithPhotos(api, "LANE-2", 2);
      await api.as()(submit, { input: { mode: "CUSTOM", engine: "gemini", output, pairs, prompt: "x" } });
      const [first, second] = await api.app.db.jobItem.findMany({ select: { id: true } });
      const enter = (itemId: string | undefined) => enterLane(api.app, { workerId: crypto.randomUUID(), itemId: itemId ?? "" });
      const lane = await enter(first?.id);
      if (lane !== "full") await leaveLane(api.app, lane, 300_000);
      expect(await enter(second?.id)).toBe("full");
      const [job] = await api.app.db.$queryRaw<{ inMs: number }[]>`
        SELECT 1000 * extract(epoch FROM max(run_at) - now())::float8 AS "inMs" FROM graphile_worker._private_jobs`;
      expect(job?.inMs).toBeGreaterThan(290_000);
      await api.app.db.$executeRaw`UPDATE ai_engine_run SET paused_until = now() - interval '1 second'`;
      expect(await enter(second?.id)).not.toBe("full");
    } finally {
      await api.close();
      await providers.close();
    }
  });

  it("forgets the places of items that their worker no longer runs", async () => {
    const providers = await startProviders();
    const api = await createTestApi({ env: { ...providers.env, ENGINE_LIMITS: JSON.stringify({ gemini: { concurrency: 1 } }) } });
    try {
      const pairs = await skuWithPhotos(api, "LANE-1", 2);
      await api.as()(submit, { input: { mode: "CUSTOM", engine: "gemini", output, pairs, prompt: "x" } });
      const [first, second] = await api.app.db.jobItem.findMany({ select: { id: true } });
      const enter = (itemId: string | undefined) => enterLane(api.app, { workerId: crypto.randomUUID(), itemId: itemId ?? "" });
      const lane = await enter(first?.id);
      expect(lane).toMatchObject({ id: expect.anything() });
      expect(await enter(second?.id)).toBe("full");
      await api.app.db.engineRun.updateMany({ data: { at: new Date(Date.now() - 30_000) } });
      const next = await enter(second?.id);
      expect(next).toMatchObject({ id: expect.anything() });
      if (next !== "full") await leaveLane(api.app, next);
      expect(await enter(first?.id)).not.toBe("full");
    } finally {
      await api.close();
      await providers.close();
    }
  });
});
