// The server's sentences told apart as the server does it, so that stories speak every language.
import type { RuleOutcome } from "../../server/images/compliance.ts";
import { tellApart } from "../../server/say.ts";
import type { Resolvers } from "./context.ts";
import type { FailureRow } from "./refusal.ts";
import type { ItemRow, LineRow, PairRow, PublicationRow, ResultRow, SyncRow } from "./rows.ts";

const said = (text: string | null) => (text === null ? null : tellApart(text));

export const sentences: Resolvers = {
  Engine: { unavailableSentence: ({ unavailableReason }: { unavailableReason: string | null }) => said(unavailableReason) },
  Pair: { noteSentence: ({ note }: PairRow) => said(note) },
  Result: { warningSentences: ({ warnings }: ResultRow) => warnings.map(said) },
  RuleOutcome: {
    expectedSentence: ({ expected }: RuleOutcome) => said(expected),
    actualSentence: ({ actual }: RuleOutcome) => said(actual),
  },
  JobItem: { stageSentence: ({ stage }: ItemRow) => said(stage), errorSentence: ({ error }: ItemRow) => said(error) },
  JobLog: { messageSentence: ({ message }: LineRow) => tellApart(message, { isLine: true }) },
  Failure: { messageSentence: ({ message }: FailureRow) => said(message) },
  GallerySync: { errorSentence: ({ error }: SyncRow) => said(error) },
  Publication: { errorSentence: ({ error }: PublicationRow) => said(error) },
};
