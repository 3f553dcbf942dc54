// One step of review sent to the server for many photos, in parts that it takes at once, with an answer for each.
import type { Client, TypedDocumentNode } from "@urql/core";
import { failureText } from "../api/failure.ts";
import {
  ActivatePairsDocument,
  ApprovePairsDocument,
  ArchivePairsDocument,
  ReapprovePairsDocument,
  RejectPairsDocument,
  ReopenPairsDocument,
  type ReviewedFragment,
} from "../api/generated/graphql.ts";
import type { Outbox } from "../api/outbox.ts";
import { shownAlready } from "../api/rereads.ts";
import type { Step } from "../shared/decisions.ts";
import type { Say } from "../shared/messages/sentences.ts";

/** Photos in one request; the server takes 1,000, and answers each with its SKU. */
const partSize = 100;

export interface Group {
  readonly step: Step;
  readonly ids: readonly string[];
  /** Of a rejection. */
  readonly reason?: string | null;
  /** Of an approval: only what keeps this preset's rules. */
  readonly compliantWith?: string;
}

export interface Failure {
  /** The id as it was given. */
  readonly subject: string;
  readonly message: string;
}

export interface Outcome {
  readonly pairs: ReviewedFragment["pairs"];
  readonly failures: readonly Failure[];
}

interface Variables {
  readonly ids: string[];
  readonly reason: string | null;
  readonly compliantWith: string | null;
}

type Answer = Readonly<Partial<Record<"approvePairs" | "rejectPairs" | "reopenPairs" | "archivePairs" | "activatePairs", unknown>>>;

const documents = {
  approve: ApprovePairsDocument,
  reapprove: ReapprovePairsDocument,
  reject: RejectPairsDocument,
  reopen: ReopenPairsDocument,
  archive: ArchivePairsDocument,
  activate: ActivatePairsDocument,
} as const;

const fields = {
  approve: "approvePairs",
  reapprove: "approvePairs",
  reject: "rejectPairs",
  reopen: "reopenPairs",
  archive: "archivePairs",
  activate: "activatePairs",
} as const;

/** In the widget's language. */
export const toldIn = ({ failures }: Pick<ReviewedFragment, "failures">, say: Say): Failure[] =>
  failures.map(({ subject, said }) => ({ subject, message: say(said) }));

/** @param silent said where no answer came at all */
export async function send(
  client: Client,
  group: Group,
  { silent, say, outbox }: { silent: string; say: Say; outbox: Outbox },
): Promise<Outcome> {
  const parts = Array.from({ length: Math.ceil(group.ids.length / partSize) }, (_, index) =>
    group.ids.slice(index * partSize, (index + 1) * partSize),
  );
  const outcomes = await Promise.all(
    parts.map(async (ids): Promise<Outcome> => {
      const document = documents[group.step] as TypedDocumentNode<Answer, Variables>;
      const variables = { ids, reason: group.reason ?? null, compliantWith: group.compliantWith ?? null };
      // What keeps a preset's rules is for the server to say: there is nothing to show, and so to keep, before it has.
      const isKept = group.compliantWith === undefined;
      const context = { fetch: outbox.fetchFor(ids, isKept), ...(isKept ? shownAlready : {}) };
      const { data, error } = await client.mutation(document, variables, context);
      const payload = data?.[fields[group.step]] as ReviewedFragment | undefined;
      if (payload !== undefined) return { pairs: payload.pairs, failures: toldIn(payload, say) };
      const message = (error && failureText(error, say)) ?? silent;
      return { pairs: [], failures: ids.map((subject) => ({ subject, message })) };
    }),
  );
  return { pairs: outcomes.flatMap((each) => each.pairs), failures: outcomes.flatMap((each) => each.failures) };
}
