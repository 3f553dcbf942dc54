// The quality that a JPEG was saved with, from its quantisation table. ITU-T T.81, B.2.4.1 and annex K.1

/** The luminance table that quality figures scale, in zigzag order. */
const standardTable = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51, 56, 55,
  64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
];

/** 1 to 100 on libjpeg's scale, to within a point for tables that scale the standard one; null where the file has no readable table. */
export function estimateJpegQuality(bytes: Buffer): number | null {
  const table = luminanceTable(bytes);
  if (table === null) return null;
  // Steps of 1 and 255 were cut off there, so the whole table's sum says more than any step.
  const distanceOf = (quality: number): number => scaledTable(quality).reduce((sum, step, at) => sum + Math.abs(step - table[at]!), 0);
  let best = 1;
  let least = Number.POSITIVE_INFINITY;
  for (let quality = 1; quality <= 100; quality++) {
    const distance = distanceOf(quality);
    if (distance > least) continue;
    least = distance;
    best = quality;
  }
  return best;
}

/** As libjpeg's `jpeg_quality_scaling` has it. */
function scaledTable(quality: number): number[] {
  const scale = quality < 50 ? 5000 / quality : 200 - quality * 2;
  return standardTable.map((step) => Math.min(255, Math.max(1, Math.floor((step * scale + 50) / 100))));
}

/** The steps of table 0, in zigzag order. */
function luminanceTable(bytes: Buffer): number[] | null {
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const length = bytes.readUInt16BE(at + 2);
    if (marker === 0xda || length < 2) return null;
    const found = marker === 0xdb ? tableZero(bytes.subarray(at + 4, at + 2 + length)) : null;
    if (found !== null) return found;
    at += 2 + length;
  }
  return null;
}

function tableZero(segment: Buffer): number[] | null {
  for (let at = 0; at < segment.length; ) {
    const bytesEach = segment[at]! >> 4 === 0 ? 1 : 2;
    const end = at + 1 + 64 * bytesEach;
    if (end > segment.length) return null;
    if ((segment[at]! & 15) === 0) {
      const start = at + 1;
      return Array.from({ length: 64 }, (_, step) => (bytesEach === 1 ? segment[start + step]! : segment.readUInt16BE(start + step * 2)));
    }
    at = end;
  }
  return null;
}
