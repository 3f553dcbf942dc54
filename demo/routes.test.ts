// Addresses: there and back, and none for what is no page.
import { describe, expect, it } from "vitest";
import { pathOf, routeOf } from "./routes.ts";

describe("routes", () => {
  it("come back the same from their own path, whatever is in the code", () => {
    for (const code of ["MUG-001", "a/b", "Кружка 1", "100%", "马克杯"]) {
      for (const page of ["photos", "product"] as const) expect(routeOf(pathOf({ page, code }))).toEqual({ page, code });
    }
    for (const page of ["orders", "shelf", "listings"] as const) expect(routeOf(pathOf({ page }))).toEqual({ page });
    expect(routeOf("/")).toEqual({ page: "photos", code: undefined });
  });

  it("are none for unknown paths and broken escapes", () => {
    for (const path of ["/nowhere", "/photos/", "/photos/a/b", "/photos/%E0%A4%A", "/products", "/products/", "/listings/"])
      expect(routeOf(path), path).toBeUndefined();
  });
});
