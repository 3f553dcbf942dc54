// From what was dropped to the SKUs that are asked for: a folder is one, named after it; loose files are one without a name.
import type { DroppedFile } from "../shared/dropped.ts";

export interface NewSku {
  /** Unique among those that are asked for. */
  readonly id: string;
  /** Where its photos lay; undefined for loose files, and where none were dropped. */
  readonly folder: string | undefined;
  readonly files: readonly File[];
  readonly code: string;
  readonly title: string;
}

/** No files make one SKU without photos. */
export function newSkusOf(dropped: readonly DroppedFile[]): readonly NewSku[] {
  const groups = new Map<string | undefined, File[]>();
  for (const { file, folder } of dropped) {
    const files = groups.get(folder);
    if (files === undefined) groups.set(folder, [file]);
    else files.push(file);
  }
  if (groups.size === 0) groups.set(undefined, []);
  return Array.from(groups, ([folder, files], index) => ({ id: String(index), folder, files, code: nameOf(folder), title: "" }));
}

const nameOf = (folder = ""): string => folder.slice(folder.lastIndexOf("/") + 1).trim();
