// What is done to one photo at a time: making it the SKU's main one, and taking an earlier result as its current.
import type { Client, CombinedError } from "@urql/core";
import { failureText } from "../api/failure.ts";
import { SelectResultDocument, SetMainPairDocument } from "../api/generated/graphql.ts";
import type { Say } from "../shared/messages/sentences.ts";

interface Input {
  readonly id: string;
  readonly widths: { readonly thumb: number; readonly tile: number };
  /** Said where no answer came at all. */
  readonly silent: string;
  readonly say: Say;
}

/** @returns why not, or undefined where it is done */
export async function makeMain(client: Client, { id, widths, ...words }: Input): Promise<string | undefined> {
  const { error } = await client.mutation(SetMainPairDocument, { id, ...widths });
  return reasonOf(error, words);
}

/** @returns why not, or undefined where it is done */
export async function selectResult(client: Client, { id, widths, ...words }: Input): Promise<string | undefined> {
  const { error } = await client.mutation(SelectResultDocument, { id, ...widths });
  return reasonOf(error, words);
}

const reasonOf = (error: CombinedError | undefined, { silent, say }: Pick<Input, "silent" | "say">): string | undefined =>
  error && (failureText(error, say) ?? silent);
