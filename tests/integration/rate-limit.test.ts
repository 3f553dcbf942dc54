// The rate limit: over all API processes together, fair to others, and told so that a client knows when to come again.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { composeApi } from "../../server/api.ts";
import { type App, closeApp, openApp } from "../../server/app.ts";
import { sharedSecret } from "../../server/domain/secret.ts";
import { createLog } from "../../server/log.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { until } from "../testkit/until.ts";

const perMinute = 60;
/** What a full bucket holds: the allowance of twenty seconds. */
const capacity = 20;

interface Answered {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly code: string | undefined;
}

describe("the rate limit", () => {
  let api: TestApi;
  let other: App;
  let second: ReturnType<typeof composeApi>;
  beforeAll(async () => {
    api = await createTestApi({ env: { RATE_LIMIT_PER_MINUTE: String(perMinute) } });
    other = await openApp({
      config: api.config,
      log: createLog("fatal"),
      databaseUrl: api.databaseUrl,
      linkSecret: (db) => sharedSecret(db, "links"),
    });
    second = composeApi(other, { developmentSecret: null });
  });
  afterEach(() => api.app.db.rateBucket.deleteMany());
  afterAll(async () => {
    await second.graphql.dispose();
    await closeApp(other);
    await api.close();
  });

  async function ask(
    user: string,
    of: "first" | "second" = "first",
    query: unknown = { query: "{ viewer { userId } }" },
  ): Promise<Answered> {
    const graphql = of === "first" ? api.composed.graphql : second.graphql;
    const response = await graphql.fetch(`${api.config.publicUrl}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${await api.token({ user })}` },
      body: JSON.stringify(query),
    });
    const answer = [await response.json()].flat() as { errors?: { extensions: { code: string } }[] }[];
    return { status: response.status, retryAfter: response.headers.get("retry-after"), code: answer[0]?.errors?.[0]?.extensions.code };
  }

  it("hands out what the bucket holds and no more, whichever process is asked", async () => {
    const startedAt = performance.now();
    const answers = await Promise.all(Array.from({ length: 80 }, (_, n) => ask("ann", n % 2 === 0 ? "first" : "second")));
    const refilled = Math.ceil(((performance.now() - startedAt) / 60_000) * perMinute);
    const let_ = answers.filter(({ code }) => code === undefined).length;
    expect(let_).toBeGreaterThanOrEqual(capacity);
    expect(let_).toBeLessThanOrEqual(capacity + refilled);
  });

  it("answers 429 and RATE_LIMITED with the seconds to wait, and lets in again after them; others are let in all the while", async () => {
    const refused = await until("one is refused", async () => {
      const answer = await ask("bob");
      return answer.code !== undefined && answer;
    });
    expect(refused).toEqual({ status: 429, code: "RATE_LIMITED", retryAfter: "1" });
    expect((await ask("eve")).status).toBe(200);
    await until("the bucket has filled a little", async () => (await ask("bob")).status === 200);
  });

  it("counts what is refused for its size, and each operation of a batch", async () => {
    const tooMany = { query: `{ ${Array.from({ length: 31 }, (_, n) => `a${n}: viewer { userId }`).join(" ")} }` };
    expect((await ask("cat", "first", tooMany)).code).toBe("LIMIT_EXCEEDED");
    await until("the oversized are refused for their number", async () => (await ask("cat", "first", tooMany)).code === "RATE_LIMITED");
    const batch = Array.from({ length: 10 }, () => ({ query: "{ viewer { userId } }" }));
    await until("a batch is refused as a whole", async () => (await ask("dan", "first", batch)).code === "RATE_LIMITED");
  });

  it("asks the database once for many operations", async () => {
    const generous = await createTestApi({ env: { RATE_LIMIT_PER_MINUTE: "60000" } });
    for (let n = 0; n < 50; n++) await generous.as()("{ viewer { userId } }");
    const { tokens } = await generous.app.db.rateBucket.findFirstOrThrow();
    await generous.close();
    // One portion of a thousand is gone from twenty thousand: it has been asked for once.
    expect(tokens).toBe(19_000);
  });
});
