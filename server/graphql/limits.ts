// What one operation may ask for: depth, aliases, tokens and weight, so that no document, however clever, costs more than a page.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  getOperationAST,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  valueFromASTUntyped,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import { defaultPageSize, maxPageSize } from "./builder.ts";

/** Fields inside each other: the deepest page of the widget has 10. Stops rings such as pair -> sku -> pairs -> sku. */
const maxDepth = 12;
/** Times that one field of one object may be asked under other names: stops a thousand lookups in one operation. */
const maxAliases = 30;
/** Words and signs of a document: the widget's longest has some 600. Stops documents that take seconds to parse. */
const maxTokens = 2_000;
/** Fields that an operation may answer, pages counted at their full size: 500 SKUs with 50 pairs of 2 fields each. Stops pages of pages. */
const maxWeight = 50_000;

/** Rows that a list without pages counts as, such as publications, one for each marketplace. */
const usualListSize = 5;
/** The one list that grows with use, a photo's results, counts as a page: stops rings of it. */
const growingList = "results";

/** Introspection nests deeper than data does and costs nothing. */
const isIntrospection = ({ name }: FieldNode): boolean => name.value.startsWith("__");

/** The type that a selection is made of; undefined where the schema does not know it, which validation refuses. */
type Parent = GraphQLNamedType | undefined;

interface Asked {
  readonly field: FieldNode;
  readonly parent: Parent;
}

interface Walk {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The longest list that the operation's own fields are given: what a mutation of many rows, and `nodes`, may answer. */
  readonly given: number;
  /** Each selection is measured once, however many fragments lead to it: fragments that double at each step stay cheap. */
  readonly measured: Map<SelectionSetNode, Measure>;
}

interface Measure {
  readonly depth: number;
  readonly weight: number;
  /** The most times that one field stands side by side under different names, and which. */
  readonly aliases: number;
  readonly aliased: string;
}

const nothing: Measure = { depth: 0, weight: 0, aliases: 0, aliased: "" };

/** Counts tokens while parsing, the rest before executing, when variables are known. */
export const operationLimits: Plugin = {
  onParse: ({ params, setParseFn }) => {
    setParseFn((source: Parameters<typeof parse>[0]) => parse(source, { ...params.options, maxTokens }));
    return ({ result, replaceParseResult }) => {
      if (result instanceof GraphQLError && result.message.includes(`${maxTokens} tokens`)) {
        replaceParseResult(refusal(`The document has more than ${maxTokens} words and signs: split it into several operations.`));
      }
    };
  },
  onExecute: ({ args, setResultAndStopExecution }) => {
    const error = checkOperation(args.schema, {
      document: args.document,
      operationName: args.operationName ?? null,
      variables: args.variableValues ?? {},
    });
    if (error !== null) setResultAndStopExecution({ errors: [error] });
  },
  onSubscribe: ({ args, setResultAndStopExecution }) => {
    const error = checkOperation(args.schema, {
      document: args.document,
      operationName: args.operationName ?? null,
      variables: args.variableValues ?? {},
    });
    if (error !== null) setResultAndStopExecution({ errors: [error] });
  },
};

export interface AskedOperation {
  readonly document: DocumentNode;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Null where the operation is within the limits; else an error that says which one and what to do. */
export function checkOperation(schema: GraphQLSchema, { document, operationName, variables }: AskedOperation): GraphQLError | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  const walk = openWalk(schema, operation, { document, variables });
  const root = { set: operation.selectionSet, parent: schema.getRootType(operation.operation) ?? undefined };
  const fields = fieldsOf(root, walk, new Set());
  const ids = longestGiven(
    fields.filter(({ field }) => field.name.value === "nodes"),
    walk,
  );
  if (ids > maxPageSize) return refusal(`nodes is given ${ids} ids: ${maxPageSize} is the most. Ask for the rest in another operation.`);
  const { depth, weight, aliases, aliased } = measureSet(root, { ...walk, given: Math.max(1, longestGiven(fields, walk)) });
  if (depth > maxDepth)
    return refusal(
      `The operation is ${depth} fields deep: ${maxDepth} is the most. Ask for the inner part by its id in another operation.`,
    );
  if (aliases > maxAliases)
    return refusal(
      `The field ${aliased} is asked ${aliases} times under other names: ${maxAliases} is the most. Use a list, or several operations.`,
    );
  if (weight > maxWeight) {
    return refusal(
      `The operation may answer ${weight} fields: ${maxWeight} is the most. Ask for smaller pages (first, last), name fewer rows at once, or ask for fewer fields of them.`,
    );
  }
  return null;
}

const refusal = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: "LIMIT_EXCEEDED", http: { status: 400 } } });

function openWalk(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  { document, variables }: Omit<AskedOperation, "operationName">,
): Walk {
  const fragments = new Map(
    document.definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [])),
  );
  return { schema, fragments, variables: withDefaults(operation, variables), given: 1, measured: new Map() };
}

function withDefaults(operation: OperationDefinitionNode, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const defaults = (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
    defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)] as const],
  );
  return { ...Object.fromEntries(defaults), ...given };
}

