// Memory of files that were looked at, given back at once.

/** Bytes that a buffer's memory may have beside it, for a trailer: one that was cut from a shared piece leaves more. */
const mostSpareBytes = 1_000;

/**
 * Empties a buffer that nobody looks at any more. Left to the collector, files of some hundred kilobytes each have it search the whole heap
 * after a few dozen: where copies are made one after the other, that took a tenth of what the scaling itself takes.
 * A buffer that shares its memory with others stays as it is.
 */
export function giveBack({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength - byteLength <= mostSpareBytes) buffer.transfer(0);
}
