// What went wrong, in the server's own words where it has some.
import type { CombinedError } from "@urql/core";

/** The API's sentences, or undefined where the request did not get through at all. */
export function failureText(error: CombinedError): string | undefined {
  if (error.graphQLErrors.length === 0) return undefined;
  return error.graphQLErrors.map((each) => each.message).join("\n");
}
