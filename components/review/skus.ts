// Decisions on whole SKUs, with what it takes to take them back.
import type { Client } from "@urql/core";
import { failureText } from "../api/failure.ts";
import {
  ActivateSkusDocument,
  ApproveSkusDocument,
  ArchiveSkusDocument,
  ReadyPairsDocument,
  type ReadyPairsQuery,
} from "../api/generated/graphql.ts";
import type { Say } from "../shared/messages/sentences.ts";
import { type Failure, type Outcome, toldIn } from "./send.ts";

/** Photos read at a time while what stands ready is noted down. */
const pageSize = 100;

interface Input {
  readonly decision: "approve" | "archive";
  readonly codes: readonly string[];
  readonly widths: { readonly thumb: number; readonly tile: number };
  /** Said where no answer came at all. */
  readonly silent: string;
  readonly say: Say;
}

export interface SkusOutcome {
  readonly done: number;
  /** By code. */
  readonly failures: readonly Failure[];
  /** Photos to reopen, or what brings the SKUs back. */
  readonly back: { readonly ids: readonly string[] } | { readonly run: () => Promise<Outcome> };
}

export async function changeSkus(client: Client, { decision, codes, widths, silent, say }: Input): Promise<SkusOutcome> {
  // Noted before the approval: afterwards nothing tells these photos from those approved long ago.
  const ready = decision === "approve" ? (await Promise.all(codes.map((code) => readyPairs(client, code)))).flat() : [];
  const answer =
    decision === "approve"
      ? await client.mutation(ApproveSkusDocument, { codes: [...codes], ...widths })
      : await client.mutation(ArchiveSkusDocument, { codes: [...codes], ...widths });
  const { data, error } = answer;
  const payload = data && ("approveSkus" in data ? data.approveSkus : data.archiveSkus);
  if (payload === undefined) {
    const message = (error && failureText(error, say)) ?? silent;
    return { done: 0, failures: codes.map((subject) => ({ subject, message })), back: { ids: [] } };
  }
  const done = payload.skus.map(({ code }) => code);
  const back = decision === "approve" ? { ids: ready } : { run: () => activate(client, { codes: done, widths, silent, say }) };
  return { done: done.length, failures: toldIn(payload, say), back };
}

async function readyPairs(client: Client, sku: string): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null = null, isMore = true; isMore; ) {
    const { data }: { data?: ReadyPairsQuery } = await client.query(
      ReadyPairsDocument,
      { sku, first: pageSize, after },
      { requestPolicy: "network-only" },
    );
    ids.push(...(data?.pairs.edges.map((edge) => edge.node.id) ?? []));
    after = data?.pairs.pageInfo.endCursor ?? null;
    isMore = data?.pairs.pageInfo.hasNextPage ?? false;
  }
  return ids;
}

async function activate(client: Client, { codes, widths, silent, say }: Omit<Input, "decision">): Promise<Outcome> {
  const { data, error } = await client.mutation(ActivateSkusDocument, { codes: [...codes], ...widths });
  if (data !== undefined && data !== null) return { pairs: [], failures: toldIn(data.activateSkus, say) };
  const message = (error && failureText(error, say)) ?? silent;
  return { pairs: [], failures: [{ subject: "", message }] };
}
