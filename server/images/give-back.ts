// Memory of files and pictures that were looked at, given back at once.

/** Bytes that a buffer's memory may have beside it, for a trailer: one that was cut from a shared piece leaves more. */
const mostSpareBytes = 1_000;

/**
 * Empties what nobody looks at any more. Left to the collector, which counts objects and not their bytes, pictures of some megabytes each pile up
 * by the dozen; and files of some hundred kilobytes have it search the whole heap after a few dozen, which took a tenth of what the scaling takes.
 * Only once nothing reads it: what another thread is still at must not be given back. What shares its memory with others stays as it is.
 */
export function giveBack(...views: readonly (Buffer | Uint8Array | Float32Array)[]): void {
  for (const { buffer, byteLength } of views) {
    if (buffer instanceof ArrayBuffer && !buffer.detached && buffer.byteLength - byteLength <= mostSpareBytes) buffer.transfer(0);
  }
}
