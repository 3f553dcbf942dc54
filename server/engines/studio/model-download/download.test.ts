// Fetching a model from a local server: whole, cut and gone on with, from servers that do it wrong, and never a wrong file in its place. In one file, though long: all of it runs on one server and one folder.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type FileServer, startFileServer } from "../../../../tests/testkit/file-server.ts";
import { type Download, type Downloaded, downloadModel } from "./download.ts";

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
/** Without a pattern: a piece in the wrong place shows. */
const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * at * 31 + (at >> 7)) % 251));
const other = Buffer.from(bytes.map((value) => 255 - value));

let server: FileServer;
let folder: string;
beforeAll(async () => {
  server = await startFileServer(bytes);
});
afterAll(() => server.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "studio-download-"));
  server.plan({});
  server.seen.length = 0;
});
afterEach(() => rm(folder, { recursive: true }));

const model = () => ({
  name: "u2netp" as const,
  file: "net.onnx",
  url: `${server.url}/v1/net.onnx`,
  bytes: bytes.length,
  sha256: sha256(bytes),
});

interface Told {
  readonly notes: string[];
  readonly progress: number[];
}

const told: Told = { notes: [], progress: [] };
beforeEach(() => {
  told.notes.length = 0;
  told.progress.length = 0;
});

function download(order: Partial<Download> = {}): Promise<Downloaded> {
  return downloadModel({
    model: model(),
    folder,
    signal: new AbortController().signal,
    onProgress(done) {
      told.progress.push(done);
      server.cutAt(done);
    },
    onNote: (sentence) => told.notes.push(sentence),
    pausesMs: [1, 1],
    ...order,
  });
}

const reason = new Error("stopped by a person");
const kept = (file = "net.onnx"): Promise<Buffer> => readFile(join(folder, file));
const ranges = () => server.seen.map(({ headers }) => headers.range);

/** What an earlier run, that was cut, leaves behind. */
async function leavePart(part: Buffer, note: object = {}): Promise<void> {
  await writeFile(join(folder, "net.onnx.part"), part);
  const usual = { sha256: sha256(bytes), source: `${server.url}/v1/net.onnx`, validator: '"1"' };
  await writeFile(join(folder, "net.onnx.part.json"), JSON.stringify({ ...usual, ...note }));
}

describe("a download", () => {
  it("brings the file, tells its progress, and leaves nothing else behind", async () => {
    const nested = join(folder, "data/models");
    expect(await download({ folder: nested })).toEqual({ path: join(nested, "net.onnx"), wasThere: false });
    expect(await readFile(join(nested, "net.onnx"))).toEqual(bytes);
    expect(await readdir(nested)).toEqual(["net.onnx"]);
    expect(told.progress.at(-1)).toBe(bytes.length);
    expect(told.progress).toEqual(told.progress.toSorted((a, b) => a - b));
    expect(server.seen[0]?.headers["accept-encoding"]).toBe("identity");
  });

  it("of a file that is there asks nobody, once its hash was checked", async () => {
    await writeFile(join(folder, "net.onnx"), bytes);
    expect(await download()).toMatchObject({ wasThere: true });
    expect(server.seen).toEqual([]);
  });

  it("of a file that is there but damaged brings it anew", async () => {
    await writeFile(join(folder, "net.onnx"), other);
    expect(await download()).toMatchObject({ wasThere: false });
    expect(told.notes).toEqual([expect.stringContaining("damaged")]);
    expect(await kept()).toEqual(bytes);
  });

  it("takes a mirror's address, signs in where that holds a password, and sends neither to where it redirects", async () => {
    const target = await startFileServer(bytes);
    server.plan({ status: 302, headers: { location: `${target.url}/blob?signature=s` } });
    const mirror = new URL(`${server.url}/mirror/net.onnx`);
    Object.assign(mirror, { username: "me", password: "pass word" });
    await download({ url: mirror });
    expect(server.seen[0]).toMatchObject({
      path: "/mirror/net.onnx",
      headers: { authorization: `Basic ${Buffer.from("me:pass word").toString("base64")}` },
    });
    expect(target.seen[0]?.headers.authorization).toBeUndefined();
    expect(await kept()).toEqual(bytes);
    await target.close();
  });
});

