// What is dropped: files, and folders where the browser gives them, walked to their last file.

export interface DroppedFile {
  readonly file: File;
  /** The folder that it lies in, with those above it that were dropped: "autumn/MUG-001"; undefined for a file by itself. */
  readonly folder: string | undefined;
}

/** Whether a drag brings files and not, say, a row of the host's own table. */
export const bringsFiles = ({ types }: DataTransfer): boolean => types.includes("Files");

/** To be called while the drop is handled: afterwards the browser has forgotten what it held. */
export async function droppedFiles({ items }: DataTransfer): Promise<readonly DroppedFile[]> {
  const given = Array.from(items, (item) => ({ entry: item.webkitGetAsEntry?.(), file: item.getAsFile() }));
  const found = await Promise.all(
    given.map(async ({ entry, file }) => {
      if (entry?.isDirectory) return walked(entry as FileSystemDirectoryEntry);
      return file === null ? [] : [{ file, folder: undefined }];
    }),
  );
  return found.flat();
}

const walked = (folder: FileSystemDirectoryEntry): Promise<readonly DroppedFile[]> =>
  import("./folder.ts").then(
    ({ walk }) => walk(folder, folder.name),
    // Its code cannot be had: the folder is named among what is no photo, and not passed over in silence.
    () => [{ file: new File([], folder.name), folder: undefined }],
  );
