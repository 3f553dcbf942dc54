// How errors reach a client: a code of ErrorCode, a sentence, and nothing else.
import { PothosValidationError } from "@pothos/core";
import { GraphQLError, type GraphQLErrorExtensions } from "graphql";
import type { Plugin } from "graphql-yoga";
import { databaseFaultOf } from "../db/faults.ts";
import { type ErrorCode, errorCodes, UserError } from "../errors.ts";
import type { Log } from "../log.ts";
import { type Said, say, tellApart } from "../say.ts";
import { builder } from "./builder.ts";

export const ErrorCodeEnum = builder.enumType("ErrorCode", {
  description: "The values of `extensions.code` on an error.",
  values: errorCodes,
});

const httpStatus: Readonly<Partial<Record<ErrorCode, number>>> = { UNAUTHENTICATED: 401 };

interface Where {
  readonly at?: Pick<GraphQLError, "nodes" | "path"> | null;
  /** What else a client is told. */
  readonly extensions?: GraphQLErrorExtensions;
}

/** A UserError as GraphQL sees it. UNAUTHENTICATED also sets the HTTP status. */
export function toGraphQLError(error: UserError, { at = null, extensions }: Where = {}): GraphQLError {
  const status = httpStatus[error.code];
  return new GraphQLError(error.message, {
    ...(at?.nodes ? { nodes: at.nodes } : {}),
    ...(at?.path ? { path: at.path } : {}),
    extensions: { code: error.code, ...sentenceOf(error.message), ...(status === undefined ? {} : { http: { status } }), ...extensions },
  });
}

/** As `Sentence` has it in data, for those that have a code. */
function sentenceOf(message: string): { readonly sentence?: Pick<Said, "code" | "values"> } {
  const { code, values } = tellApart(message);
  return code === null ? {} : { sentence: { code, values } };
}

/** Yoga's masking hook: what is expected keeps its words, the client's own faults are BAD_USER_INPUT, all else is hidden and logged. */
export function createMaskError(log: Log): (error: unknown) => Error {
  return (error) => {
    const cause = error instanceof GraphQLError ? (error.originalError ?? null) : error;
    const at = error instanceof GraphQLError ? error : null;
    if (cause instanceof UserError) return toGraphQLError(cause, { at });
    if (cause instanceof PothosValidationError) return toGraphQLError(new UserError("BAD_USER_INPUT", cause.message), { at });
    if (at !== null && (cause === null || cause instanceof GraphQLError)) return withCode(at);
    log.error({ err: cause, path: at?.path }, "an unexpected fault in the API");
    const sentence = databaseFaultOf(cause) ?? say("SOMETHING_WRONG");
    return toGraphQLError(new UserError("INTERNAL_SERVER_ERROR", sentence), { at });
  };
}

/**
 * Gives what parsing and validation find our code; those errors do not pass through the masking.
 * @param hideSuggestions leaves out "Did you mean …?", which would spell the schema out to whoever guesses
 */
export function clientFaults({ hideSuggestions }: { readonly hideSuggestions: boolean }): Plugin {
  const told = (error: GraphQLError): GraphQLError =>
    withCode(error, hideSuggestions ? error.message.replace(suggestion, "") : error.message);
  return {
    onParse:
      () =>
      ({ result, replaceParseResult }) => {
        if (result instanceof GraphQLError) replaceParseResult(told(result));
      },
    onValidate:
      () =>
      ({ valid, result, setResult }) => {
        if (!valid) setResult(result.map((error) => (error instanceof GraphQLError ? told(error) : error)));
      },
  };
}

const suggestion = / Did you mean [^?]*\?/g;

/** https://www.rfc-editor.org/rfc/rfc9110#status.413: Yoga says so of a batch with too many operations. */
const contentTooLarge = 413;

/** Faults that GraphQL itself found: syntax, validation, coercion of variables. */
function withCode(error: GraphQLError, message = error.message): GraphQLError {
  const code = error.extensions.code;
  if (typeof code === "string" && (errorCodes as readonly string[]).includes(code)) return error;
  const ours: ErrorCode = error.extensions.http?.status === contentTooLarge ? "LIMIT_EXCEEDED" : "BAD_USER_INPUT";
  return new GraphQLError(message, {
    ...(error.nodes ? { nodes: error.nodes } : {}),
    ...(error.source ? { source: error.source } : {}),
    ...(error.positions ? { positions: error.positions } : {}),
    ...(error.path ? { path: error.path } : {}),
    extensions: { ...error.extensions, code: ours },
  });
}
