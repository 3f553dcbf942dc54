// From a commit to those who watch: milliseconds until 500 subscribers, each on a socket of its own, have the new state in their hands.
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { WebSocket } from "ws";
import { ensureApiKey } from "../../server/domain/api-key.ts";
import { newsChannel } from "../../server/events/news.ts";
import { startApiProcess } from "../testkit/api-process.ts";
import type { Row } from "./batch.ts";
import { benchApiKey, benchWorkspace, makeBed, seed } from "./bed.ts";

const subscribers = 500;
/** Pairs of each SKU that is seeded: messages until a subscriber has the present state. */
const pairsPerSku = 5;
/** Viewers that they are: one may open 50 sockets at a process. */
const viewers = 20;
/** Commits that one subscriber each waits for, and commits that all wait for. */
const commitsForOne = 300;
const commitsForAll = 30;
/** Milliseconds between commits: a batch on a large installation ends some photos a second. */
const betweenMs = 150;
/** Milliseconds after which a subscriber that was told nothing is a fault. */
const patienceMs = 10_000;

export async function measureNews(): Promise<Row[]> {
  const bed = await makeBed();
  const dataDir = await mkdtemp(join(tmpdir(), "studio-bench-"));
  await seed(bed, subscribers);
  const keys = Array.from({ length: viewers }, (_, index) => `${benchApiKey}_${index}`);
  for (const secret of keys) await ensureApiKey(bed.app.db, { secret, workspace: benchWorkspace, name: secret });
  const api = await startApiProcess(dataDir, bed.databaseUrl, { env: { RATE_LIMIT_PER_MINUTE: "0" } });
  const writer = new pg.Client({ connectionString: bed.databaseUrl });
  await writer.connect();
  try {
    const skus = await bed.app.db.sku.findMany({
      where: { workspace: benchWorkspace },
      include: { pairs: { take: 1 } },
      take: subscribers,
    });
    const watched = skus.map(({ id, code, pairs: [pair] }) => ({ sku: id, code, pair: pair?.id ?? "" }));
    const one = await withWatchers(
      { url: api.url, keys },
      watched.map(({ code }) => code),
      (watchers) => commitForOne(writer, watched, watchers),
    );
    const all = await withWatchers(
      { url: api.url, keys },
      watched.map(() => watched[0]?.code ?? ""),
      (watchers) => commitForAll(writer, watched, watchers),
    );
    return [
      [`one of ${subscribers} subscribers concerned, ${one.length} commits`, spread(one)],
      [`all ${subscribers} concerned, ${commitsForAll} commits, ${all.length} messages`, spread(all)],
      ["promised", "p99 at most 50 ms"],
    ];
  } finally {
    await writer.end();
    await api.stop();
    await bed.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Opens a socket for each code, waits until each has its first state, and ends them all after the action. */
async function withWatchers<Result>(
  { url, keys }: { url: string; keys: readonly string[] },
  codes: readonly string[],
  action: (watchers: readonly Watcher[]) => Promise<Result>,
): Promise<Result> {
  const watchers = codes.map((code, index) => watch(url, keys[index % keys.length] ?? "", code));
  try {
    await Promise.all(watchers.map(({ ready }) => ready));
    return await action(watchers);
  } finally {
    await Promise.all(watchers.map(({ socket }) => ended(socket)));
  }
}

async function ended(socket: WebSocket): Promise<void> {
  const closed = once(socket, "close");
  socket.close();
  await closed;
}

interface Watcher {
  readonly socket: WebSocket;
  /** Resolves when the whole present state is there. */
  readonly ready: Promise<void>;
  /** When a message with this note came in, by `performance.now`. */
  hears(note: string): Promise<number>;
}

/** graphql-transport-ws by hand: 500 clients share two cores with the API, and are to take as little of them as they can. */
function watch(url: string, key: string, code: string): Watcher {
  const socket = new WebSocket(`${url.replace("http", "ws")}/graphql`, "graphql-transport-ws", { perMessageDeflate: false });
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  let states = 0;
  let awaited: { readonly note: string; readonly heard: (at: number) => void } | null = null;
  socket.on("open", () => socket.send(JSON.stringify({ type: "connection_init", payload: { authorization: `Bearer ${key}` } })));
  socket.on("error", reject);
  socket.on("close", (why) => reject(new Error(`A socket was closed with ${why}`)));
  socket.on("message", (bytes: Buffer) => {
    const at = performance.now();
    if (bytes.includes('"type":"connection_ack"')) {
      const query = "subscription ($sku: String!) { pairs(sku: $sku) { id status note } }";
      socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query, variables: { sku: code } } }));
    } else if (!bytes.includes('"data":{"pairs":{')) reject(new Error(bytes.toString()));
    else if (++states === pairsPerSku) resolve();
    // The note stands in quotes, so that the first is not found in the tenth.
    else if (awaited !== null && bytes.includes(JSON.stringify(awaited.note))) {
      awaited.heard(at);
      awaited = null;
    }
  });
  const hears = (note: string): Promise<number> =>
    new Promise((heard) => {
      awaited = { note, heard };
    });
  return { socket, ready, hears };
}

interface Watched {
  readonly sku: string;
  readonly pair: string;
}

async function commitForOne(writer: pg.Client, watched: readonly Watched[], watchers: readonly Watcher[]): Promise<number[]> {
  const taken: number[] = [];
  for (const [index, subject] of watched.slice(0, commitsForOne).entries()) {
    const note = `one ${index}`;
    const arrival = watchers[index]?.hears(note) ?? Promise.reject(new Error("There are fewer watchers than SKUs"));
    const at = await commit(writer, subject, note);
    taken.push((await inTime(arrival)) - at);
    await sleep(betweenMs);
  }
  return taken;
}

async function commitForAll(writer: pg.Client, watched: readonly Watched[], watchers: readonly Watcher[]): Promise<number[]> {
  const taken: number[] = [];
  const [subject] = watched;
  for (let index = 0; subject !== undefined && index < commitsForAll; index++) {
    const note = `all ${index}`;
    const arrivals = watchers.map((watcher) => watcher.hears(note));
    const at = await commit(writer, subject, note);
    taken.push(...(await inTime(Promise.all(arrivals))).map((arrived) => arrived - at));
    await sleep(betweenMs);
  }
  return taken;
}

/** @returns the moment before the COMMIT was sent: what is measured is no less than what it is called */
async function commit(writer: pg.Client, { sku, pair }: Watched, note: string): Promise<number> {
  await writer.query("BEGIN");
  await writer.query("UPDATE ai_image_pair SET note = $2 WHERE id = $1", [pair, note]);
  await writer.query("SELECT pg_notify($1, $2)", [newsChannel, JSON.stringify(["pair", benchWorkspace, sku, [pair]])]);
  const at = performance.now();
  await writer.query("COMMIT");
  return at;
}

async function inTime<Result>(pending: Promise<Result>): Promise<Result> {
  const late = sleep(patienceMs, null, { ref: false });
  const first = await Promise.race([pending, late]);
  if (first === null) throw new Error(`A subscriber was told nothing for ${patienceMs / 1000} s`);
  return first;
}

function spread(taken: readonly number[]): string {
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms`;
}
