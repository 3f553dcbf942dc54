// Whether a TIFF's first picture is all there: its directory and every strip or tile that the directory points to.
// TIFF 6.0, section 2: https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf; BigTIFF: https://libtiff.gitlab.io/libtiff/specification/bigtiff.html

/** Entries that are looked through; real directories hold under a hundred. Stops a claimed count of billions. */
const maxEntries = 1_000;
/** Strips or tiles; one a row, or 16 x 16 pixels a tile, stay below it for photos of the largest size. Stops lists made to hold up the process. */
const maxParts = 500_000;
/** Pictures in one file, its previews too; libtiff reads all directories to count them, and 390,000 in 49 MB took 7 s and 280 MB. A ring is more as well. */
const maxDirectories = 1_000;
/** Bytes of one value, by its type. */
const valueBytes: Readonly<Record<number, number>> = { 3: 2, 4: 4, 16: 8 };
const tags = { stripOffsets: 273, stripLengths: 279, tileOffsets: 324, tileLengths: 325 } as const;

const endMissing = "its end is missing";

/** In words that follow "The photo is damaged:"; null where nothing is wrong. */
export function tiffDamage(bytes: Buffer): string | null {
  const file = openTiff(bytes);
  const directory = file.first();
  if (directory === null) return endMissing;
  if (file.hasMoreThan(maxDirectories)) return "it has too many parts";
  const offsets = directory.get(tags.stripOffsets) ?? directory.get(tags.tileOffsets);
  const lengths = directory.get(tags.stripLengths) ?? directory.get(tags.tileLengths);
  // Without them the decoder has to judge: some old writers leave the lengths out.
  if (offsets === undefined || lengths === undefined) return null;
  for (let part = 0; part < Math.min(offsets.count, lengths.count, maxParts); part++) {
    const start = file.valueAt(offsets, part);
    const length = file.valueAt(lengths, part);
    if (start === null || length === null || start + length > bytes.length) return endMissing;
  }
  return null;
}

interface Entry {
  readonly type: number;
  readonly count: number;
  /** Where its first value is, in the file. */
  readonly at: number;
}

interface Tiff {
  /** The first directory's entries by tag; null where the file ends before them. */
  first(): Map<number, Entry> | null;
  /** Whether following each directory to the next leads to more of them. */
  hasMoreThan(directories: number): boolean;
  /** Null where the file ends before it, or where the type is none of whole numbers. */
  valueAt(entry: Entry, index: number): number | null;
}

function openTiff(bytes: Buffer): Tiff {
  const isLittle = bytes[0] === 0x49;
  const isBig = bytes[isLittle ? 2 : 3] === 43;
  const whole = (at: number, size: number): number | null => {
    if (!Number.isSafeInteger(at) || at < 0 || at + size > bytes.length) return null;
    if (size === 8) return Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
    return isLittle ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size);
  };
  // An entry is tag, type, count, and the value or where it is; BigTIFF has the last two twice as wide.
  const width = isBig ? 8 : 4;
  const countBytes = isBig ? 8 : 2;
  const entryBytes = 4 + 2 * width;
  const firstAt = whole(width, width);
  const countAt = (start: number | null): number | null => (start === null ? null : whole(start, countBytes));
  const nextAt = (start: number): number | null => {
    const count = countAt(start);
    return count === null ? null : whole(start + countBytes + count * entryBytes, width);
  };
  const first = (): Map<number, Entry> | null => {
    const start = firstAt;
    const count = countAt(start);
    if (start === null || count === null) return null;
    const entries = new Map<number, Entry>();
    for (let index = 0; index < Math.min(count, maxEntries); index++) {
      const at = start + countBytes + index * entryBytes;
      const [tag, type, values, pointer] = [whole(at, 2), whole(at + 2, 2), whole(at + 4, width), whole(at + 4 + width, width)];
      if (tag === null || type === null || values === null || pointer === null) return null;
      const isInside = values * (valueBytes[type] ?? 8) <= width;
      entries.set(tag, { type, count: values, at: isInside ? at + 4 + width : pointer });
    }
    return entries;
  };
  return {
    first,
    hasMoreThan: (directories) => {
      let start = firstAt;
      // Zero is the end.
      for (let count = 0; start !== null && start !== 0; count++) {
        if (count === directories) return true;
        start = nextAt(start);
      }
      return false;
    },
    valueAt: ({ type, at }, index) => {
      const size = valueBytes[type];
      return size === undefined ? null : whole(at + index * size, size);
    },
  };
}
