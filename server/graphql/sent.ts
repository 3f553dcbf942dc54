// What a client really sent of an input: its default values fill in the rest before a resolver sees it, and an update must not take them for wishes.
import { type GraphQLResolveInfo, Kind, type ValueNode } from "graphql";
import type { Context } from "./context.ts";

/** @returns the names of the fields that stand in the argument's object, as it was written or as a variable gave it */
export function sentFields(context: Context, info: GraphQLResolveInfo, argument: string): ReadonlySet<string> {
  const variables = context.params?.variables ?? {};
  const node = info.fieldNodes[0]?.arguments?.find(({ name }) => name.value === argument)?.value;
  return new Set(node === undefined ? [] : namesIn(node, { variables, info }));
}

interface Given {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly info: GraphQLResolveInfo;
}

function namesIn(node: ValueNode, given: Given): string[] {
  if (node.kind === Kind.VARIABLE) {
    const name = node.name.value;
    const value = given.variables[name];
    if (typeof value === "object" && value !== null) return Object.keys(value);
    const usual = defaultOf(name, given);
    return usual === undefined ? [] : namesIn(usual, given);
  }
  if (node.kind !== Kind.OBJECT) return [];
  return node.fields.flatMap(({ name, value }) => (isGiven(value, given) ? [name.value] : []));
}

/** A field whose variable was not given is as good as not written. */
const isGiven = (value: ValueNode, given: Given): boolean =>
  value.kind !== Kind.VARIABLE || value.name.value in given.variables || defaultOf(value.name.value, given) !== undefined;

const defaultOf = (name: string, { info }: Given): ValueNode | undefined =>
  info.operation.variableDefinitions?.find(({ variable }) => variable.name.value === name)?.defaultValue;
