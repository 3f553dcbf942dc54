// Limits of an operation: what is refused, and that what the widget asks is not.
import { globSync, readFileSync } from "node:fs";
import { buildSchema, concatAST, getIntrospectionQuery, Kind, parse, type TypeNode } from "graphql";
import { describe, expect, it } from "vitest";
import { checkOperation } from "./limits.ts";

const root = new URL("../../", import.meta.url);
const schema = buildSchema(readFileSync(new URL("schema.graphql", root), "utf8"));
const check = (document: string, variables: Record<string, unknown> = {}): string | null =>
  checkOperation(schema, { document: parse(document), operationName: null, variables })?.message ?? null;
const nested = (depth: number): string => `${"{ a ".repeat(depth)}${"}".repeat(depth)}`;

describe("an operation", () => {
  it("may be 12 fields deep and no deeper", () => {
    expect(check(nested(12))).toBeNull();
    expect(check(nested(13))).toContain("13 fields deep");
  });

  it("is measured through fragments, also named ones within each other", () => {
    const document = `{ ...A } fragment A on Q { a { a { a { a { ...B } } } } } fragment B on Q { a { a { a { a { ...C } } } } } fragment C on Q { a { a { a { a { a } } } } }`;
    expect(check(document)).toContain("13 fields deep");
  });

  it("is measured at once where fragments double at each step", () => {
    const steps = Array.from({ length: 60 }, (_, n) => `fragment F${n} on Q { a { ...F${n + 1} } b { ...F${n + 1} } }`).join(" ");
    expect(check(`{ ...F0 } ${steps} fragment F60 on Q { id }`)).toContain("fields deep");
  });

  it("ends also where fragments stand in a ring", () => {
    expect(check(`{ ...A } fragment A on Q { a { ...B } } fragment B on Q { b { ...A } }`)).toBeNull();
  });

  it("may ask a field under 30 names and no more", () => {
    const aliased = (count: number): string => `{ ${Array.from({ length: count }, (_, n) => `a${n}: sku(code: "x") { id }`).join(" ")} }`;
    expect(check(aliased(30))).toBeNull();
    expect(check(aliased(31))).toContain("sku is asked 31 times");
  });

  it("is weighed by the pages it asks for, also when a variable says how large", () => {
    const pages = (size: string): string =>
      `query ($n: Int) { skus(first: ${size}) { edges { node { pairs(first: 500) { edges { node { id } } } } } } }`;
    expect(check(pages("500"))).toContain("smaller pages");
    expect(check(pages("$n"), { n: 500 })).toContain("smaller pages");
    expect(check(pages("$n"), { n: 10 })).toBeNull();
    expect(check(`query ($n: Int = 500) { skus(first: $n) { edges { node { pairs(first: 500) { edges { node { id } } } } } } }`)).toContain(
      "smaller pages",
    );
  });

  it("counts a page whose size is not said as a full usual one", () => {
    const three = "{ skus { edges { node { pairs { edges { node { results { id } sku { pairs { edges { node { id } } } } } } } } } } }";
    expect(check(three)).toContain("smaller pages");
  });

  it("counts a page whose edges stand in a fragment", () => {
    const page = (inner: string): string => `pairs { ... on PairConnection { edges { node { ${inner} } } } }`;
    expect(check(`{ skus { ...Page } } fragment Page on SkuConnection { edges { node { ${page(`sku { ${page("id")} }`)} } } }`)).toContain(
      "smaller pages",
    );
    expect(check("{ skus { totalCount } }")).toBeNull();
  });

  it("may ask a photo's results, and not in a ring", () => {
    const ring = (inner: string): string => `results { pair { ${inner} } }`;
    expect(check(`{ node(id: "x") { ... on Pair { ${ring("id")} } } }`)).toBeNull();
    expect(check(`{ node(id: "x") { ... on Pair { ${ring(ring(ring("id")))} } } }`)).toContain("smaller pages");
  });

  it("is weighed by the rows that it names, in its own words and by variables", () => {
    const ids = (count: number): string[] => Array.from({ length: count }, () => "x");
    const nodes = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Sku { pairs(first: 500) { edges { node { id } } } } } }";
    expect(check(nodes, { ids: ids(10) })).toBeNull();
    expect(check(nodes, { ids: ids(200) })).toContain("fewer rows");
    expect(check("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", { ids: ids(501) })).toContain("nodes is given 501 ids");
    const inner = "pairs { sku { pairs(first: 500) { edges { node { id } } } } }";
    expect(check(`mutation { approvePairs(ids: ["x"]) { ${inner} } }`)).toBeNull();
    expect(check(`mutation { approvePairs(ids: ${JSON.stringify(ids(200))}) { ${inner} } }`)).toContain("fewer rows");
    const publish = `mutation ($input: PublishPairsInput!) { publishPairs(input: $input) { ${inner} } }`;
    expect(check(publish, { input: { gallery: "ozon", pairs: ids(200) } })).toContain("fewer rows");
  });

  it("may be any of the widget's, for as many rows as that names at once", () => {
    const parts = globSync("components/**/*.graphql", { cwd: root }).map((file) => parse(readFileSync(new URL(file, root), "utf8")));
    const { definitions } = concatAST(parts);
    const fragments = definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
    const operations = definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
    expect(operations.length).toBeGreaterThan(50);
    const most = (type: TypeNode): unknown => {
      if (type.kind === Kind.NON_NULL_TYPE) return most(type.type);
      if (type.kind === Kind.LIST_TYPE) return Array.from({ length: 100 }, () => "x");
      if (type.name.value === "Int") return 100;
      return type.name.value === "PublishPairsInput" ? { pairs: Array.from({ length: 500 }, () => "x") } : null;
    };
    for (const operation of operations) {
      const variables = Object.fromEntries(
        (operation.variableDefinitions ?? []).map(({ variable, type }) => [variable.name.value, most(type)]),
      );
      const document = { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] } as const;
      expect(checkOperation(schema, { document, operationName: operation.name?.value ?? null, variables })).toBeNull();
    }
  });

  it("may introspect", () => {
    expect(check(getIntrospectionQuery())).toBeNull();
  });
});
