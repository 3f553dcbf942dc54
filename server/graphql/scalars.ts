// The three scalars beyond GraphQL's own.
import { GraphQLError, Kind, type ValueNode } from "graphql";
import { builder } from "./builder.ts";

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;

builder.scalarType("DateTime", {
  description: "An instant, RFC 3339 in UTC.",
  serialize: (date) => date.toISOString(),
  parseValue: (value) => {
    const date = typeof value === "string" && rfc3339.test(value) ? new Date(value) : null;
    // PostgreSQL knows no year 0, and a NaN is not at least 1.
    if (date === null || !(date.getUTCFullYear() >= 1)) throw new GraphQLError("Expected a time as in 2026-01-31T09:30:00Z (RFC 3339).");
    return date;
  },
});

/** Characters of a wrong value that its error repeats: enough to find it among a hundred. */
const maxShownLength = 200;

builder.scalarType("URL", {
  description: "An absolute URL.",
  serialize: (url) => url,
  parseValue: (value) => {
    if (typeof value !== "string" || !URL.canParse(value)) {
      const given = JSON.stringify(String(value).slice(0, maxShownLength));
      throw new GraphQLError(`Expected an absolute URL, as in https://example.com/photo.jpg, but received ${given}.`);
    }
    return value;
  },
});

builder.scalarType("JSON", {
  description: "Free-form JSON, only where an engine or a host defines the shape.",
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => literal(node, variables ?? {}),
});

function literal(node: ValueNode, variables: Readonly<Record<string, unknown>>): unknown {
  switch (node.kind) {
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map((field) => [field.name.value, literal(field.value, variables)]));
    case Kind.LIST:
      return node.values.map((value) => literal(value, variables));
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.STRING:
    case Kind.BOOLEAN:
    case Kind.ENUM:
      return node.value;
    case Kind.NULL:
      return null;
    case Kind.VARIABLE:
      return variables[node.name.value];
  }
}
