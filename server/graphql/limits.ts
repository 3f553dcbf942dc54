// What one operation may ask for: depth, aliases, tokens and weight, so that no document, however clever, costs more than a page.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import { defaultPageSize } from "./builder.ts";

/** Fields inside each other: the deepest page of the widget has 10. Stops rings such as pair -> sku -> pairs -> sku. */
const maxDepth = 12;
/** Times that one field of one object may be asked under other names: stops a thousand lookups in one operation. */
const maxAliases = 30;
/** Words and signs of a document: the widget's longest has some 600. Stops documents that take seconds to parse. */
const maxTokens = 2_000;
/** Fields that an operation may answer, pages counted at their full size: 500 SKUs with 50 pairs of 2 fields each. Stops pages of pages. */
const maxWeight = 50_000;

/** Introspection nests deeper than data does and costs nothing. */
const isIntrospection = ({ name }: FieldNode): boolean => name.value.startsWith("__");

interface Walk {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
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
    const error = checkOperation(args.document, args.operationName ?? null, args.variableValues ?? {});
    if (error !== null) setResultAndStopExecution({ errors: [error] });
  },
  onSubscribe: ({ args, setResultAndStopExecution }) => {
    const error = checkOperation(args.document, args.operationName ?? null, args.variableValues ?? {});
    if (error !== null) setResultAndStopExecution({ errors: [error] });
  },
};

/** Null where the operation is within the limits; else an error that says which one and what to do. */
export function checkOperation(
  document: DocumentNode,
  operationName: string | null,
  variables: Readonly<Record<string, unknown>>,
): GraphQLError | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  const { depth, weight, aliases, aliased } = measureOperation(document, operation, variables);
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
      `The operation may answer ${weight} fields: ${maxWeight} is the most. Ask for smaller pages (first, last) or fewer fields in them.`,
    );
  }
  return null;
}

const refusal = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: "LIMIT_EXCEEDED", http: { status: 400 } } });

function measureOperation(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Measure {
  const fragments = new Map(
    document.definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [])),
  );
  return measureSet(operation.selectionSet, { fragments, variables: withDefaults(operation, variables), measured: new Map() });
}

function withDefaults(operation: OperationDefinitionNode, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const defaults = (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
    defaultValue?.kind === Kind.INT ? [[variable.name.value, Number(defaultValue.value)] as const] : [],
  );
  return { ...Object.fromEntries(defaults), ...given };
}

function measureSet(set: SelectionSetNode, walk: Walk): Measure {
  const known = walk.measured.get(set);
  if (known !== undefined) return known;
  // For a fragment inside itself, which validation refuses anyway: here it only must not hang.
  walk.measured.set(set, nothing);
  const fields = fieldsOf(set, walk, new Set());
  const measure = fields.reduce((sum, field) => addField(sum, field, walk), mostAliased(fields));
  walk.measured.set(set, measure);
  return measure;
}

/** Where the count of names starts: that of this selection's own fields. */
function mostAliased(fields: readonly FieldNode[]): Measure {
  let most = nothing;
  for (const [aliased, same] of Map.groupBy(fields, ({ name }) => name.value)) {
    const aliases = new Set(same.map(({ alias, name }) => (alias ?? name).value)).size;
    if (aliases > most.aliases) most = { ...nothing, aliases, aliased };
  }
  return most;
}

function addField(sum: Measure, field: FieldNode, walk: Walk): Measure {
  const inner = field.selectionSet && !isIntrospection(field) ? measureSet(field.selectionSet, walk) : nothing;
  const { aliases, aliased } = inner.aliases > sum.aliases ? inner : sum;
  return { depth: Math.max(sum.depth, inner.depth + 1), weight: sum.weight + 1 + inner.weight * pageSize(field, walk), aliases, aliased };
}

/** The fields of a selection, those of its fragments too, each fragment once. */
function fieldsOf(set: SelectionSetNode, walk: Walk, seen: Set<string>): FieldNode[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(selection.selectionSet, walk, seen);
    const name = selection.name.value;
    const fragment = walk.fragments.get(name);
    if (fragment === undefined || seen.has(name)) return [];
    seen.add(name);
    return fieldsOf(fragment.selectionSet, walk, seen);
  });
}

/** How often a field's inner fields are answered: a connection's as often as its page has edges. */
function pageSize(field: FieldNode, { variables }: Walk): number {
  const sizes = (field.arguments ?? []).flatMap(({ name, value }) => {
    if (name.value !== "first" && name.value !== "last") return [];
    if (value.kind === Kind.INT) return [Number(value.value)];
    const given = value.kind === Kind.VARIABLE ? variables[value.name.value] : null;
    return typeof given === "number" ? [given] : [];
  });
  if (sizes.length > 0) return Math.max(1, ...sizes);
  return field.selectionSet?.selections.some(isEdges) ? defaultPageSize : 1;
}

const isEdges = (selection: SelectionNode): boolean => selection.kind === Kind.FIELD && selection.name.value === "edges";
