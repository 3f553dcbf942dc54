// What a browser does while something is dragged over the page and let go.

/** @returns false where the page takes it */
export const drag = (onto: Element, type: "dragover" | "drop", dataTransfer: DataTransfer): boolean =>
  onto.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true, composed: true }));

/** As a file manager hands them over. */
export function inHand(files: readonly File[]): DataTransfer {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  return transfer;
}
