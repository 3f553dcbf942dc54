// A job's log: lines for people, written and told in the transaction of what they speak of.
import type { Tx } from "../db/client.ts";
import { type News, publish } from "../events/news.ts";
import type { Sentence } from "../say.ts";

export interface LogLine {
  readonly jobId: string;
  readonly workspace: string;
  readonly itemId?: string;
  readonly level?: "DEBUG" | "INFO" | "WARN" | "ERROR";
  readonly message: Sentence;
}

/** Writes one line and tells who is watching. */
export async function writeLog(tx: Tx, { workspace, ...line }: LogLine): Promise<void> {
  const { id } = await tx.jobLog.create({ data: line, select: { id: true } });
  await publish(tx, [{ topic: "log", workspace, scope: line.jobId, ids: [id] } satisfies News]);
}
