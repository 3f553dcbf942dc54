// The schema builder: plugins, scalars' types and conventions; it knows no noun.
import SchemaBuilder from "@pothos/core";
import PrismaPlugin from "@pothos/plugin-prisma";
import RelayPlugin from "@pothos/plugin-relay";
import type PrismaTypes from "../db/generated/pothos.ts";
import { getDatamodel } from "../db/generated/pothos.ts";
import type { Context } from "./context.ts";
import { decodeNodeId } from "./ids.ts";

/** Edges in a page: when nothing is said, and at most. The most bounds what one answer holds in memory. */
export const defaultPageSize = 50;
export const maxPageSize = 500;

export const builder = new SchemaBuilder<{
  PrismaTypes: PrismaTypes;
  Context: Context;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Scalars: {
    DateTime: { Input: Date; Output: Date };
    URL: { Input: string; Output: string };
    JSON: { Input: unknown; Output: unknown };
    ID: { Input: string; Output: string };
  };
}>({
  plugins: [RelayPlugin, PrismaPlugin],
  defaultFieldNullability: false,
  prisma: {
    client: (context) => context.app.db,
    dmmf: getDatamodel(),
    filterConnectionTotalCount: true,
    maxConnectionSize: maxPageSize,
    defaultConnectionSize: defaultPageSize,
    onUnusedQuery: null,
  },
  relay: {
    edgesFieldOptions: { nullable: { list: false, items: false } },
    nodeFieldOptions: { nullable: false },
    decodeGlobalID: decodeNodeId,
  },
});

builder.queryType({});
builder.mutationType({});
builder.subscriptionType({});
