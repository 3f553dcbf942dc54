// What the server says has its words in every language of the widget: the same values, and every word that stands in them.
import { describe, expect, it } from "vitest";
import type { Locale, Message } from "../../components/shared/messages/messages.ts";
import { createSay, type Said, type Sentences } from "../../components/shared/messages/sentences.ts";
import { bringWords } from "../../components/shared/messages/words.ts";
import { say, sentenceCodes, tellApart } from "../../server/say.ts";
import { sentences, words } from "../../server/sentences.ts";

const languages: Readonly<Record<Exclude<Locale, "en">, Sentences | undefined>> = {
  ru: (await bringWords("ru")).sentences,
  zh: (await bringWords("zh")).sentences,
};
const formsOf = (message: Message): string[] => (typeof message === "string" ? [message] : Object.values(message));
/** Kinds that a language must know of, since it looks them up. */
const lookedUp = /^(word|list|choice)$/;
const slotsOf = (form: string): string[] =>
  [...form.matchAll(/\{(\w+)(?::(\w+))?\}/g)]
    .map(([, name, kind = ""]) => (lookedUp.test(kind) ? `${name}:${kind}` : `${name}`))
    .toSorted();

describe.each(Object.entries(languages))("in %s", (locale, language) => {
  it("every code has words that take the same values", () => {
    expect(Object.keys(language?.codes ?? {}).toSorted()).toEqual(sentenceCodes.toSorted());
    for (const code of sentenceCodes) {
      const wanted = formsOf(sentences[code]).map(slotsOf)[0];
      for (const form of formsOf(language?.codes[code] ?? "")) expect(slotsOf(form), code).toEqual(wanted);
    }
  });

  it("every word that stands in a sentence has its own", () => {
    expect(Object.keys(language?.words ?? {}).toSorted()).toEqual(words.toSorted());
  });

  it("no English is left but names, formats and what a server is set by", () => {
    const names =
      /JPEG|PNG|WebP|WEBP|AVIF|TIFF|GIF|HEIC|sRGB|alpha|Studio|API|Amazon|Taobao|Yandex Market|Ozon|SKU|MB|HTTP|https?|\{\w+(:\w+)?\}/g;
    const settings =
      /ENGINE_MODELS|GALLERIES|PUBLIC_URL|S3_BUCKET|accessKeyId|secretAccessKey|publishPrefix|bucket|endpoint|region|url|allow/g;
    const addresses = /https:\/\/example\.com\/photo\.jpg|docs\/gallery-feed\.schema\.json/g;
    const plain = (each: string): string => each.replace(addresses, "").replace(names, "").replace(settings, "");
    const said = [...Object.values(language?.codes ?? {}).flatMap(formsOf), ...Object.values(language?.words ?? {})];
    expect(said.filter((each) => /[A-Za-z]{2,}/.test(plain(each)))).toEqual([]);
  });

  it("a sentence without a code, and one of a newer server, is shown as it came", () => {
    const speak = createSay(locale as Locale, language);
    expect(speak({ text: "Some provider's words.", code: null, values: {} })).toBe("Some provider's words.");
    expect(speak({ text: "Of tomorrow.", code: "OF_TOMORROW" as NonNullable<Said["code"]>, values: {} })).toBe("Of tomorrow.");
  });
});

describe("a sentence is said", () => {
  const broken = say("RULE_BROKEN", {
    preset: "Amazon, main picture",
    rule: "format",
    expected: say("WANTS_FORMAT", { formats: ["JPEG", "PNG", "TIFF"] }),
    actual: say("HAS_FORMAT_NAMED", { format: "WebP", extension: "webp" }),
  });

  it("with its lists, figures and inner sentences in Russian", () => {
    const speak = createSay("ru", languages.ru);
    expect(speak(tellApart(say("CUT_OFF_AT", { sides: ["left", "top"] })))).toContain("краем фото слева и сверху:");
    expect(speak(tellApart(say("PRODUCT_ENLARGED", { times: 3.24 })))).toContain("в 3,2 раза");
    expect(speak(tellApart(broken))).toBe(
      "Не по правилам «Amazon, главное фото», формат: JPEG, PNG или TIFF, и расширение файла соответствует формату. Здесь: WebP с расширением .webp.",
    );
    expect(speak(tellApart(say("GAVE_UP", { why: say("WORKER_DIED"), count: 5 })))).toContain("Сделано 5 попыток");
  });

  it("the same in Chinese", () => {
    const speak = createSay("zh", languages.zh);
    expect(speak(tellApart(say("CUT_OFF_AT", { sides: ["left", "top"] })))).toBe("商品在照片左侧和上方被截断：请重拍，让商品完整入镜。");
    expect(speak(tellApart(broken))).toBe(
      "不符合“亚马逊主图”的规则，格式：JPEG、PNG或TIFF，且扩展名与之相符。实际：WebP，扩展名为 .webp。",
    );
  });

  it("of a gallery's fault within what follows from it, with the gallery's own words as they came", () => {
    const answer = say("STATUS_SAYING", { status: 503, reason: "Сервис временно недоступен: reboot" });
    const why = say("GALLERY_OUT_OF_ORDER", { gallery: "Лавка: Ozon", answer });
    const given = tellApart(say("GALLERY_GIVEN_UP", { why, count: 8, again: "import again" }));
    expect(createSay("ru", languages.ru)(given)).toBe(
      "Лавка: Ozon: галерея неисправна (код 503: Сервис временно недоступен: reboot). Сделано 8 попыток: загрузите снова позже.",
    );
    expect(createSay("zh", languages.zh)(given)).toBe(
      "Лавка: Ozon：图库出了故障（状态 503：Сервис временно недоступен: reboot）。已尝试 8 次：请稍后再次导入。",
    );
  });

  it("of a link that is not fetched, with what may be done about it", () => {
    const given = tellApart(say("LINK_WITHOUT_PORT", { why: say("URL_OTHER_PORT", { port: "8080" }) }));
    expect(createSay("ru", languages.ru)(given)).toBe(
      "В ссылке указан порт 8080, а для веба открыты только 80 и 443. Возьмите ссылку без порта или загрузите сам файл.",
    );
    expect(createSay("zh", languages.zh)(given)).toBe("链接指定了端口 8080，只使用网页的 80 和 443。请用不带端口的链接，或直接上传文件。");
  });

  it("as the server has it in English", () => expect(createSay("en")(tellApart(broken))).toBe(broken));
});
