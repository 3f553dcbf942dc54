// How a picture stands in galleries: what is most worth knowing comes first, and only addresses of the web become links.
import { describe, expect, it } from "vitest";
import type { PublicationStateFragment } from "../api/generated/graphql.ts";
import { markOf, signOf, webLink } from "./publications.ts";

const publication = (gallery: string, state: Partial<PublicationStateFragment> = {}): PublicationStateFragment => ({
  id: gallery,
  gallery,
  status: "PUBLISHED",
  at: "2026-05-04T09:12:00Z",
  url: null,
  error: null,
  isCurrent: true,
  ...state,
});

describe("the mark of a picture", () => {
  it("is none where nobody has published it", () => expect(markOf([])).toBeUndefined());

  it("tells of what failed before what is under way, and of that before what is there", () => {
    const all = [publication("there"), publication("coming", { status: "SENT" }), publication("refused", { status: "FAILED" })];
    expect(markOf(all)).toMatchObject({ mark: "failed", of: [{ gallery: "refused" }] });
    expect(markOf(all.slice(0, 2))).toMatchObject({ mark: "underWay", of: [{ gallery: "coming" }] });
    expect(markOf(all.slice(0, 1))).toMatchObject({ mark: "published", of: [{ gallery: "there" }] });
  });

  it("does not call published what has a newer result", () => {
    const old = publication("shop", { isCurrent: false });
    expect(markOf([publication("bucket"), old])).toMatchObject({ mark: "earlier", of: [{ gallery: "shop" }] });
    expect(signOf(old).word).toBe("publishedEarlier");
  });
});

describe("an address that a gallery tells", () => {
  it("becomes a link on the web alone", () => {
    expect(webLink("https://cdn.example/1.jpg")).toBe("https://cdn.example/1.jpg");
    for (const url of [null, "s3://photos/approved/1.jpg", "javascript:alert(1)", " javascript:alert(1)", "data:text/html,x"]) {
      expect(webLink(url)).toBeUndefined();
    }
  });
});
