// How the C library of Linux keeps freed memory. Node's and sharp's pixel buffers come from it, and by itself it keeps twice what is in use.
import { platform } from "node:os";

/**
 * glibc reads these once, when a process starts. Two arenas (by itself it makes eight a core): buffers that one thread frees serve the other.
 * From 256 KiB (bytes) on memory comes straight from the kernel and goes straight back; by itself glibc raises that bar to the largest buffer
 * that was ever freed, and pictures then leave holes. Other systems and C libraries ignore them.
 */
const settings = { MALLOC_ARENA_MAX: "2", MALLOC_MMAP_THRESHOLD_: "262144" };

/** For a process to be started that works on pictures; what its operator has set himself stays. */
export const thriftyEnv = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({ ...settings, ...env });

/**
 * Starts this process anew in its place, under the same id, where its memory is not thrifty yet; then does not return.
 * Must be called before anything is open.
 */
export function becomeThrifty(): void {
  const isThrifty = Object.keys(settings).every((name) => process.env[name] !== undefined);
  if (isThrifty || platform() !== "linux" || process.execve === undefined) return;
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], thriftyEnv(process.env));
}
