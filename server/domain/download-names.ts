// Names of files in a ZIP: pure, in any script, safe on Windows, macOS and Linux, and no two that any of them takes for one.

export const downloadNamings = ["INDEXED", "ORIGINAL", "OZON", "AMAZON"] as const;
export type DownloadNaming = (typeof downloadNamings)[number];

export interface NamedFile {
  /** The SKU's code, as its owner spells it. */
  readonly code: string;
  /** The source photo's own file name. */
  readonly name: string;
  /** Without the dot. */
  readonly extension: string;
}

/** What the archive itself adds at its top; no file or folder may take the name. */
export const missingListName = "MISSING.txt";

/**
 * Characters of a code or a name that are kept: code twice, number and extension make a path of some 140, which leaves Windows' 260 room
 * for the folder that it is unpacked into.
 */
const maxCodeCharacters = 60;
const maxNameCharacters = 100;
/** UTF-8 bytes of the same: file systems take 255 a name, of which the number and a suffix need some. */
const maxBytes = 220;

/** Opens a device, not a file, on Windows, whatever follows after a dot. */
const deviceName = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\s*(\.|$))/i;
/** Forbidden on Windows; `/` and `\` would also leave the folder, `:` opens a stream there and is a separator on old macOS. */
const forbidden = /[<>:"/\\|?*\p{Cc}\p{Zl}\p{Zp}]/gu;
/** Turn the writing direction, so that a name reads as another: `gpj.exe` as `exe.jpg`. */
const directional = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
/** What macOS leaves out when it compares names. */
const ignorable = /\p{Default_Ignorable_Code_Point}/gu;
const pictureExtension = /\.(jpe?g|jfif|png|webp|avif|tiff?|gif|hei[cf]|bmp)$/i;

/** One path a file, in the same order. Files of one SKU are numbered as they come: the first is its main one. */
export function downloadNames(files: readonly NamedFile[], naming: DownloadNaming): string[] {
  const folders = naming === "INDEXED" || naming === "ORIGINAL";
  const labels = labelsOf(files);
  const counts = new Map<string, number>();
  for (const { code } of files) counts.set(code, (counts.get(code) ?? 0) + 1);
  const numbers = new Map<string, number>();
  const claim = claims([missingListName]);
  return files.map((file) => {
    const label = labels.get(file.code) ?? "";
    const number = numbers.get(file.code) ?? 0;
    numbers.set(file.code, number + 1);
    const stem = stemOf(naming, { file, label, number, count: counts.get(file.code) ?? 0 });
    return claim({ prefix: folders ? `${label}/` : "", stem, suffix: `.${file.extension}` });
  });
}

interface Numbered {
  readonly file: NamedFile;
  readonly label: string;
  /** From 0 within the SKU. */
  readonly number: number;
  /** Files of the SKU. */
  readonly count: number;
}

function stemOf(naming: DownloadNaming, { file, label, number, count }: Numbered): string {
  if (naming === "ORIGINAL") return safeName(file.name.replace(pictureExtension, ""), maxNameCharacters);
  if (naming === "OZON") return number === 0 ? label : `${label}_${number}`;
  if (naming === "AMAZON") return number === 0 ? `${label}.MAIN` : `${label}.PT${String(number).padStart(2, "0")}`;
  // As many digits as the last one needs, so that they sort as they are numbered.
  return `${label}_${String(number + 1).padStart(Math.max(2, String(count).length), "0")}`;
}

/** A safe name for each code. Codes that are safe as they are keep their spelling; the others give way. */
function labelsOf(files: readonly NamedFile[]): Map<string, string> {
  const codes = [...new Set(files.map(({ code }) => code))];
  const isAsItIs = (code: string): boolean => safeName(code, maxCodeCharacters) === code;
  const claim = claims([missingListName]);
  const ordered = [...codes.filter(isAsItIs), ...codes.filter((code) => !isAsItIs(code))];
  return new Map(ordered.map((code) => [code, claim({ prefix: "", stem: safeName(code, maxCodeCharacters), suffix: "" })]));
}

/**
 * A part of a path that every system takes: composed (NFC), without forbidden, invisible and direction-turning characters, no device,
 * no leading dot, no dot or space at the end, neither empty nor too long.
 */
export function safeName(text: string, maxCharacters: number): string {
  const clean = text.toWellFormed().replace(directional, "").replace(forbidden, "_").normalize("NFC").trim();
  const visible = clean.replace(/^\.+/, (dots) => "_".repeat(dots.length));
  const short = shorten(visible, maxCharacters).replace(/[. ]+$/, "");
  return short === "" ? "_" : short.replace(deviceName, "_$&");
}

/** Whole characters as people see them, so that no accent is cut from its letter. */
function shorten(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters && Buffer.byteLength(text) <= maxBytes) return text;
  let short = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (short.length + segment.length > maxCharacters || Buffer.byteLength(short + segment) > maxBytes) break;
    short += segment;
  }
  return short;
}

interface Claim {
  readonly prefix: string;
  readonly stem: string;
  readonly suffix: string;
}

/** Gives out each name once; who comes later gets ` (2)`, ` (3)` and so on. */
function claims(taken: readonly string[]): (wanted: Claim) => string {
  const given = new Set(taken.map(comparable));
  // Where the counting stands, so that ten thousand equal names do not start at two each.
  const next = new Map<string, number>();
  return ({ prefix, stem, suffix }) => {
    const wanted = comparable(`${prefix}${stem}${suffix}`);
    let name = `${prefix}${stem}${suffix}`;
    let number = next.get(wanted) ?? 2;
    while (given.has(comparable(name))) name = `${prefix}${stem} (${number++})${suffix}`;
    next.set(wanted, number);
    given.add(comparable(name));
    return name;
  };
}

/** Equal for names that Windows, macOS or Linux could take for one: by case, by composition, by width, by what can not be seen. */
function comparable(name: string): string {
  const folded = name.normalize("NFKC").replace(ignorable, "").toLowerCase().toUpperCase().toLowerCase();
  return folded.normalize("NFKC").replaceAll("ς", "σ");
}
