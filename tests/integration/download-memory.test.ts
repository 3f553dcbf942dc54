// A large ZIP takes no memory that grows with it: 200 MB from a server process of its own. The 2 GB are in tests/bench.
import { expect, it } from "vitest";
import { streamPhotos } from "../bench/download.ts";
import { createTestDatabase } from "../testkit/database.ts";

/** Above idle, bytes: the archive is larger than that, and buffers of a stream are far smaller. */
const mostAboveIdle = 150_000_000;

it("streams 200 MB in constant memory, to quick readers and slow ones", async () => {
  const database = await createTestDatabase();
  try {
    const { files, bytes, aboveIdle, aboveIdleSlow } = await streamPhotos(10, database.url);
    expect([files, Math.round(bytes / 1e6)]).toEqual([10, 200]);
    expect(aboveIdle).toBeLessThan(mostAboveIdle);
    expect(aboveIdleSlow).toBeLessThan(mostAboveIdle);
  } finally {
    await database.drop();
  }
}, 120_000);
