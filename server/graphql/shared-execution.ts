// Subscriptions' values, executed once for all who would be answered the same: five hundred people that watch a SKU by the same document.
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  executeSubscriptionEvent,
  type ValidatedSubscriptionArgs,
  validateSubscriptionArgs,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Viewer } from "../auth/viewer.ts";
import type { Events } from "../events/postgres.ts";
import type { Context } from "./context.ts";
import { sharedRead } from "./shared-reads.ts";
import { RowGone } from "./told-rows.ts";

/** Executes what subscriptions are told; who may subscribe, and to what, is decided for each alone. */
export const sharedExecution = (events: Events): Plugin<Context> => ({
  onSubscribe: ({ setSubscribeFn }) => setSubscribeFn((args) => subscribeTogether(events, args)),
});

/** What `subscribe` of graphql does, with values shared. */
export async function subscribeTogether(
  events: Events,
  args: ExecutionArgs,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const valid = validateSubscriptionArgs(args);
  if (!("schema" in valid)) return { errors: valid };
  const source = await createSourceEventStream(valid);
  if (!(Symbol.asyncIterator in source)) return source;
  const { viewer, overSocket } = valid.contextValue as Context;
  const { workspace, role } = viewer;
  const asked = JSON.stringify([workspace, role, overSocket, numberOf(args.document), args.operationName, args.variableValues]);
  return mapValues(source[Symbol.asyncIterator](), (event) => executeOnce(events, { ...valid, rootValue: event }, asked));
}

/**
 * What the same document, variables and event give to two of the same workspace and role is the same, unless it looks at the person.
 * @param asked all of these but the event
 */
async function executeOnce(events: Events, args: ValidatedSubscriptionArgs, asked: string): Promise<ExecutionResult> {
  let isOwn = false;
  const { result, isPersonal } = await sharedRead(events, `execution ${asked} ${JSON.stringify(args.rootValue)}`, () => {
    isOwn = true;
    return executeImpersonally(args);
  });
  return isPersonal && !isOwn ? executeSubscriptionEvent(args) : result;
}

/** Executes, and tells whether anything on the way looked at more of the viewer than the workspace and the role. */
async function executeImpersonally(args: ValidatedSubscriptionArgs): Promise<{ result: ExecutionResult; isPersonal: boolean }> {
  const context = args.contextValue as Context;
  const { workspace, role } = context.viewer;
  let isPersonal = false;
  const viewer: Viewer = {
    workspace,
    role,
    get userId() {
      isPersonal = true;
      return context.viewer.userId;
    },
    get expiresAt() {
      isPersonal = true;
      return context.viewer.expiresAt;
    },
  };
  // Named one by one: Yoga's own context has the request too, which is somebody's.
  const contextValue: Context = { app: context.app, overSocket: context.overSocket, viewer };
  const result = await executeSubscriptionEvent({ ...args, contextValue });
  return { result, isPersonal };
}

const numbers = new WeakMap<DocumentNode, number>();
let lastNumber = 0;

/** The same for the same document: Yoga parses a text once, and hands out what it parsed. */
function numberOf(document: DocumentNode): number {
  const number = numbers.get(document) ?? ++lastNumber;
  numbers.set(document, number);
  return number;
}

const isGone = ({ errors = [] }: ExecutionResult): boolean => errors.some(({ originalError }) => originalError instanceof RowGone);

/** One `next` at a time, as the values themselves are read; what is gone is left out. */
function mapValues<In>(values: AsyncIterator<In>, map: (value: In) => Promise<ExecutionResult>): AsyncIterableIterator<ExecutionResult> {
  return {
    async next() {
      for (;;) {
        const step = await values.next();
        if (step.done) return { done: true, value: undefined };
        const value = await map(step.value);
        if (!isGone(value)) return { done: false, value };
      }
    },
    async return() {
      await values.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
