// Limits of an operation: what is refused, and that what the widget asks is not.
import { getIntrospectionQuery, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { checkOperation } from "./limits.ts";

const check = (document: string, variables: Record<string, unknown> = {}): string | null =>
  checkOperation(parse(document), null, variables)?.message ?? null;
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

  it("may introspect", () => {
    expect(check(getIntrospectionQuery())).toBeNull();
  });
});
