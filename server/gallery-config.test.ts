// GALLERIES: what is read of it, and faults that are told by their place and never by what was given.
import { describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";

const read = (...galleries: unknown[]) => readConfig({ GALLERIES: JSON.stringify(galleries) }).galleries;
const faultsOf = (...galleries: unknown[]): string => {
  try {
    read(...galleries);
  } catch (error) {
    return String(error);
  }
  return "";
};

const ozon = { name: "ozon", kind: "ozon", workspaces: ["shop"], clientId: 12345, apiKey: "5ecret-key" };
const bucket = { name: "photos", kind: "s3", workspaces: ["shop"], bucket: "photos" };
const feed = { name: "host", kind: "http", workspaces: ["shop"], url: "https://host.example/feed?shop=1" };

describe("the galleries' configuration", () => {
  it("tells that nothing was said from a list without any", () => {
    expect(readConfig({}).galleries).toBeUndefined();
    expect(readConfig({ GALLERIES: "" }).galleries).toBeUndefined();
    expect(readConfig({ GALLERIES: "[]" }).galleries).toEqual([]);
  });

  it("fills in what each kind may leave out", () => {
    expect(
      read(ozon, { ...bucket, prefix: "shop/in", publishPrefix: "shop/out/" }, { ...feed, schedule: "*/30 6-22 * * 1-5" }),
    ).toMatchObject([
      { clientId: "12345", url: "https://api-seller.ozon.ru", codePrefix: "", allow: [] },
      { prefix: "shop/in/", publishPrefix: "shop/out/", region: "us-east-1", forcePathStyle: false },
      { schedule: "*/30 6-22 * * 1-5" },
    ]);
  });

  it("tells all faults of all galleries at once, by their places", () => {
    const faults = faultsOf(
      { ...ozon, apiKey: "" },
      { ...bucket, bucket: "", schedule: "every day" },
      { ...feed, url: "feed", preset: "olx" },
      { name: "x", kind: "ebay" },
      { ...feed, name: "no spaces please", workspaces: undefined },
    );
    for (const place of ["0.apiKey", "1.bucket", "1.schedule", "2.url", "2.preset", "3.kind", "4.name", "4.workspaces"]) {
      expect(faults).toContain(`GALLERIES.${place}: `);
    }
    expect(faults).toContain('"0 3 * * *"');
    expect(faults).toContain('list the workspaces that may use it, as in ["demo"]');
  });

  it("tells them together with the other variables' faults", () => {
    const both = (): unknown => readConfig({ PORT: "x", GALLERIES: '[{"kind":"ozon"}]' });
    expect(both).toThrow(/PORT/);
    expect(both).toThrow(/GALLERIES\.0\.apiKey/);
    expect(() => readConfig({ GALLERIES: "{oops" })).toThrow("GALLERIES: is no JSON");
    expect(() => readConfig({ GALLERIES: "{}" })).toThrow("GALLERIES: wants a list");
  });

  it.each([
    ["a misspelt field", { ...ozon, apikey: "5ecret-key" }, "apikey"],
    ["a key with a line break", { ...ozon, apiKey: "5ecret-key\n" }, "0.apiKey"],
    ["one name twice", [ozon, { ...feed, name: "ozon" }], "1.name: is taken by gallery 0"],
    ["half of a bucket's keys", { ...bucket, accessKeyId: "a" }, "0.secretAccessKey"],
    ["a published folder within the one that is read", { ...bucket, prefix: "a", publishPrefix: "a/done" }, "0.publishPrefix"],
    ["a prefix that no object has", { ...bucket, prefix: "/a" }, "0.prefix"],
    ["a token in the open", { ...feed, url: "http://host.example/feed", token: "5ecret-key" }, "name host.example:80 in allow"],
    ["a password in the address", { ...feed, url: "https://ann:5ecret-key@host.example/feed" }, "0.url: carries a user name"],
    ["a server that is none", { ...feed, allow: ["http://host.example"] }, "0.allow.0"],
    ["an hour that no day has", { ...feed, schedule: "0 24 * * *" }, "0.schedule"],
    ["a range that runs backwards", { ...feed, schedule: "0 9-5 * * *" }, "0.schedule"],
  ])("refuses %s, and shows no secret", (_case, galleries, words) => {
    const faults = faultsOf(...[galleries].flat());
    expect(faults).toContain(words);
    expect(faults).not.toContain("5ecret");
  });

  it("lets a token go over plain http within one's own network, where that is said", () => {
    expect(read({ ...feed, url: "http://photos.internal:8080/feed", token: "t", allow: ["photos.internal:8080"] })).toHaveLength(1);
  });
});
