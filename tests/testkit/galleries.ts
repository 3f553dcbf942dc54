// What tests of galleries ask over the API, and how they wait for what comes of it.
import type { App } from "../../server/app.ts";
import { decodeId } from "../../server/graphql/ids.ts";
import type { TestApi } from "./api.ts";
import type { FeedServer } from "./feed-server.ts";
import { feedToken } from "./feed-server.ts";
import { type OzonServer, ozonKeys } from "./ozon-server.ts";
import { makePhoto } from "./photos.ts";
import { until } from "./until.ts";

type Who = Parameters<TestApi["as"]>[0];

export interface Sync {
  readonly id: string;
  readonly status: string;
  readonly skusDone: number;
  readonly skusTotal: number | null;
  readonly skusCreated: number;
  readonly pairsCreated: number;
  readonly unchanged: number;
  readonly failed: number;
  readonly error: string | null;
  readonly errorSentence: { code: string | null } | null;
  readonly failures: { subject: string; code: string; message: string; messageSentence: { code: string | null } }[];
  readonly finishedAt: string | null;
}

export const syncFields =
  "id status skusDone skusTotal skusCreated pairsCreated unchanged failed error errorSentence { code } failures { subject code message messageSentence { code } } finishedAt";
export const startSync = `mutation ($gallery: String!) { syncGallery(input: { gallery: $gallery }) { ${syncFields} } }`;
const readSync = `query ($id: ID!) { node(id: $id) { ... on GallerySync { ${syncFields} } } }`;

/** Starts a pull. */
export async function beginSync(api: TestApi, gallery: string, who: Who = {}): Promise<Sync> {
  const { data, errors } = await api.as(who)(startSync, { gallery });
  if (errors) throw new Error(errors[0]?.message);
  return data.syncGallery;
}

/** @returns the answer, errors and all */
export const cancelSync = (api: TestApi, id: string, who: Who = {}) =>
  api.as(who)(`mutation ($id: ID!) { cancelGallerySync(id: $id) { ${syncFields} } }`, { id });

export const syncOf = async (api: TestApi, id: string, who: Who = {}): Promise<Sync> => (await api.as(who)(readSync, { id })).data.node;

/** A pull from its start to its end; a worker must be running. */
export async function pull(api: TestApi, gallery: string, who: Who = {}): Promise<Sync> {
  const { id } = await beginSync(api, gallery, who);
  return until(`the sync of ${gallery} to end`, async () => {
    const sync = await syncOf(api, id, who);
    return sync.finishedAt !== null && sync;
  });
}

/** What the database knows a sync by. */
export const syncRowId = (globalId: string): string => decodeId("GallerySync", globalId) ?? "";

/** SKUs of one photo each, two a page, named after their codes. */
export async function fillFeed(feed: FeedServer, count: number, code: (index: number) => string): Promise<void> {
  feed.pageSize = 2;
  for (let index = 0; index < count; index++) {
    const url = feed.photo(await makePhoto(), `${code(index)}.jpg`);
    feed.skus.push({ code: code(index), tasks: [{ status: "finished", photos: [{ url }] }] });
  }
}

/** An app that hangs where it looks at its first photo: `reached` resolves there, `release` lets it go on. */
export function stuckAtPhoto(app: App): { stuck: App; reached: Promise<void>; release: () => void } {
  const [reached, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const inspectPhoto: App["inspectPhoto"] = async (...given) => {
    reached.resolve();
    await held.promise;
    return app.inspectPhoto(...given);
  };
  return { stuck: { ...app, inspectPhoto }, reached: reached.promise, release: held.resolve };
}

export interface SeenPair {
  readonly id: string;
  readonly isMain: boolean;
  readonly status: string;
  readonly source: { name: string; sha256: string };
}

/** A SKU with its pairs in order; null where there is none. */
export async function skuOf(api: TestApi, code: string, who: Who = {}): Promise<{ title: string | null; pairs: SeenPair[] } | null> {
  const query = `query ($code: String!) { sku(code: $code) { title pairs(first: 100) { edges { node { id isMain status source { name sha256 } } } } } }`;
  const { sku } = (await api.as(who)(query, { code })).data;
  return sku && { title: sku.title, pairs: sku.pairs.edges.map(({ node }: { node: SeenPair }) => node) };
}

export const namesOf = async (api: TestApi, code: string): Promise<string[]> =>
  ((await skuOf(api, code))?.pairs ?? []).map(({ source }) => source.name);

/** Configurations of galleries that a test's servers stand for. */
export const feedConfig = ({ url, host }: FeedServer, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  name: "host",
  kind: "http",
  workspaces: ["test"],
  url: `${url}/feed`,
  token: feedToken,
  allow: [host],
  ...more,
});
export const ozonConfig = ({ url, host }: OzonServer, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  name: "ozon",
  kind: "ozon",
  workspaces: ["test"],
  url,
  allow: [host],
  ...ozonKeys,
  ...more,
});

export const galleriesEnv = (...configs: Record<string, unknown>[]): Record<string, string> => ({ GALLERIES: JSON.stringify(configs) });
