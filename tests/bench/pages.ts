// Pages of 50 SKUs at 1,000 and at 100,000 SKUs: statements, time against hand-written SQL, and how little the size matters.
import pg from "pg";
import { cursorOf } from "../../server/graphql/page.ts";
import type { Row } from "./batch.ts";
import { type Bed, benchWorkspace, makeBed, seed } from "./bed.ts";

const sizes = [1_000, 100_000] as const;
/** Runs of each page; medians of interleaved runs, since a machine's speed wanders. */
const runs = 31;
/** Where "deep inside" is: in the middle, so that a full page lies behind it where a filter leaves 100 SKUs. */
const deepShare = 0.45;

const orders = ["CODE", "CREATED_AT", "UPDATED_AT"].flatMap((field) => ["ASC", "DESC"].map((direction) => ({ field, direction })));

interface Case {
  readonly name: string;
  readonly filter: { readonly search?: string; readonly status?: readonly string[] };
}

/** Each with 100 SKUs or many more at either size, so that full pages are compared with full pages. */
const cases: readonly Case[] = [
  { name: "all", filter: {} },
  { name: "one status", filter: { status: ["REVIEW"] } },
  { name: "three statuses", filter: { status: ["PENDING", "REVIEW", "PROCESSING"] } },
  { name: "a status nothing has", filter: { status: ["ARCHIVED"] } },
  { name: "search", filter: { search: "sku-00007" } },
  { name: "search and status", filter: { search: "sku-00007", status: ["APPROVED", "PENDING"] } },
];

const page = `query ($filter: SkuFilter, $orderBy: SkuOrder, $after: String) {
  skus(first: 50, filter: $filter, orderBy: $orderBy, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { cursor node {
      id code title status counts { total waiting processing ready approved rejected failed archived }
      mainPair { id status source { url(width: 96) placeholder } result { url(width: 96) placeholder } }
    } }
  }
}`;

type Order = (typeof orders)[number];

export async function measurePages(): Promise<Row[]> {
  const statements = countStatements();
  const beds = await Promise.all(sizes.map(() => makeBed()));
  const clients = beds.map(({ databaseUrl }) => new pg.Client({ connectionString: databaseUrl }));
  try {
    for (const [index, bed] of beds.entries()) await seedWithResults(bed, sizes[index] ?? 0);
    await Promise.all(clients.map((client) => client.connect()));
    return await measure(beds, clients, statements);
  } finally {
    statements.stop();
    await Promise.all(clients.map((client) => client.end()));
    for (const bed of beds) await bed.close();
  }
}

async function measure(beds: readonly Bed[], clients: readonly pg.Client[], statements: Statements): Promise<Row[]> {
  const rows: Row[] = [];
  let most = 0;
  const [worstGrowth, worstRatio] = [worst(), worst()];
  // The compilers and caches of a server that has run for a minute.
  for (const bed of beds) for (let warm = 0; warm < 100; warm++) await bed.ask(page, { filter: {}, orderBy: orders[warm % orders.length] });
  for (const { name, filter } of cases) {
    for (const orderBy of orders) {
      const parts: string[] = [];
      for (const isDeep of [false, true]) {
        const places = await Promise.all(clients.map((client) => (isDeep ? placeIn(client, filter, orderBy) : null)));
        if (isDeep && places.includes(null)) continue;
        const asks = beds.map((bed, index) => {
          const place = places[index] ?? null;
          return () => bed.ask(page, { filter, orderBy, after: place === null ? null : cursorOf(place) });
        });
        const byHand =
          filter.search === undefined && clients[1] ? [handWritten(clients[1], { filter, orderBy, place: places[1] ?? null })] : [];
        const before = statements.count();
        await asks[1]?.();
        most = Math.max(most, statements.count() - before);
        const [small = 0, large = 0, hand] = await medians([...asks, ...byHand]);
        const label = `${name}, ${orderBy.field} ${orderBy.direction}, ${isDeep ? "deep" : "first"}`;
        worstGrowth.note(large / small, label);
        if (hand !== undefined) worstRatio.note(large / hand, label);
        const against = hand === undefined ? "" : `, x${(large / hand).toFixed(2)} of SQL`;
        parts.push(`${isDeep ? "deep" : "first"} ${large.toFixed(1)} ms (x${(large / small).toFixed(2)} of 1,000${against})`);
      }
      rows.push([`page: ${name}, ${orderBy.field} ${orderBy.direction}`, parts.join("; ")]);
    }
  }
  return [
    ["page of 50 SKUs: SQL statements, the API key's included", `${most}`],
    ["page at 100,000 SKUs against hand-written SQL, worst", worstRatio.text()],
    ["page at 100,000 SKUs against 1,000, worst", worstGrowth.text()],
    ...rows,
  ];
}

interface Worst {
  note(ratio: number, label: string): void;
  text(): string;
}

