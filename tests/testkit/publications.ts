// What tests of publishing ask over the API, and how they wait for what comes of it.
import type { TestApi } from "./api.ts";
import { until } from "./until.ts";

export const publishDocument = `mutation ($input: PublishPairsInput!) {
  publishPairs(input: $input) { pairs { id publications { gallery status } } failures { subject code message } }
}`;
const read = `query ($id: ID!) { node(id: $id) { ... on Pair {
  publications { gallery status isCurrent position url error errorSentence { code } at requestedAt result { id } }
} } }`;

export interface Publication {
  readonly gallery: string;
  readonly status: "QUEUED" | "SENT" | "PUBLISHED" | "FAILED";
  readonly isCurrent: boolean;
  readonly position: number | null;
  readonly url: string | null;
  readonly error: string | null;
  readonly errorSentence: { code: string | null } | null;
  readonly at: string | null;
  readonly requestedAt: string;
}

/** The pair's latest, where there is one. */
export const publicationOf = async (api: TestApi, id: string): Promise<Publication | undefined> =>
  (await api.as()(read, { id })).data.node.publications[0];

/** The latest of each pair, once all have ended; a worker must be running. */
export const publicationsEnd = (api: TestApi, ids: readonly string[]): Promise<Publication[]> =>
  until("the publications to end", async () => {
    const all = await Promise.all(ids.map((id) => publicationOf(api, id)));
    return all.every((each) => each?.status === "PUBLISHED" || each?.status === "FAILED") && (all as Publication[]);
  });
