// The name of an ICC colour profile: its `desc` tag, version 2 or 4. https://www.color.org/specification/ICC.1-2022-05.pdf

/** Tags that are looked through; real profiles hold under thirty. Stops a claimed count of billions. */
const maxTags = 100;
/** Characters; a name longer than this is none. */
const maxNameLength = 80;

/** Common long names, shortened to what people call them. */
const shortNames: readonly (readonly [RegExp, string])[] = [
  [/^sRGB/i, "sRGB"],
  [/^(Display P3|Apple P3|P3 )/i, "Display P3"],
  [/^(Adobe RGB|AdobeRGB|compatible with Adobe RGB)/i, "Adobe RGB (1998)"],
  [/^ProPhoto/i, "ProPhoto RGB"],
];

/** Returns "unnamed" for profiles whose name cannot be read. */
export function readProfileName(profile: Buffer): string {
  const name = descriptionOf(profile)
    ?.replace(/[^\x20-\x7e\u00a0-\uffff]/g, "")
    .trim()
    .slice(0, maxNameLength);
  if (!name) return "unnamed";
  return shortNames.find(([pattern]) => pattern.test(name))?.[1] ?? name;
}

function descriptionOf(profile: Buffer): string | null {
  if (profile.length < 132) return null;
  const count = Math.min(profile.readUInt32BE(128), maxTags);
  for (let tag = 0; tag < count; tag++) {
    const entry = 132 + tag * 12;
    if (entry + 12 > profile.length) return null;
    if (profile.toString("latin1", entry, entry + 4) === "desc") return textAt(profile, profile.readUInt32BE(entry + 4));
  }
  return null;
}

function textAt(profile: Buffer, offset: number): string | null {
  if (offset + 28 > profile.length) return null;
  const kind = profile.toString("latin1", offset, offset + 4);
  if (kind === "desc")
    return profile.toString("latin1", offset + 12, Math.min(profile.length, offset + 12 + profile.readUInt32BE(offset + 8)));
  if (kind !== "mluc") return null;
  const length = profile.readUInt32BE(offset + 20);
  const start = offset + profile.readUInt32BE(offset + 24);
  if (start + length > profile.length) return null;
  return Buffer.from(profile.subarray(start, start + length - (length % 2)))
    .swap16()
    .toString("utf16le");
}
