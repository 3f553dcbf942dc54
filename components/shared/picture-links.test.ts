// Signed links of pictures: kept while they hold, given up when they fail or end.
import { describe, expect, it } from "vitest";
import { createPictureLinks, linkExpiry } from "./picture-links.ts";

const at = (seconds: number, signature: string): string => `http://store/a?expires=${seconds}&signature=${signature}`;

describe("a picture's link", () => {
  it("stays the same while only its signature changes", () => {
    const links = createPictureLinks(() => 1_000_000);
    expect(links.keep("sha:tile", at(5000, "one"))).toBe(at(5000, "one"));
    expect(links.keep("sha:tile", at(6000, "two"))).toBe(at(5000, "one"));
    expect(links.keep("sha:thumb", at(6000, "two"))).toBe(at(6000, "two"));
  });

  it("is changed for a newer one before it ends", () => {
    let now = 1_000_000;
    const links = createPictureLinks(() => now);
    links.keep("sha:tile", at(2000, "one"));
    now = 1_996_000;
    expect(links.keep("sha:tile", at(6000, "two"))).toBe(at(6000, "two"));
  });

  it("is changed for a newer one when it fails, else the lists are read again", () => {
    const links = createPictureLinks(() => 1_000_000);
    let asked = 0;
    links.onStale(() => {
      asked += 1;
    });
    links.keep("sha:tile", at(5000, "one"));
    links.keep("sha:tile", at(5000, "two"));
    expect(links.fail("sha:tile", at(5000, "one"))).toBe(true);
    expect(asked).toBe(0);
    expect(links.keep("sha:tile", at(5000, "two"))).toBe(at(5000, "two"));
    expect(links.fail("sha:tile", at(5000, "two"))).toBe(false);
    expect(links.fail("sha:tile", at(5000, "two"))).toBe(false);
    expect(asked).toBe(1);
  });

  it("says when it ends, in the words of the disk store and of S3", () => {
    expect(linkExpiry(at(1_795_482_000, "x"))).toBe(1_795_482_000_000);
    expect(linkExpiry("https://b.s3/x?X-Amz-Date=20260504T100000Z&X-Amz-Expires=900")).toBe(Date.UTC(2026, 4, 4, 10, 15));
    expect(linkExpiry("https://cdn/x.jpg")).toBeUndefined();
  });
});
