// Pages whose cursors hold the values that the list is ordered by: reading the arguments, making edges and page info.
import { decodeBase64, encodeBase64 } from "@pothos/core";
import { type FieldNode, type GraphQLResolveInfo, Kind } from "graphql";
import { z } from "zod";
import { maxCodeLength } from "../domain/names.ts";
import { badUserInput } from "../errors.ts";
import { defaultPageSize } from "./builder.ts";

/** What a cursor of this kind starts with, before base64. */
export const placePrefix = "at:";

/** What a cursor of Prisma's plugin starts with, before a row's id. */
export const rowPrefix = "GPC:S:";

/** A SKU's code in a cursor; NUL is what PostgreSQL takes in no text. */
export const codeText = z
  .string()
  .max(maxCodeLength)
  .refine((text) => !text.includes("\0"));

export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

interface PageRequest<Place> {
  readonly size: number;
  readonly backward: boolean;
  /** The row that the page lies beside. */
  readonly from: Place | null;
}

/** @param place what a cursor holds @throws BAD_USER_INPUT naming the argument; sizes are checked for all connections in schema.ts */
export function readPage<Place>({ first, after, last, before }: PageArguments, place: z.ZodType<Place>): PageRequest<Place> {
  if (after && before) throw badUserInput("after and before do not go together: give one of them.");
  if (before && first) throw badUserInput("before goes with last: first counts from the start, or from after.");
  if (after && last) throw badUserInput("after goes with first: last counts from the end, or from before.");
  const from = after ? readPlace("after", after, place) : before ? readPlace("before", before, place) : null;
  return { size: first ?? last ?? defaultPageSize, backward: Boolean(last || before), from };
}

const wrongCursor = (argument: string): Error =>
  badUserInput(`${argument} is no cursor of this list: take one from its pageInfo or from one of its edges, as it is.`);

function readPlace<Place>(argument: string, cursor: string, place: z.ZodType<Place>): Place {
  try {
    const text = decodeBase64(cursor);
    return place.parse(text.startsWith(rowPrefix) ? text.slice(rowPrefix.length) : JSON.parse(text.slice(placePrefix.length)));
  } catch {
    throw wrongCursor(argument);
  }
}

export const cursorOf = (place: unknown): string => encodeBase64(`${placePrefix}${JSON.stringify(place)}`);

export interface Connection<Node> {
  readonly edges: { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** @param rows of the page in the list's order and, where there is one, the row beyond it */
export function pageOf<Node>(rows: readonly Node[], request: PageRequest<unknown>, placeOf: (node: Node) => unknown): Connection<Node> {
  const { size, backward, from } = request;
  const isMore = rows.length > size;
  const nodes = isMore ? (backward ? rows.slice(-size) : rows.slice(0, size)) : rows;
  const edges = nodes.map((node) => ({ cursor: cursorOf(placeOf(node)), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: backward ? from !== null : isMore,
      hasPreviousPage: backward ? isMore : from !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** The same page with what was read of its rows afterwards. What was deleted in between is left out, and ends no list. */
export function withNodes<Row, Node>(page: Connection<Row>, nodeOf: (row: Row) => Node | undefined): Connection<Node> {
  const edges = page.edges.flatMap(({ cursor, node: row }) => {
    const node = nodeOf(row);
    return node === undefined ? [] : [{ cursor, node }];
  });
  return { ...page, edges };
}

/** Whether a connection is asked for its total alone, so that no row need be read. */
export const wantsTotalOnly = (info: GraphQLResolveInfo): boolean =>
  info.fieldNodes.every((field) => field.selectionSet?.selections.every((part) => part.kind === Kind.FIELD && isTotal(part)));

/** Whether a connection is plainly asked for its total, which can then be counted while its rows are read. */
export const wantsTotal = (info: GraphQLResolveInfo): boolean =>
  info.fieldNodes.some((field) =>
    field.selectionSet?.selections.some((part) => part.kind === Kind.FIELD && part.name.value === "totalCount"),
  );

const isTotal = ({ name }: FieldNode): boolean => name.value === "totalCount" || name.value === "__typename";
