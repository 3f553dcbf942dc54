// Errors that a person can cause: a stable code and a sentence that says what happened, why, and what to do.

/** The values of `extensions.code`; the same list as `ErrorCode` in schema.graphql. */
export const errorCodes = [
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "NOT_FOUND",
  "BAD_USER_INPUT",
  "CONFLICT",
  "LIMIT_EXCEEDED",
  "RATE_LIMITED",
  "ENGINE_UNAVAILABLE",
  "INTERNAL_SERVER_ERROR",
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** An expected error. Its message reaches the user as it is; everything that is no `UserError` is masked. */
export class UserError extends Error {
  override name = "UserError";
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export const unauthenticated = (message: string): UserError => new UserError("UNAUTHENTICATED", message);
export const forbidden = (message: string): UserError => new UserError("FORBIDDEN", message);
export const badUserInput = (message: string): UserError => new UserError("BAD_USER_INPUT", message);
export const conflict = (message: string): UserError => new UserError("CONFLICT", message);
export const limitExceeded = (message: string): UserError => new UserError("LIMIT_EXCEEDED", message);
export const engineUnavailable = (message: string): UserError => new UserError("ENGINE_UNAVAILABLE", message);

/**
 * What is not there, and what is another workspace's: the same words for both, so that nothing can be told from them.
 * @param noun what was looked for, with its key, such as `pair UGFpcjox`
 */
export const notFound = (noun: string): UserError =>
  new UserError("NOT_FOUND", `There is no ${noun} in this workspace. It may have been deleted, or the id is mistyped.`);

/** The message of anything thrown. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
