// What the tests of reviews start from: pairs with results in the states that a test needs, and the questions they ask.
import { randomUUID } from "node:crypto";
import { keys } from "../../server/storage/keys.ts";
import type { TestApi } from "./api.ts";

export type PairStatusName = "WAITING" | "QUEUED" | "PROCESSING" | "READY" | "APPROVED" | "REJECTED" | "FAILED" | "ARCHIVED";

export interface SeededPair {
  /** Global id. */
  readonly id: string;
  readonly databaseId: string;
  /** Global ids of its results, the oldest first; none for WAITING and FAILED. */
  readonly results: string[];
}

export interface Seed {
  readonly code: string;
  readonly statuses: readonly PairStatusName[];
  readonly workspace?: string;
  /** Results of each pair that has any; the last is the current one. */
  readonly results?: number;
}

const withoutResult: readonly string[] = ["WAITING", "FAILED", "QUEUED", "PROCESSING"];

/** A SKU with one pair a status, written as rows; their objects are not stored. */
export async function seedPairs(api: TestApi, { code, statuses, workspace = "test", results = 1 }: Seed): Promise<SeededPair[]> {
  const { db } = api.app;
  const sku = await db.sku.create({ data: { workspace, code } });
  const pairs = statuses.map((status, position) => ({ id: randomUUID(), status, position, sourceId: randomUUID() }));
  const made = pairs.flatMap((pair) =>
    Array.from({ length: withoutResult.includes(pair.status) ? 0 : results }, (_, age) => ({
      id: randomUUID(),
      pairId: pair.id,
      imageId: randomUUID(),
      createdAt: new Date(Date.now() - (results - age) * 60_000),
    })),
  );
  const image = (id: string) => ({
    id,
    workspace,
    key: keys.image(workspace, id, "image/jpeg"),
    name: "photo.jpg",
    width: 8,
    height: 8,
    bytes: 100,
    mimeType: "image/jpeg",
    sha256: id,
    thumbhash: "",
  });
  await db.image.createMany({ data: [...pairs.map(({ sourceId }) => image(sourceId)), ...made.map(({ imageId }) => image(imageId))] });
  await db.pair.createMany({
    data: pairs.map(({ id, status, position, sourceId }) => ({
      id,
      workspace,
      skuId: sku.id,
      sourceId,
      sourceSha256: sourceId,
      position,
      status,
      ...(status === "ARCHIVED" ? { archivedFrom: "READY" as const } : {}),
    })),
  });
  await db.result.createMany({ data: made.map((result) => ({ ...result, workspace, engine: "scripted", recipe: {}, durationMs: 1 })) });
  await db.$executeRaw`
    UPDATE ai_image_pair p SET current_result_id = r.id FROM (
      SELECT DISTINCT ON (pair_id) pair_id, id FROM ai_result ORDER BY pair_id, created_at DESC
    ) r WHERE r.pair_id = p.id AND p.sku_id = ${sku.id}::uuid`;
  return pairs.map(({ id }) => ({
    id: globalId("Pair", id),
    databaseId: id,
    results: made.filter(({ pairId }) => pairId === id).map((result) => globalId("Result", result.id)),
  }));
}

export const globalId = (type: string, id: string): string => Buffer.from(`${type}:${id}`).toString("base64");

/** A document for one of the bulk mutations over pairs. */
export const pairMutation = (name: string, more: { variables?: string; args?: string } = {}): string =>
  `mutation ($ids: [ID!]!${more.variables ?? ""}) { ${name}(ids: $ids${more.args ?? ""}) {
    pairs { id status note sku { code status counts { total ready approved rejected archived waiting } } } failures { subject code message }
  } }`;

/** A document for one of the bulk mutations over SKUs. */
export const skuMutation = (name: string): string =>
  `mutation ($codes: [String!]!) { ${name}(codes: $codes) {
    skus { code status counts { total ready approved archived } mainPair { id } } failures { subject code message }
  } }`;
