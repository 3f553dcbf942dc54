// The whole schema: every noun adds itself to the builder; pages are checked in one place.
import { decodeBase64 } from "@pothos/core";
import { type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from "graphql";
import { badUserInput } from "../errors.ts";
import { builder, maxPageSize } from "./builder.ts";
import { placePrefix, rowPrefix } from "./page.ts";
import "./scalars.ts";
import "./errors.ts";
import "./viewer.ts";
import "./image.ts";
import "./sku.ts";
import "./sku-list.ts";
import "./pair.ts";
import "./output.ts";
import "./settings.ts";
import "./job.ts";
import "./job-news.ts";
import "./upload.ts";
import "./review.ts";
import "./gallery.ts";
import "./publication.ts";
import "./import.ts";
import "./download.ts";
import "./prompt.ts";
import "./api-key.ts";
import "./usage.ts";
import "./edit.ts";
import "./compliance.ts";

export function buildSchema(): GraphQLSchema {
  const schema = builder.toSchema();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const isConnection = ["first", "after", "last", "before"].every((name) => field.args.some((arg) => arg.name === name));
      if (isConnection && field.resolve) field.resolve = checkingPage(field.resolve);
    }
  }
  return schema;
}

type Resolver = GraphQLFieldResolver<unknown, unknown>;

/** Sizes outside the range are refused, not silently cut, so that a script sees why its page is short. */
function checkingPage(resolve: Resolver): Resolver {
  return (source, args, context, info) => {
    for (const name of ["first", "last"] as const) {
      const size: unknown = args[name];
      if (typeof size === "number" && (size < 1 || size > maxPageSize)) {
        throw badUserInput(`${name} is ${size}: a page holds from 1 to ${maxPageSize} edges.`);
      }
    }
    if (typeof args.first === "number" && typeof args.last === "number")
      throw badUserInput("first and last do not go together: give one of them.");
    for (const name of ["after", "before"] as const) checkCursor(name, args[name]);
    return resolve(source, args, context, info);
  };
}

/** A cursor is `GPC:S:` and a UUID, or a place in an order that page.ts reads; in base64. */
const cursorText = new RegExp(`^(${rowPrefix}[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|${placePrefix})`, "i");

function checkCursor(name: string, cursor: unknown): void {
  if (cursor === null || cursor === undefined) return;
  if (typeof cursor === "string" && isCursor(cursor)) return;
  throw badUserInput(`${name} is no cursor of this API: take one from pageInfo or from an edge, as it is.`);
}

function isCursor(cursor: string): boolean {
  try {
    return cursorText.test(decodeBase64(cursor));
  } catch {
    return false;
  }
}
