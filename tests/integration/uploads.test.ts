// Photos come in: tickets, PUTs to the store, completion, on both stores.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { makePhoto, put, upload } from "../testkit/photos.ts";

const tickets = `mutation ($input: CreateUploadsInput!) { createUploads(input: $input) { id url headers { name value } expiresAt } }`;
const complete = `mutation ($ids: [ID!]!) { completeUploads(ids: $ids) { pairs { id } failures { subject code message messageSentence { code } } } }`;

for (const store of ["disk", "s3"] as const) {
  describe(`uploads, store: ${store}`, () => {
    let api: TestApi;
    beforeAll(async () => {
      api = await createTestApi({ store });
    });
    afterAll(() => api.close());

    it("makes a waiting pair of each photo, in the order that was asked", async () => {
      const files = await Promise.all(["one.jpg", "two.jpg", "three.jpg"].map(async (name) => ({ name, bytes: await makePhoto(200) })));
      const { pairs, failures } = await upload(api, "UP-1", files);
      expect(failures).toEqual([]);
      expect(pairs).toMatchObject(
        files.map(({ name, bytes }, position) => ({
          position,
          status: "WAITING",
          source: { name, width: 200, height: 200, bytes: bytes.byteLength, sha256: createHash("sha256").update(bytes).digest("hex") },
        })),
      );
    });

    it("keeps the same bytes in one SKU as one pair", async () => {
      const bytes = await makePhoto();
      const first = await upload(api, "UP-2", [{ name: "a.jpg", bytes }]);
      const second = await upload(api, "UP-2", [
        { name: "b.jpg", bytes },
        { name: "c.jpg", bytes },
      ]);
      expect(second.pairs.map(({ id }: { id: string }) => id)).toEqual([first.pairs[0].id, first.pairs[0].id]);
    });

    it("fails what is no picture by itself, says what to do, and takes the rest", async () => {
      const good = await makePhoto();
      const {
        pairs,
        failures,
        tickets: given,
      } = await upload(api, "UP-3", [
        { name: "text.jpg", bytes: Buffer.from("this is no picture at all") },
        { name: "good.jpg", bytes: good },
        { name: "cut.jpg", bytes: good.subarray(0, good.byteLength - 200) },
      ]);
      expect(pairs).toHaveLength(1);
      expect(failures.map(({ subject }: { subject: string }) => subject)).toEqual([given[0].id, given[2].id]);
      for (const { code, message } of failures) {
        expect(code).toBe("BAD_USER_INPUT");
        expect(message.length).toBeGreaterThan(30);
      }
    });

    it("refuses a body of another length or type than the ticket says", async () => {
      const bytes = await makePhoto();
      const input = { sku: "UP-4", files: [{ name: "a.jpg", mimeType: "image/jpeg", bytes: bytes.byteLength }] };
      const [ticket] = (await api.as()(tickets, { input })).data.createUploads;
      expect((await put(api, ticket, Buffer.concat([bytes, bytes]))).status).toBeGreaterThanOrEqual(400);
      const otherType = { ...ticket, headers: [{ name: "content-type", value: "text/html" }] };
      expect((await put(api, otherType, bytes)).status).toBe(403);
      expect((await put(api, ticket, bytes)).status).toBe(200);
    });

    it("leaves the pair as it is when the object is swapped after completion", async () => {
      const bytes = await makePhoto();
      const { pairs, tickets: given } = await upload(api, "UP-5", [{ name: "a.jpg", bytes }]);
      await put(api, given[0], Buffer.alloc(bytes.byteLength, 1));
      const again = await api.as()(complete, { ids: [given[0].id] });
      expect(again.data.completeUploads.pairs).toEqual([{ id: pairs[0].id }]);
      const { source } = (await api.as()(`{ sku(code: "UP-5") { mainPair { source { url } } } }`)).data.sku.mainPair;
      const read = Buffer.from(await (await api.fetch(new Request(source.url))).arrayBuffer());
      expect(read.equals(bytes)).toBe(true);
    });
  });
}

describe("uploads", () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await createTestApi();
  });
  afterAll(() => api.close());

  it("completes nobody else's upload", async () => {
    const bytes = await makePhoto();
    const input = { sku: "X-1", files: [{ name: "a.jpg", mimeType: "image/jpeg", bytes: bytes.byteLength }] };
    const [ticket] = (await api.as()(tickets, { input })).data.createUploads;
    await put(api, ticket, bytes);
    const { failures } = (await api.as({ workspace: "thief" })(complete, { ids: [ticket.id] })).data.completeUploads;
    expect(failures).toMatchObject([{ subject: ticket.id, code: "NOT_FOUND", messageSentence: { code: "UPLOAD_GONE" } }]);
  });

  it("answers an upload once that is given twice in a call", async () => {
    const bytes = await makePhoto();
    const input = { sku: "X-4", files: [{ name: "a.jpg", mimeType: "image/jpeg", bytes: bytes.byteLength }] };
    const [ticket] = (await api.as()(tickets, { input })).data.createUploads;
    await put(api, ticket, bytes);
    const { pairs, failures } = (await api.as()(complete, { ids: [ticket.id, ticket.id, ticket.id] })).data.completeUploads;
    expect([pairs.length, failures]).toEqual([1, []]);
  });

  it("says what to do for an upload that has not arrived", async () => {
    const input = { sku: "X-2", files: [{ name: "a.jpg", mimeType: "image/jpeg", bytes: 10 }] };
    const [ticket] = (await api.as()(tickets, { input })).data.createUploads;
    const { failures } = (await api.as()(complete, { ids: [ticket.id] })).data.completeUploads;
    expect(failures).toMatchObject([
      { code: "BAD_USER_INPUT", message: expect.stringContaining("PUT"), messageSentence: { code: "UPLOAD_NOT_ARRIVED" } },
    ]);
  });

  it.each([
    ["an unknown type", { name: "a.svg", mimeType: "image/svg+xml", bytes: 10 }, "BAD_USER_INPUT", "image/jpeg"],
    ["a size of nothing", { name: "a.jpg", mimeType: "image/jpeg", bytes: 0 }, "BAD_USER_INPUT", "files.bytes"],
    ["more than 50 MB", { name: "a.jpg", mimeType: "image/jpeg", bytes: 50_000_001 }, "LIMIT_EXCEEDED", "50 MB"],
  ])("refuses %s before anything is uploaded", async (_case, file, code, words) => {
    const { errors } = await api.as()(tickets, { input: { sku: "X-3", files: [file] } });
    expect(errors?.[0]).toMatchObject({ extensions: { code }, message: expect.stringContaining(words) });
  });
});