describe("a download that is cut", () => {
  it("goes on by itself from where it was, if the file is still the same", async () => {
    server.plan({ cutAt: 100_000 }, { cutAt: 200_000 }, {});
    await download();
    expect(await kept()).toEqual(bytes);
    expect(ranges()).toEqual([undefined, "bytes=100000-", "bytes=200000-"]);
    expect(server.seen.map(({ headers }) => headers["if-range"])).toEqual([undefined, '"1"', '"1"']);
    expect(told.notes).toHaveLength(2);
  });

  it("goes on in the next run, where the first gave up", async () => {
    server.plan({ cutAt: 100_000 }, { status: 503 });
    await expect(download()).rejects.toThrow(/503.*What has arrived is kept/);
    server.plan({});
    await download();
    expect(await kept()).toEqual(bytes);
    expect(ranges().at(-1)).toBe("bytes=100000-");
    expect(await readdir(folder)).toEqual(["net.onnx"]);
  });

  it("goes on after it was stopped by a person", async () => {
    const stop = new AbortController();
    server.plan({ silentAt: 100_000 });
    const stopped = download({ signal: stop.signal, onProgress: (done) => done >= 100_000 && stop.abort(reason) });
    await expect(stopped).rejects.toBe(reason);
    expect((await readdir(folder)).toSorted()).toEqual(["net.onnx.part", "net.onnx.part.json"]);
    server.plan({});
    await download();
    expect(ranges().at(-1)).toBe("bytes=100000-");
    expect(await kept()).toEqual(bytes);
  });

  it("goes on after the connection fell silent", async () => {
    server.plan({ silentAt: 100_000 }, {});
    await download({ stallMs: 200 });
    expect(told.notes[0]).toContain("sent nothing for 0.2 seconds");
    expect(await kept()).toEqual(bytes);
  });

  it("and was complete but for its name is only checked", async () => {
    await leavePart(bytes);
    await download();
    expect(server.seen).toEqual([]);
    expect(await kept()).toEqual(bytes);
  });

  it("goes on at a mirror, which knows nothing of the first server's version", async () => {
    await leavePart(bytes.subarray(0, 100_000), { source: "http://elsewhere/net.onnx", validator: '"9"' });
    await download();
    expect(server.seen[0]?.headers).toMatchObject({ range: "bytes=100000-" });
    expect(server.seen[0]?.headers["if-range"]).toBeUndefined();
    expect(await kept()).toEqual(bytes);
  });

  it("goes on by date where the server gives no tag", async () => {
    const lastModified = "Wed, 21 Oct 2015 07:28:00 GMT";
    server.plan({ cutAt: 100_000, etag: 'W/"weak"', lastModified }, { etag: 'W/"weak"', lastModified });
    await download();
    expect(server.seen[1]?.headers["if-range"]).toBe(lastModified);
    expect(await kept()).toEqual(bytes);
  });
});

describe("what is kept of an earlier try", () => {
  it("is not trusted where another version was wanted then", async () => {
    await leavePart(other.subarray(0, 100_000), { sha256: sha256(other) });
    await download();
    expect(ranges()).toEqual([undefined]);
    expect(await kept()).toEqual(bytes);
  });

  it.each([
    ["without a note", null],
    ["with half a note", "{"],
  ])("is not trusted %s", async (_, note) => {
    await leavePart(other.subarray(0, 100_000));
    await (note === null ? rm(join(folder, "net.onnx.part.json")) : writeFile(join(folder, "net.onnx.part.json"), note));
    await download();
    expect(ranges()).toEqual([undefined]);
    expect(await kept()).toEqual(bytes);
  });

  it("is dropped where the server has another version now, and says so by sending all of it", async () => {
    await leavePart(other.subarray(0, 100_000), { validator: '"0"' });
    await download();
    expect(server.seen[0]?.headers).toMatchObject({ range: "bytes=100000-", "if-range": '"0"' });
    expect(await kept()).toEqual(bytes);
    expect(server.seen).toHaveLength(1);
  });

  it("is dropped where the server has another version now, and sends the range all the same", async () => {
    await leavePart(other.subarray(0, 100_000), { validator: '"0"' });
    server.plan({ ignoresIfRange: true });
    await download();
    expect(ranges()).toEqual(["bytes=100000-", undefined]);
    expect(await kept()).toEqual(bytes);
  });

  it("is written over where the server knows no ranges", async () => {
    server.plan({ cutAt: 100_000 }, { ignoresRange: true });
    await download();
    expect(ranges()).toEqual([undefined, "bytes=100000-"]);
    expect(await kept()).toEqual(bytes);
  });

  it("is fetched anew where the whole turns out not to fit together", async () => {
    await leavePart(other.subarray(0, 100_000));
    await download();
    expect(ranges()).toEqual(["bytes=100000-", undefined]);
    expect(told.notes.at(-1)).toContain("does not fit together");
    expect(await kept()).toEqual(bytes);
  });

  it("is dropped where the server has less than that", async () => {
    await leavePart(bytes.subarray(0, 200_000), { validator: null });
    server.plan({ bytes: bytes.subarray(0, 1000), ignoresIfRange: true }, {});
    await download();
    expect(ranges()).toEqual(["bytes=200000-", undefined]);
    expect(await kept()).toEqual(bytes);
  });
});

