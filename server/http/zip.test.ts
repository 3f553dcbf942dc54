// ZIPs as they are written: backpressure, breaks, and readers that leave.
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { readZip } from "../../tests/testkit/zip.ts";
import { textEntry, type ZipEntry, zipOf } from "./zip.ts";

const entryBytes = 1_000_000;

/** Entries that say how far they were read. */
function watched(count: number): { entries: AsyncGenerator<ZipEntry>; bodies: Readable[]; ended: () => boolean } {
  const bodies: Readable[] = [];
  let ended = false;
  async function* entries(): AsyncGenerator<ZipEntry> {
    try {
      for (let index = 0; index < count; index++) {
        const body = Readable.from(Array.from({ length: 100 }, () => Buffer.alloc(entryBytes / 100, index)));
        bodies.push(body);
        yield { path: `${index}.bin`, modifiedAt: new Date(0), bytes: entryBytes, body };
      }
    } finally {
      ended = true;
    }
  }
  return { entries: entries(), bodies, ended: () => ended };
}

describe("zipOf", () => {
  it("writes entries that archivers read, stored and in order", async () => {
    const { entries } = watched(3);
    const unpacked = await readZip(await buffer(zipOf(entries)));
    expect(unpacked.map(({ path, bytes }) => [path, bytes.equals(Buffer.alloc(entryBytes, Number.parseInt(path, 10)))])).toEqual([
      ["0.bin", true],
      ["1.bin", true],
      ["2.bin", true],
    ]);
  });

  it("keeps names of any script and a text", async () => {
    async function* entries(): AsyncGenerator<ZipEntry> {
      yield textEntry("Кружка/白い_01.txt", "текст");
    }
    expect(await readZip(await buffer(zipOf(entries())))).toEqual([{ path: "Кружка/白い_01.txt", bytes: Buffer.from("текст") }]);
  });

  it("opens no further entry while nobody reads", async () => {
    const { entries, bodies } = watched(50);
    const zip = zipOf(entries);
    await sleep(100);
    expect(bodies.length).toBe(1);
    zip.destroy();
  });

  it("closes the open entry and the list when its reader leaves", async () => {
    const { entries, bodies, ended } = watched(50);
    const zip = zipOf(entries);
    for await (const _chunk of zip) if (bodies.length === 3) break;
    await sleep(20);
    expect(ended()).toBe(true);
    expect(bodies.every(({ destroyed }) => destroyed)).toBe(true);
  });

  it.each([
    ["breaks", () => Readable.from(failing()), "the store is away"],
    ["is shorter than its size", () => Readable.from([Buffer.alloc(5)]), "unexpected number of bytes"],
  ])("breaks off when an entry %s, so that nobody takes the archive for whole", async (_case, body, words) => {
    async function* entries(): AsyncGenerator<ZipEntry> {
      yield { path: "a.bin", modifiedAt: new Date(0), bytes: 10, body: body() };
    }
    await expect(buffer(zipOf(entries()))).rejects.toThrow(words);
  });

  it("breaks off when the list of entries does", async () => {
    const error = new Error("the database is away");
    async function* entries(): AsyncGenerator<ZipEntry> {
      yield textEntry("a.txt", "a");
      throw error;
    }
    await expect(buffer(zipOf(entries()))).rejects.toBe(error);
  });
});

async function* failing(): AsyncGenerator<Buffer> {
  yield Buffer.alloc(5);
  throw new Error("the store is away");
}
