// What went wrong, in the server's own words where it has some.
import type { CombinedError } from "@urql/core";
import type { Said, Say } from "../shared/messages/sentences.ts";

/** The API's sentences, or undefined where the request did not get through at all. */
export function failureText(error: CombinedError, say: Say): string | undefined {
  if (!isAnswer(error)) return undefined;
  return error.graphQLErrors
    .map(({ message, extensions }) => say({ text: message, ...(extensions.sentence as Omit<Said, "text"> | undefined) }))
    .join("\n");
}

/** Whether the API answered, and refused. */
export const isAnswer = (error: CombinedError): boolean => error.graphQLErrors.length > 0;
