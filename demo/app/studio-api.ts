// How the admin app itself talks to the studio: a token from its own backend, then plain GraphQL.

export type SkuStatus = "PENDING" | "PROCESSING" | "REVIEW" | "APPROVED" | "ARCHIVED";

export interface Listing {
  readonly code: string;
  readonly title: string | null;
  readonly status: SkuStatus;
  readonly counts: {
    readonly total: number;
    readonly waiting: number;
    readonly processing: number;
    readonly ready: number;
    readonly approved: number;
  };
  readonly mainPair: { readonly source: { readonly url: string } } | null;
}

export interface ListingsPage {
  readonly listings: readonly Listing[];
  readonly total: number;
  /** Where the next page starts; null on the last one. */
  readonly next: string | null;
}

/** The first token is asked for while the page is still being made. */
let early: Promise<string> | undefined = askToken();
// Whoever wants it is told.
early.catch(() => {});

/** A new token for the app's user. The widget calls it whenever it needs one. */
export function getToken(): Promise<string> {
  const token = early ?? askToken();
  early = undefined;
  return token;
}

/** Asks the app's backend to sign one. */
async function askToken(): Promise<string> {
  const response = await fetch("/demo/token", { method: "POST" });
  if (!response.ok) throw new Error(`No token (${response.status}): ${(await response.text()).trim()}`);
  const { token } = (await response.json()) as { token: string };
  return token;
}

const listingFields =
  "code title status counts { total waiting processing ready approved } mainPair { source { url(width: 96, height: 96) } }";

const listingsQuery = `query Listings($after: String) {
  skus(first: 50, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { ${listingFields} } } }
}`;
const listingQuery = `query Listing($code: String!) { sku(code: $code) { ${listingFields} } }`;

interface Listings {
  readonly skus: { totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string | null }; edges: { node: Listing }[] };
}

/** A page of the workspace's products, by code, from `after` on. */
export async function readListings(after: string | null, signal: AbortSignal): Promise<ListingsPage> {
  const { skus } = await ask<Listings>(listingsQuery, { after }, signal);
  const { totalCount, pageInfo, edges } = skus;
  return { listings: edges.map((edge) => edge.node), total: totalCount, next: pageInfo.hasNextPage ? pageInfo.endCursor : null };
}

/** One product; null where the studio has none of this code. */
export async function readListing(code: string, signal: AbortSignal): Promise<Listing | null> {
  return (await ask<{ sku: Listing | null }>(listingQuery, { code }, signal)).sku;
}

interface Answer<Data> {
  readonly data?: Data;
  readonly errors?: readonly { readonly message: string }[];
}

async function ask<Data>(query: string, variables: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<Data> {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${await getToken()}` },
    body: JSON.stringify({ query, variables }),
    signal,
  });
  const { data, errors } = (await response.json()) as Answer<Data>;
  if (data === undefined || errors !== undefined) throw new Error(errors?.[0]?.message ?? `The studio answered ${response.status}.`);
  return data;
}
