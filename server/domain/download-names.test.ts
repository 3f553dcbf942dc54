// Names in a ZIP: as marketplaces want them, safe everywhere, never colliding.
import { describe, expect, it } from "vitest";
import { type DownloadNaming, downloadNames, downloadNamings, type NamedFile, safeName } from "./download-names.ts";

const file = (code: string, name = "photo.jpg", extension = "jpg"): NamedFile => ({ code, name, extension });
const files = (code: string, count: number): NamedFile[] => Array.from({ length: count }, (_, index) => file(code, `photo-${index}.jpg`));

/** Told apart neither by case nor by composition: what the strictest file system does. */
const fold = (path: string): string => path.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC");

/** What no part of a path may be or hold, and why. */
const partFaults: readonly (readonly [RegExp, string])[] = [
  [/^$/, "is empty"],
  [/^[. ]/, "begins with a dot or a space"],
  [/[. ]$/, "ends with a dot or a space"],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
  [/[<>:"\\|?*\u0000-\u001f\u007f-\u009f]/, "holds what Windows forbids"],
  [/[\u202a-\u202e\u2066-\u2069]/, "turns the direction"],
  [/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i, "is a device"],
];

/** Everything that some system would not take; empty when all is well. */
function faultsOf(paths: readonly string[]): string[] {
  const faults: string[] = [];
  const folders = new Set(paths.filter((path) => path.includes("/")).map((path) => fold(path.split("/")[0] ?? "")));
  const seen = new Set(["missing.txt"]);
  for (const path of paths) {
    if (seen.has(fold(path)) || folders.has(fold(path))) faults.push(`${path} collides`);
    seen.add(fold(path));
    if (path.length > 180) faults.push(`${path} is too long`);
    for (const part of path.split("/")) {
      for (const [pattern, fault] of partFaults) if (pattern.test(part)) faults.push(`${path} ${fault}`);
      if (!part.isWellFormed() || part !== part.normalize("NFC")) faults.push(`${path} is not composed`);
      if (Buffer.byteLength(part) > 255) faults.push(`${path} has too many bytes`);
    }
  }
  return faults;
}

describe("downloadNames", () => {
  it.each<[DownloadNaming, string[]]>([
    ["INDEXED", ["MUG-1/MUG-1_01.jpg", "MUG-1/MUG-1_02.jpg", "MUG-1/MUG-1_03.jpg"]],
    ["ORIGINAL", ["MUG-1/front.jpg", "MUG-1/back.v2.jpg", "MUG-1/снимок.jpg"]],
    ["OZON", ["MUG-1.jpg", "MUG-1_1.jpg", "MUG-1_2.jpg"]],
    ["AMAZON", ["MUG-1.MAIN.jpg", "MUG-1.PT01.jpg", "MUG-1.PT02.jpg"]],
  ])("spells %s as the marketplace wants it", (naming, expected) => {
    const given = [file("MUG-1", "front.JPEG"), file("MUG-1", "back.v2"), file("MUG-1", "снимок.png")];
    expect(downloadNames(given, naming)).toEqual(expected);
  });

  it("gives each file its own extension", () => {
    expect(downloadNames([file("A", "x.jpg", "png"), file("A", "x.jpg", "webp")], "ORIGINAL")).toEqual(["A/x.png", "A/x.webp"]);
  });

  it("uses as many digits as the last number needs, so that files sort", () => {
    const names = downloadNames(files("A", 120), "INDEXED");
    expect([names[0], names[119]]).toEqual(["A/A_001.jpg", "A/A_120.jpg"]);
    expect(names.toSorted()).toEqual(names);
  });

  it("numbers each SKU by itself, also when they come mixed", () => {
    expect(downloadNames([file("A"), file("B"), file("A")], "INDEXED")).toEqual(["A/A_01.jpg", "B/B_01.jpg", "A/A_02.jpg"]);
  });

  it.each([
    ["Чашка №5", "Чашка №5"],
    ["白い靴 42", "白い靴 42"],
    ["حذاء", "حذاء"],
    ["नमस्ते", "नमस्ते"],
    ["👩‍👧 family", "👩‍👧 family"],
  ])("keeps %s as it is written", (code, label) => {
    expect(downloadNames([file(code)], "INDEXED")).toEqual([`${label}/${label}_01.jpg`]);
  });

  it("tells codes apart that differ by case alone; the first keeps its spelling", () => {
    expect(downloadNames([file("abc"), file("ABC"), file("Abc")], "INDEXED")).toEqual([
      "abc/abc_01.jpg",
      "ABC (2)/ABC (2)_01.jpg",
      "Abc (3)/Abc (3)_01.jpg",
    ]);
  });

  it("lets a code that needs no change keep its name before one that does", () => {
    expect(downloadNames([file("a/b"), file("a_b")], "INDEXED")).toEqual(["a_b (2)/a_b (2)_01.jpg", "a_b/a_b_01.jpg"]);
  });

  it("tells equal file names of one SKU apart", () => {
    expect(downloadNames([file("A", "x.jpg"), file("A", "X.JPG"), file("A", "x.png"), file("A", "x (2).jpg")], "ORIGINAL")).toEqual([
      "A/x.jpg",
      "A/X (2).jpg",
      "A/x (3).jpg",
      "A/x (2) (2).jpg",
    ]);
  });

  it("tells a second photo from another SKU's main one where both are spelled alike", () => {
    const names = downloadNames([file("A"), file("A"), file("A_1"), file("A.PT01")], "OZON");
    expect(names).toEqual(["A.jpg", "A_1.jpg", "A_1 (2).jpg", "A.PT01.jpg"]);
  });

  it("leaves the archive's own list its name", () => {
    expect(faultsOf(downloadNames([file("MISSING.txt"), file("missing.TXT")], "INDEXED"))).toEqual([]);
  });

  const nasty = [
    "..",
    ".",
    "...",
    " ",
    "../../etc/passwd",
    "..\\..\\windows\\system32",
    "/etc/passwd",
    "C:\\boot.ini",
    "c:",
    "\\\\server\\share",
    "a/../b",
    "a/./b",
    ".htaccess",
    ". .",
    "CON",
    "con",
    "Con.txt",
    "con .txt",
    "PRN",
    "AUX",
    "NUL",
    "nul.tar.gz",
    "COM1",
    "com9.x",
    "COM¹",
    "LPT0",
    "LPT³",
    "CONIN$",
    "CLOCK$",
    "name.",
    "name..",
    "name ",
    "name . .",
    " name",
    "\u00a0name\u00a0",
    'a<b>c:d"e|f?g*h',
    "a\u0000b",
    "a\nb",
    "a\u007fb",
    "a\u0085b",
    "a\u2028b",
    "photo\u202egpj.exe",
    "\u2067abc\u2069",
    "\ufeffbom",
    "\ud800",
    "x\udfffy",
    "e\u0301cole",
    "école",
    "ÉCOLE",
    "Straße",
    "STRASSE",
    "strasse",
    "ΣΊΣΥΦΟΣ",
    "σίσυφος",
    "σίσυφοσ",
    "İstanbul",
    "istanbul",
    "ISTANBUL",
    "ıstanbul",
    "ﬁle",
    "file",
    "ＦＵＬＬ",
    "full",
    "K9",
    "k9",
    "Å",
    "A\u030a",
    "å",
    "가",
    "\u1100\u1161",
    "zero\u200bwidth",
    "zerowidth",
    "zero\u200dwidth",
    "MISSING.txt",
    "missing.txt",
    "-rf",
    "~",
    "$HOME",
    "`id`",
    "%PATH%",
    "'; DROP TABLE",
    "🧵🧶",
    "a".repeat(100),
    `${"a".repeat(99)}b`,
    "語".repeat(100),
    `${"語".repeat(99)}字`,
    "👨‍👩‍👧‍👦".repeat(9),
    `${"x".repeat(59)}. .`,
    `${"e\u0301".repeat(50)}`,
  ];

  it.each(downloadNamings)("makes hostile codes and names safe and keeps them apart (%s)", (naming) => {
    const given = nasty.flatMap((text) => [file(text, text), file(text, `${text}.jpg`), file("plain", text, "png")]);
    expect(faultsOf(downloadNames(given, naming))).toEqual([]);
  });

  it("makes any text safe (random codes from a nasty alphabet)", () => {
    const alphabet = [..."aA.. /\\:_1()", "\u0301", "\u202e", "\ud83d", "ß", "ς", "İ", "CON", "語", "é", "\u0000", "\u200d"];
    let state = 7;
    const random = (below: number): number => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((state / 2_147_483_648) * below);
    };
    const text = (): string => Array.from({ length: 1 + random(6) }, () => alphabet[random(alphabet.length)]).join("");
    for (const naming of downloadNamings) {
      const given = Array.from({ length: 1_500 }, () => file(text(), text()));
      expect(faultsOf(downloadNames(given, naming))).toEqual([]);
    }
  });

  it("gives ten thousand equal photos names of their own", () => {
    const given = Array.from({ length: 10_000 }, (_, index) => file(`${"a".repeat(80)}${index}`, "same.jpg"));
    for (const naming of downloadNamings) expect(new Set(downloadNames(given, naming)).size).toBe(10_000);
    expect(
      new Set(
        downloadNames(
          Array.from({ length: 10_000 }, () => file("A", "same.jpg")),
          "ORIGINAL",
        ),
      ).size,
    ).toBe(10_000);
  });
});

describe("safeName", () => {
  it.each([
    ["a/b", "a_b"],
    ["..", "__"],
    ["con", "_con"],
    ["con.jpg", "_con.jpg"],
    ["contact", "contact"],
    ["COM10", "COM10"],
    ["con          x", "_con"],
    ["name. ", "name"],
    ["", "_"],
    ["a\u202egpj.exe", "agpj.exe"],
    ["e\u0301", "é"],
    ["abcdefghijk", "abcdefghij"],
    ["abcdefgh. ijk", "abcdefgh"],
  ])("turns %j into %j", (text, name) => expect(safeName(text, 10)).toBe(name));

  it("cuts between characters as people see them", () => {
    expect(safeName("1234567👨‍👩‍👧‍👦", 10)).toBe("1234567");
  });
});