describe("a download that cannot be", () => {
  it.each([
    ["another file of the same size", { bytes: other }, /is not u2netp: its sha256 is [0-9a-f]{64}.*was deleted/],
    ["a file of another size", { bytes: bytes.subarray(0, 1000) }, /another file: it has 1000 bytes and not 300000/],
    ["a larger file of unknown size", { bytes: Buffer.concat([bytes, bytes]), chunked: true }, /more than 300000/],
    ["no file", { status: 404 }, /no file at http:\/\/127\.0\.0\.1:\d+\/v1\/net\.onnx \(status 404\).*--from/],
    ["a door that is shut", { status: 403 }, /status 403/],
  ] as const)("because there is %s says so, at once, and keeps nothing", async (_, serving, message) => {
    server.plan(serving);
    await expect(download()).rejects.toMatchObject({ name: "DownloadError", message: expect.stringMatching(message) });
    expect(server.seen).toHaveLength(1);
    expect(await readdir(folder)).toEqual([]);
  });

  it("keeps the file that was there, though damaged, until there is a better one", async () => {
    await writeFile(join(folder, "net.onnx"), "damaged");
    server.plan({ bytes: other });
    await expect(download()).rejects.toThrow("sha256");
    expect((await kept()).toString()).toBe("damaged");
  });

  it("because the server is broken is tried again, and then given up", async () => {
    server.plan({ status: 500 });
    await expect(download()).rejects.toThrow(/status 500.*HTTPS_PROXY/);
    expect(server.seen).toHaveLength(3);
  });

  it("because nobody is there says so", async () => {
    const gone = await startFileServer(bytes);
    await gone.close();
    await expect(download({ url: new URL(`${gone.url}/net.onnx`) })).rejects.toThrow(/cannot be reached \(ECONNREFUSED\)/);
  });

  it("shows neither password nor signature of the address", async () => {
    server.plan({ status: 404 });
    const url = new URL(`${server.url.replace("//", "//me:secret@")}/net.onnx?signature=hidden`);
    const message = await download({ url }).catch((error: Error) => error.message);
    expect(message).toContain("/net.onnx");
    expect(message).not.toMatch(/secret|hidden/);
  });

  it("because the disk has no room is not begun", async () => {
    await expect(download({ model: { ...model(), bytes: 1e18 } })).rejects.toThrow(/not enough room: 1000000000000\.0 MB are needed/);
    expect(server.seen).toEqual([]);
  });

  it.skipIf(!existsSync("/dev/full"))("because the disk fills up on the way says so", async () => {
    // Takes no byte, as a full disk.
    await leavePart(Buffer.alloc(0));
    await rm(join(folder, "net.onnx.part"));
    await symlink("/dev/full", join(folder, "net.onnx.part"));
    await expect(download()).rejects.toThrow(/The disk is full/);
  });

  it("because the folder is none says so", async () => {
    await writeFile(join(folder, "models"), "");
    await expect(download({ folder: join(folder, "models") })).rejects.toThrow(/Nothing can be written to .*models.*DATA_DIR/);
  });
});

describe("two downloads at once", () => {
  it("fetch it once: the second waits for the first", async () => {
    const [one, two] = await Promise.all([download(), download()]);
    expect([one.wasThere, two.wasThere].toSorted()).toEqual([false, true]);
    expect(server.seen).toHaveLength(1);
    expect(told.notes).toEqual([expect.stringContaining("Another process")]);
    expect(await readdir(folder)).toEqual(["net.onnx"]);
  });

  it("do not wait for one whose process has ended without a word", async () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    await writeFile(join(folder, "net.onnx.lock"), JSON.stringify({ token: "t", pid, host: hostname() }));
    await leavePart(bytes.subarray(0, 100_000));
    await download();
    expect(ranges()).toEqual(["bytes=100000-"]);
    expect(await readdir(folder)).toEqual(["net.onnx"]);
  });

  it("end where another process took over from one that had stood still, and leave it its lock", async () => {
    server.plan({ silentAt: 100_000 });
    const lock = join(folder, "net.onnx.lock");
    const theirs = JSON.stringify({ token: "theirs", pid: process.pid, host: hostname() });
    const onProgress = (done: number): void => {
      if (done >= 100_000) writeFileSync(lock, theirs);
    };
    await expect(download({ onProgress })).rejects.toThrow("taken the download over");
    expect(await readFile(lock, "utf8")).toBe(theirs);
  });

  it("can be stopped while they wait", async () => {
    await writeFile(join(folder, "net.onnx.lock"), JSON.stringify({ token: "t", pid: process.pid, host: hostname() }));
    const stop = new AbortController();
    await expect(download({ signal: stop.signal, onNote: () => stop.abort(reason) })).rejects.toBe(reason);
    expect(await readdir(folder)).toEqual(["net.onnx.lock"]);
  });
});