const argumentsOf = (field: FieldNode, { variables }: Walk): [name: string, value: unknown][] =>
  (field.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value, variables)]);

/** The length of the longest list that one of the fields is given. */
function longestGiven(fields: readonly Asked[], walk: Walk): number {
  return fields.reduce((most, { field }) => argumentsOf(field, walk).reduce((longest, [, value]) => longestList(value, longest), most), 0);
}

/** @param depth input objects that are looked into: ours hold no list deeper, and JSON of a client's own may be as deep as it likes */
function longestList(value: unknown, atLeast: number, depth = 3): number {
  if (typeof value !== "object" || value === null || depth === 0) return atLeast;
  if (Array.isArray(value)) return Math.max(atLeast, value.length);
  // No spread: JSON may have more names than a call takes arguments.
  return Object.values(value).reduce((longest: number, each) => longestList(each, longest, depth - 1), atLeast);
}

interface Selections {
  readonly set: SelectionSetNode;
  readonly parent: Parent;
}

function measureSet(selections: Selections, walk: Walk): Measure {
  const known = walk.measured.get(selections.set);
  if (known !== undefined) return known;
  // For a fragment inside itself, which validation refuses anyway: here it only must not hang.
  walk.measured.set(selections.set, nothing);
  const fields = fieldsOf(selections, walk, new Set());
  const measure = fields.reduce((sum, asked) => addField(sum, asked, walk), mostAliased(fields));
  walk.measured.set(selections.set, measure);
  return measure;
}

/** Where the count of names starts: that of this selection's own fields. */
function mostAliased(fields: readonly Asked[]): Measure {
  let most = nothing;
  for (const [aliased, same] of Map.groupBy(fields, ({ field }) => field.name.value)) {
    const aliases = new Set(same.map(({ field: { alias, name } }) => (alias ?? name).value)).size;
    if (aliases > most.aliases) most = { ...nothing, aliases, aliased };
  }
  return most;
}

function addField(sum: Measure, asked: Asked, walk: Walk): Measure {
  const { field } = asked;
  const set = field.selectionSet;
  if (set === undefined || isIntrospection(field)) return { ...sum, depth: Math.max(sum.depth, 1), weight: sum.weight + 1 };
  const inner = measureSet({ set, parent: getNamedType(typeOf(asked)) }, walk);
  const { aliases, aliased } = inner.aliases > sum.aliases ? inner : sum;
  return { depth: Math.max(sum.depth, inner.depth + 1), weight: sum.weight + 1 + inner.weight * rowsOf(asked, walk), aliases, aliased };
}

/** The fields of a selection, those of its fragments too, each fragment once. */
function fieldsOf({ set, parent }: Selections, walk: Walk, seen: Set<string>): Asked[] {
  const typeOfFragment = (name: string | undefined): Parent => (name === undefined ? parent : walk.schema.getType(name));
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [{ field: selection, parent }];
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return fieldsOf({ set: selection.selectionSet, parent: typeOfFragment(selection.typeCondition?.name.value) }, walk, seen);
    const name = selection.name.value;
    const fragment = walk.fragments.get(name);
    if (fragment === undefined || seen.has(name)) return [];
    seen.add(name);
    return fieldsOf({ set: fragment.selectionSet, parent: typeOfFragment(fragment.typeCondition.name.value) }, walk, seen);
  });
}

const typeOf = ({ field, parent }: Asked): GraphQLOutputType | undefined =>
  isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[field.name.value]?.type : undefined;

/** How often a field's inner fields are answered: a connection's as often as its page has edges, a list's as often as it may have rows. */
function rowsOf(asked: Asked, walk: Walk): number {
  const { field, parent } = asked;
  const sizes = argumentsOf(field, walk).filter(([name, value]) => (name === "first" || name === "last") && typeof value === "number");
  if (sizes.length > 0) return Math.max(1, ...sizes.map(([, size]) => Number(size)));
  const type = typeOf(asked);
  if (!isListType(getNullableType(type)))
    return hasEdges({ set: field.selectionSet, parent: getNamedType(type) }, walk) ? defaultPageSize : 1;
  if (field.name.value === "edges") return 1;
  if (isOfGiven(parent, field, walk.schema)) return walk.given;
  // They come in the place of rows, which are counted.
  if (isPayload(parent)) return 1;
  return field.name.value === growingList ? defaultPageSize : usualListSize;
}

const hasEdges = ({ set, parent }: { set: SelectionSetNode | undefined; parent: Parent }, walk: Walk): boolean =>
  set !== undefined && fieldsOf({ set, parent }, walk, new Set()).some(({ field }) => field.name.value === "edges");

/** Whether a list answers one row for each that the operation was given. */
function isOfGiven(parent: Parent, { name }: FieldNode, schema: GraphQLSchema): boolean {
  if (parent === schema.getQueryType()) return name.value === "nodes";
  return parent === schema.getMutationType() || (isPayload(parent) && name.value !== "failures");
}

/** What a mutation of many rows answers. */
const isPayload = (type: Parent): boolean => type?.name.endsWith("Payload") === true;
