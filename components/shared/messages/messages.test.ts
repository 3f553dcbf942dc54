// The words: whole in every language, with the right plural, numbers and values.
import { describe, expect, it } from "vitest";
import { en } from "./en.ts";
import { createTranslate, type Message, type Messages } from "./messages.ts";
import { ru } from "./ru.ts";
import { zh } from "./zh.ts";

const english: Messages = en;
const others: Readonly<Record<string, Messages>> = { ru, zh };
const valuesIn = (message: Message): string[] => {
  const forms = typeof message === "string" ? [message] : Object.values(message);
  return [...new Set(forms.flatMap((form) => [...form.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "")))].toSorted();
};

describe("every language", () => {
  it.each(Object.keys(others))("%s says everything that English says, with the same values", (locale) => {
    const messages = others[locale];
    for (const [key, message] of Object.entries(english)) {
      const translated = Object.entries(messages ?? {}).find(([name]) => name === key)?.[1];
      expect(valuesIn(translated ?? ""), key).toEqual(valuesIn(message));
    }
  });

  it("leaves no English in Chinese and Russian but for names and formats", () => {
    const plain = (message: Message): string =>
      (typeof message === "string" ? message : message.other).replace(
        /\{\w+\}|ZIP|JPEG|PNG|WebP|AVIF|TIFF|GIF|MB|Studio|Amazon|Taobao|Yandex Market/g,
        "",
      );
    expect(Object.entries(zh).filter(([, message]) => /[A-Za-z]{3,}/.test(plain(message)))).toEqual([]);
    expect(Object.entries(ru).filter(([, message]) => /[A-Za-z]{3,}/.test(plain(message)))).toEqual([]);
  });
});

describe("a sentence", () => {
  it("takes the plural of its language", () => {
    expect(createTranslate("en", en)("photos", { count: 1 })).toBe("1 photo");
    expect(createTranslate("en", en)("photos", { count: 2500 })).toBe("2,500 photos");
    const russian = createTranslate("ru", ru);
    expect(russian("ofSkus", { count: 1 })).toBe("из 1 артикула");
    expect(russian("ofSkus", { count: 4 })).toBe("из 4 артикулов");
    expect(russian("ofSkus", { count: 21 })).toBe("из 21 артикула");
    expect(createTranslate("zh", zh)("photos", { count: 3 })).toBe("3 张照片");
  });

  it("can be overridden by the host", () => {
    expect(createTranslate("en", en, { run: "Go" })("run")).toBe("Go");
    expect(createTranslate("en", en, { photos: { one: "a picture", other: "{count} pictures" } })("photos", { count: 3 })).toBe(
      "3 pictures",
    );
  });
});
