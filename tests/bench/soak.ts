// Ten minutes of people at work: whether the API's memory stays flat while pages are read, pictures fetched and sockets opened and closed.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { startApiProcess } from "../testkit/api-process.ts";
import type { Row } from "./batch.ts";
import { benchApiKey, benchWorkspace, makeBed, seed } from "./bed.ts";

const minutes = 10;
/** People who do something at once, and milliseconds between what one does. */
const people = 8;
const pauseMs = 20;
const skus = 2_000;
/** Looks at the memory in a minute; a minute's median counts, since collections come and go. */
const looksPerMinute = 12;

const page = `query ($after: String) { skus(first: 50, after: $after) { totalCount pageInfo { endCursor hasNextPage } edges { node { code status
  counts { total ready approved } } } } }`;
const one =
  "query ($code: String!) { sku(code: $code) { pairs(first: 50) { edges { node { id status source { placeholder url(width: 240) } } } } } }";

export async function measureSoak(): Promise<Row[]> {
  const dataDir = await mkdtemp(join(tmpdir(), "studio-bench-"));
  const bed = await makeBed();
  await seed(bed, skus);
  const api = await startApiProcess(dataDir, bed.databaseUrl, { env: { RATE_LIMIT_PER_MINUTE: "0" } });
  const end = performance.now() + minutes * 60_000;
  let done = 0;
  try {
    const codes = (await bed.app.db.sku.findMany({ where: { workspace: benchWorkspace }, select: { code: true } })).map(({ code }) => code);
    const person = async (number: number): Promise<void> => {
      let after: string | null = null;
      for (let step = number; performance.now() < end; step++, done++) {
        const code = codes[step % codes.length] ?? "";
        const turn = step % 10;
        if (turn === 0) await watchShortly(api.url, code);
        else if (turn < 5) after = await readPage(api.url, after);
        else await ask(api.url, one, { code });
        await sleep(pauseMs);
      }
    };
    const all = Promise.all(Array.from({ length: people }, (_, number) => person(number * 97)));
    const perMinute: number[] = [];
    for (let minute = 0; minute < minutes; minute++) {
      const looks: number[] = [];
      for (let look = 0; look < looksPerMinute; look++) {
        await sleep(60_000 / looksPerMinute);
        looks.push((await api.memory()) / 1e6);
      }
      perMinute.push(looks.toSorted((a, b) => a - b)[looks.length >> 1] ?? 0);
    }
    await all;
    return [
      [
        `the API's memory, minute by minute, ${done.toLocaleString("en")} requests of ${people} people`,
        perMinute.map((mb) => mb.toFixed(0)).join(", "),
      ],
      ["last minute to second", ((perMinute.at(-1) ?? 0) / (perMinute[1] ?? 1)).toFixed(2)],
    ];
  } finally {
    await api.stop();
    await bed.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function readPage(url: string, after: string | null): Promise<string | null> {
  const { skus: found } = (await ask(url, page, { after })) as { skus: { pageInfo: { endCursor: string; hasNextPage: boolean } } };
  return found.pageInfo.hasNextPage ? found.pageInfo.endCursor : null;
}

/** Opens a socket, waits for the first state of a SKU's pairs, and leaves. */
async function watchShortly(url: string, code: string): Promise<void> {
  const client = createClient({
    url: `${url.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${benchApiKey}` },
  });
  const values = client.iterate({ query: "subscription ($sku: String!) { pairs(sku: $sku) { id status } }", variables: { sku: code } });
  await values.next();
  await values.return?.();
  await client.dispose();
}

async function ask(url: string, query: string, variables: Record<string, unknown>): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${benchApiKey}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: unknown; errors?: { message: string }[] };
  if (errors) throw new Error(errors[0]?.message);
  return data;
}