function worst(): Worst {
  let [highest, where] = [0, ""];
  const all: number[] = [];
  return {
    note(ratio, label) {
      all.push(ratio);
      if (ratio > highest) [highest, where] = [ratio, label];
    },
    text: () => `x${highest.toFixed(2)} (${where}); median of all x${median(all).toFixed(2)}`,
  };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** Milliseconds of each action, the actions taking turns. */
async function medians(actions: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const taken = actions.map((): number[] => []);
  for (let run = 0; run < runs; run++) {
    for (const [index, action] of actions.entries()) {
      const startedAt = performance.now();
      await action();
      taken[index]?.push(performance.now() - startedAt);
    }
  }
  return taken.map(median);
}

const columns: Readonly<Record<string, string>> = { CODE: "s.code", CREATED_AT: "s.created_at", UPDATED_AT: "s.updated_at" };

/** The row that a deep page starts behind; null when the list is no longer than a page. */
async function placeIn(client: pg.Client, filter: Case["filter"], { field, direction }: Order): Promise<string[] | null> {
  const where = `s.workspace = $1 AND ($2::text[] IS NULL OR s.status::text = ANY ($2)) AND ($3::text IS NULL OR s.code ILIKE '%' || $3 || '%')`;
  const values = [benchWorkspace, filter.status ?? null, filter.search ?? null];
  const counted = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ai_workflow_state s WHERE ${where}`, values);
  const offset = Math.floor((counted.rows[0]?.n ?? 0) * deepShare);
  const { rows } = await client.query<{ value: string | Date; id: string }>(
    `SELECT ${columns[field]} AS value, s.id FROM ai_workflow_state s WHERE ${where} ORDER BY 1 ${direction}, 2 ${direction} OFFSET ${offset} LIMIT 1`,
    values,
  );
  const row = rows[0];
  return row === undefined ? null : [field, row.value instanceof Date ? row.value.toISOString() : row.value, row.id];
}

/** What somebody would write who needs this one page: who asks, the rows with their thumbnails, the total. */
function handWritten(client: pg.Client, { filter, orderBy, place }: { filter: Case["filter"]; orderBy: Order; place: string[] | null }) {
  const up = orderBy.direction === "ASC";
  const column = columns[orderBy.field];
  const beyond =
    place === null ? "" : orderBy.field === "CODE" ? `AND s.code ${up ? ">" : "<"} $2` : `AND (${column}, s.id) ${up ? ">" : "<"} ($2, $3)`;
  const order = orderBy.field === "CODE" ? `s.code ${orderBy.direction}` : `${column} ${orderBy.direction}, s.id ${orderBy.direction}`;
  const tail = `${beyond} ORDER BY ${order} LIMIT 51`;
  const from = (filter.status ?? [null]).map(
    (status) => `(SELECT * FROM ai_workflow_state s WHERE s.workspace = $1 ${status === null ? "" : `AND s.status = '${status}'`} ${tail})`,
  );
  const text = `
    SELECT s.id, s.code, s.title, s.status, s.waiting, s.queued, s.processing, s.ready, s.approved, s.rejected, s.failed, s.archived,
      s.created_at, s.updated_at, p.id AS pair, p.status AS pair_status, i.id AS source, i.thumbhash, r.id AS result, r.thumbhash AS result_thumbhash
    FROM (SELECT * FROM (${from.join(" UNION ALL ")}) s ORDER BY ${order} LIMIT 51) s
    LEFT JOIN LATERAL (SELECT * FROM ai_image_pair m WHERE m.sku_id = s.id ORDER BY m.is_main DESC, m.position, m.id LIMIT 1) p ON true
    LEFT JOIN ai_image i ON i.id = p.source_id
    LEFT JOIN ai_result c ON c.id = p.current_result_id
    LEFT JOIN ai_image r ON r.id = c.image_id
    ORDER BY ${order}`;
  const values = [benchWorkspace, ...(place === null ? [] : orderBy.field === "CODE" ? [place[1]] : [place[1], place[2]])];
  return async () => {
    await client.query("SELECT id, workspace, role, expires_at, revoked_at FROM ai_api_key WHERE hash = $1", ["none"]);
    await client.query(text, values);
    await client.query("SELECT status, sum(n)::int FROM ai_tally WHERE workspace = $1 AND noun = 'sku' GROUP BY status", [benchWorkspace]);
  };
}

/** As `seed` does, with a result for each first pair that has been through a run. */
async function seedWithResults(bed: Bed, skus: number): Promise<void> {
  await seed(bed, skus);
  const { db } = bed.app;
  await db.$transaction(
    async (tx) => {
      await tx.$executeRaw`CREATE TEMP TABLE made ON COMMIT DROP AS SELECT id AS pair, gen_random_uuid() AS result, gen_random_uuid() AS image
        FROM ai_image_pair WHERE position = 0 AND status IN ('READY', 'APPROVED', 'REJECTED')`;
      await tx.$executeRaw`
        INSERT INTO ai_image (id, workspace, key, name, width, height, bytes, mime_type, sha256, thumbhash)
        SELECT image, ${benchWorkspace}, 'images/bench/' || image, 'result.jpg', 2000, 2000, 300000, 'image/jpeg', md5(image::text), 'FggGDwLaiFh3hYePdCeoh3aGmFAXCHUB' FROM made`;
      await tx.$executeRaw`
        INSERT INTO ai_result (id, workspace, pair_id, image_id, engine, recipe, duration_ms)
        SELECT result, ${benchWorkspace}, pair, image, 'studio', '{}', 1000 FROM made`;
      await tx.$executeRaw`UPDATE ai_image_pair p SET current_result_id = result FROM made WHERE p.id = made.pair`;
      // Changed over a month, not all at this moment.
      await tx.$executeRaw`UPDATE ai_workflow_state SET updated_at = now() - random() * interval '30 days'`;
    },
    { timeout: 600_000 },
  );
  // As autovacuum leaves a table that is not written to in bulk.
  await db.$executeRawUnsafe("VACUUM ANALYZE");
}

interface Statements {
  count(): number;
  stop(): void;
}

/** Counts what is sent to any PostgreSQL by this process. */
function countStatements(): Statements {
  const { query } = pg.Client.prototype;
  let count = 0;
  pg.Client.prototype.query = function counted(this: pg.Client, ...given: Parameters<typeof query>) {
    count++;
    return query.apply(this, given);
  } as typeof query;
  return {
    count: () => count,
    stop: () => {
      pg.Client.prototype.query = query;
    },
  };
}
