// The rate limit at the API's door: each operation takes one of its viewer's tokens, over HTTP, SSE and WebSocket alike.
import type { ExecutionArgs, GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Viewer } from "../auth/viewer.ts";
import type { RateLimiter } from "../domain/rate-limit.ts";
import { UserError } from "../errors.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { say } from "../say.ts";
import { toGraphQLError } from "./errors.ts";

/** What `onExecute` and `onSubscribe` have in common. */
interface Hook {
  readonly args: ExecutionArgs;
  readonly setResultAndStopExecution: (result: { errors: GraphQLError[] }) => void;
}

/** Refuses as RATE_LIMITED, over HTTP with 429 and Retry-After. The operations of a batch count one by one. */
export function rateLimit(limiter: RateLimiter, metrics: Metrics): Plugin {
  const check = async ({ args, setResultAndStopExecution }: Hook): Promise<void> => {
    const { viewer } = args.contextValue as { viewer: Viewer };
    const waitMs = await limiter.take(viewer);
    if (waitMs === 0) return;
    metrics.countRefusal("rate");
    setResultAndStopExecution({ errors: [tooFast(waitMs)] });
  };
  return { onExecute: (hook) => check(hook as Hook), onSubscribe: (hook) => check(hook as Hook) };
}

function tooFast(waitMs: number): GraphQLError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return toGraphQLError(new UserError("RATE_LIMITED", say("ASKS_TOO_FAST", { seconds })), {
    extensions: { retryAfterSeconds: seconds, http: { status: 429, headers: { "retry-after": String(seconds) } } },
  });
}
