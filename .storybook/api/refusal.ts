// What the API says when it does not do what it was asked for: a code and a sentence.
import { GraphQLError } from "graphql";
import type { ErrorCode } from "../../components/api/generated/graphql.ts";
import { tellApart } from "../../server/say.ts";

export function refusal(code: ErrorCode, message: string): GraphQLError {
  const { code: said, values } = tellApart(message);
  return new GraphQLError(message, { extensions: { code, ...(said === null ? {} : { sentence: { code: said, values } }) } });
}

export const notFound = (what: string): GraphQLError => refusal("NOT_FOUND", `There is no ${what}: it may have been deleted meanwhile.`);

export interface FailureRow {
  readonly subject: string;
  readonly code: ErrorCode;
  readonly message: string;
}

export const failureOf = (subject: string, { message, extensions }: GraphQLError): FailureRow => ({
  subject,
  message,
  code: (extensions.code ?? "INTERNAL_SERVER_ERROR") as ErrorCode,
});
