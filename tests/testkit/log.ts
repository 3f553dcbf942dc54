// A log whose lines a test reads.
import { createLog, type Log } from "../../server/log.ts";

export interface KeptLog {
  readonly log: Log;
  /** All lines so far, as they are printed. */
  text(): string;
  /** The lines with these words as their message. */
  lines(message: string): Record<string, unknown>[];
}

export function keptLog(level = "trace"): KeptLog {
  const kept: string[] = [];
  const log = createLog(level, { write: (line: string) => void kept.push(line) });
  return {
    log,
    text: () => kept.join(""),
    lines: (message) => kept.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => msg === message),
  };
}
