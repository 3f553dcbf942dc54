// What is fetched after the first answer: Replicate's predictions until they are done, and pictures that come as a link.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openEngine, runGenerative } from "../../../tests/testkit/generative-runs.ts";
import { makePhoto } from "../../../tests/testkit/photos.ts";
import { type ProviderServer, startProviders, testKey } from "../../../tests/testkit/providers.ts";

let server: ProviderServer;
let photo: Buffer;
beforeAll(async () => {
  server = await startProviders();
  photo = await makePhoto(320);
});
afterAll(() => server.close());
beforeEach(() => server.reset());

describe.each(["fal", "replicate"] as const)("a finished picture of %s", (name) => {
  it.each([403, 404, 500])("that can not be fetched (%i) is the link's fault and not the model's", async (fileStatus) => {
    server.behave = () => ({ kind: "picture", fileStatus });
    await expect(runGenerative(openEngine(server, name), photo)).rejects.toMatchObject({
      kind: "passing",
      message: expect.stringContaining("The finished picture could not be fetched"),
    });
  });
});

describe("Replicate's predictions", () => {
  it("are asked for until they are done", async () => {
    server.behave = () => (server.seen.length < 3 ? { kind: "processing" } : { kind: "picture" });
    const made = await runGenerative(openEngine(server, "replicate"), photo);
    expect(made.picture).toMatchObject({ width: 400, height: 300 });
    expect(server.seen.map(({ method }) => method)).toEqual(["POST", "GET", "GET"]);
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill(`Bearer ${testKey}`));
  });

  it("end by themselves when nobody waits for them any more", async () => {
    await runGenerative(openEngine(server, "replicate"), photo);
    expect(server.seen[0]?.headers["cancel-after"]).toBe("180s");
  });

  it("are no longer asked for once the run is cancelled", async () => {
    server.behave = () => ({ kind: "processing" });
    const controller = new AbortController();
    const running = runGenerative(openEngine(server, "replicate"), photo, { signal: controller.signal });
    running.catch(() => {});
    await expect.poll(() => server.seen.length).toBeGreaterThan(1);
    controller.abort(new Error("The job was cancelled"));
    await expect(running).rejects.toThrow("The job was cancelled");
    const asked = server.seen.length;
    // Two of the usual waits between questions.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(server.seen).toHaveLength(asked);
  });

  it("that are no longer asked for in time are given up", async () => {
    server.behave = () => ({ kind: "processing" });
    await expect(runGenerative(openEngine(server, "replicate", { timeoutMs: 900 }), photo)).rejects.toMatchObject({
      kind: "passing",
      message: expect.stringContaining("0.9 seconds"),
    });
  });
});
