// Which files may be sent, and as what.
import { describe, expect, it } from "vitest";
import { en } from "../shared/messages/en.ts";
import { ru } from "../shared/messages/ru.ts";
import { zh } from "../shared/messages/zh.ts";
import { acceptedFiles, faultOf, mimeTypeOf } from "./accepted.ts";

describe("a file's type", () => {
  it("comes from its ending, since browsers name TIFF and HEIC differently", () => {
    expect(mimeTypeOf({ name: "IMG_1.JPG", type: "" })).toBe("image/jpeg");
    expect(mimeTypeOf({ name: "scan.tif", type: "application/octet-stream" })).toBe("image/tiff");
  });

  it("comes from the browser where there is no ending, and is nothing for what is no picture", () => {
    expect(mimeTypeOf({ name: "photo", type: "image/png" })).toBe("image/png");
    expect(mimeTypeOf({ name: "notes.txt", type: "text/plain" })).toBeUndefined();
    expect(mimeTypeOf({ name: "logo.svg", type: "image/svg+xml" })).toBeUndefined();
  });
});

describe("the words for what is taken", () => {
  it.each(
    Object.entries({ en, ru, zh }),
  )("name in %s every format but HEIC, of which the server says what to do with it", (_locale, words) => {
    const types = new Set(acceptedFiles.split(",").map((ending) => mimeTypeOf({ name: `photo${ending}`, type: "" })));
    const named = String(words.photoFormats).match(/[A-Za-z]{3,}/g) ?? [];
    expect(new Set(named.map((name) => `image/${name.toLowerCase()}`)).add("image/heic").add("image/heif")).toEqual(types);
  });
});

describe("a file that would have its whole call refused", () => {
  it("is found before anything is sent", () => {
    const sized = (size: number) => Object.defineProperty(new File(["x"], "a.jpg", { type: "image/jpeg" }), "size", { value: size });
    expect(faultOf(sized(1))).toBeUndefined();
    expect(faultOf(sized(0))).toBe("uploadEmpty");
    expect(faultOf(sized(50_000_000))).toBeUndefined();
    expect(faultOf(sized(50_000_001))).toBe("uploadTooLarge");
    expect(faultOf(new File(["a,b"], "prices.csv"))).toBe("uploadWrongType");
  });
});
