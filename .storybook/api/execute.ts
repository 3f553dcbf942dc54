// The printed schema, executed in the browser: the same types and the same faults as the real API has.
import {
  buildSchema,
  defaultFieldResolver,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  getOperationAST,
  OperationTypeNode,
  parse,
  subscribe,
  validate,
} from "graphql";
import printed from "../../schema.graphql?raw";
import type { Context, Resolver, Resolvers } from "./context.ts";
import { files } from "./files.ts";
import { galleries } from "./galleries.ts";
import { jobs } from "./jobs.ts";
import { preferences } from "./preferences.ts";
import { reads } from "./reads.ts";
import { refusal } from "./refusal.ts";
import { reviews } from "./reviews.ts";
import { sentences } from "./sentences.ts";
import { subscriptions } from "./subscriptions.ts";

const schema = buildSchema(printed);
/** Refused by their own payloads, a failure for each subject, and not as a whole. */
const refusedOneByOne = /(Pairs|Skus)$/;

const mutations: Resolvers[string] = Object.assign({}, ...[jobs, reviews, preferences, files, galleries].map(({ Mutation }) => Mutation));
const resolvers: Resolvers = { ...reads, ...galleries, Mutation: mutations };

const call = (resolver: Resolver, row: unknown, args: unknown, context: Context): unknown =>
  (resolver as (row: unknown, args: unknown, context: Context) => unknown)(row, args, context);

const fieldResolver: GraphQLFieldResolver<unknown, Context> = (row, args, context, info) => {
  const { name } = info.parentType;
  const isRoot = name === "Query" || name === "Mutation";
  const { broken, refuse } = context.switches;
  if (isRoot && broken.has(info.fieldName)) {
    throw refusal("INTERNAL_SERVER_ERROR", "Something went wrong here. It has been logged; try again.");
  }
  if (name === "Mutation" && refuse !== undefined && !refusedOneByOne.test(info.fieldName)) throw refusal("CONFLICT", refuse);
  const resolver = resolvers[name]?.[info.fieldName] ?? sentences[name]?.[info.fieldName];
  if (resolver !== undefined) return call(resolver, row, args, context);
  if (isRoot) throw refusal("BAD_USER_INPUT", `The stories' API does not answer ${info.fieldName}.`);
  return defaultFieldResolver(row, args, context, info);
};

const subscribeFieldResolver: GraphQLFieldResolver<unknown, Context> = (row, args, context, info) => {
  const resolver = subscriptions[info.fieldName];
  if (resolver === undefined) throw refusal("BAD_USER_INPUT", `The stories' API has no news of ${info.fieldName}.`);
  return call(resolver, row, args, context);
};

export interface Operation {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

function prepare({ query, operationName, variables }: Operation, contextValue: Context) {
  const document = parse(query);
  const errors = validate(schema, document);
  if (errors.length > 0) return { errors };
  const operation = getOperationAST(document, operationName ?? null)?.operation;
  const args = { schema, document, contextValue, variableValues: variables ?? {}, operationName: operationName ?? null };
  return { args: { ...args, fieldResolver, subscribeFieldResolver }, operation };
}

/** A query's or a mutation's answer. */
export async function answer(operation: Operation, context: Context): Promise<ExecutionResult> {
  const { args, errors } = prepare(operation, context);
  if (args === undefined) return { errors };
  return execute(args);
}

/** A subscription's answers, or its only one where it cannot be. */
export async function listen(operation: Operation, context: Context): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
  const { args, errors, operation: kind } = prepare(operation, context);
  if (args === undefined) return { errors };
  if (kind !== OperationTypeNode.SUBSCRIPTION) return { errors: [new GraphQLError("Only subscriptions are listened to.")] };
  return subscribe(args);
}
