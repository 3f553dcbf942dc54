// A dropped folder, walked to its last file. It comes with the first folder.
import type { DroppedFile } from "./dropped.ts";

/** What systems leave in folders beside the photos. */
const isLitter = (name: string): boolean => name.startsWith(".") || /^(thumbs\.db|desktop\.ini|__macosx)$/i.test(name);

/** By name, as a person would put them: IMG_2 before IMG_10. */
const byName = new Intl.Collator(undefined, { numeric: true });

/** @param path of the folder, as its files are to name it */
export async function walk(folder: FileSystemDirectoryEntry, path: string): Promise<readonly DroppedFile[]> {
  const entries = (await readAll(folder.createReader())).filter(({ name }) => !isLitter(name));
  const found = await Promise.all(
    entries
      .toSorted((one, other) => byName.compare(one.name, other.name))
      .map(async (entry) =>
        entry.isDirectory
          ? walk(entry as FileSystemDirectoryEntry, `${path}/${entry.name}`)
          : [{ file: await read(entry as FileSystemFileEntry), folder: path }],
      ),
  );
  return found.flat();
}

/** A folder is told in portions, the last of them empty. One that was taken away meanwhile has no more of them. */
async function readAll(reader: FileSystemDirectoryReader): Promise<readonly FileSystemEntry[]> {
  const portion = await new Promise<FileSystemEntry[]>((resolve) => reader.readEntries(resolve, () => resolve([])));
  return portion.length === 0 ? portion : [...portion, ...(await readAll(reader))];
}

/** One that cannot be read, such as on a stick that was pulled out, comes without its bytes: the upload names it among what failed. */
const read = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve) => entry.file(resolve, () => resolve(new File([], entry.name))));
