// One execution for all who would be answered the same, and one for each where the answer looks at who asks.
import { type ExecutionResult, GraphQLObjectType, GraphQLSchema, GraphQLString, parse } from "graphql";
import { describe, expect, it } from "vitest";
import type { Role } from "../auth/viewer.ts";
import type { Events } from "../events/postgres.ts";
import type { Context } from "./context.ts";
import { subscribeTogether } from "./shared-execution.ts";

interface Asking {
  readonly user?: string;
  readonly workspace?: string;
  readonly role?: Role;
  readonly document?: ReturnType<typeof parse>;
}

const stateOnly = parse("subscription { pair { state } }");
const withOwner = parse("subscription { pair { state mine } }");

function world() {
  let executions = 0;
  const Pair = new GraphQLObjectType<unknown, Context>({
    name: "Pair",
    fields: {
      state: { type: GraphQLString, resolve: async (_pair, _args, { viewer }) => `${viewer.workspace} ${viewer.role} ${++executions}` },
      mine: { type: GraphQLString, resolve: (_pair, _args, { viewer }) => viewer.userId },
    },
  });
  const subscribe = async function* () {
    yield { id: "p" };
  };
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({ name: "Query", fields: { any: { type: GraphQLString } } }),
    subscription: new GraphQLObjectType({ name: "Subscription", fields: { pair: { type: Pair, subscribe, resolve: (event) => event } } }),
  });
  // As much of Events as is asked for.
  const events = { heard: 0 } as Events;
  return async ({ user = "ann", workspace = "w", role = "EDITOR", document = stateOnly }: Asking = {}) => {
    const contextValue = { overSocket: true, viewer: { userId: user, workspace, role, expiresAt: null } };
    const values = await subscribeTogether(events, { schema, document, contextValue });
    if (!(Symbol.asyncIterator in values)) throw new Error(String(values.errors?.[0]));
    return ((await values.next()).value as ExecutionResult<{ pair: unknown }>).data?.pair;
  };
}

describe("a subscription's execution", () => {
  it("is one for all of the same workspace and role who ask the same", async () => {
    const ask = world();
    const all = await Promise.all([ask(), ask(), ask({ user: "bob" })]);
    expect(all).toEqual(Array.from({ length: 3 }, () => ({ state: "w EDITOR 1" })));
  });

  it("is another for another workspace, another role and another document", async () => {
    const ask = world();
    const all = await Promise.all([
      ask(),
      ask({ workspace: "v" }),
      ask({ role: "VIEWER" }),
      ask({ document: parse("subscription { pair { s: state } }") }),
    ]);
    expect(all).toEqual([{ state: "w EDITOR 1" }, { state: "v EDITOR 2" }, { state: "w VIEWER 3" }, { s: "w EDITOR 4" }]);
  });

  it("is each one's own where it looks at who asks", async () => {
    const ask = world();
    const all = await Promise.all(["ann", "bob", "cid"].map((user) => ask({ user, document: withOwner })));
    expect(all).toMatchObject([{ mine: "ann" }, { mine: "bob" }, { mine: "cid" }]);
  });

  it("answers a subscription that cannot be with its errors", async () => {
    const ask = world();
    await expect(ask({ document: parse("subscription { nothing { at } }") })).rejects.toThrow("nothing");
  });
});
