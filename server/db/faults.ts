// What is wrong when the database itself cannot do its work, told from all the shapes in which that rises.
import { z } from "zod";
import { say } from "../say.ts";

/** https://www.postgresql.org/docs/current/errcodes-appendix.html, by their beginning; the first that fits counts. */
const bySqlState: readonly (readonly [beginning: string, sentence: string])[] = [
  ["25006", say("DATABASE_READ_ONLY")],
  ["53100", say("DATABASE_DISK_FULL")],
  ["53300", say("DATABASE_NO_CONNECTION")],
  ["53", say("DATABASE_NO_ROOM")],
  ["58", say("DATABASE_DISK_ERROR")],
];
/** It ended over it: what was under way at that moment may stand in what it had written already. */
const ended = say("DATABASE_ENDED");
const away = say("DATABASE_AWAY");
/** Connections that broke, and a server that is ending, starting or recovering. */
const awayStates = /^(08|57P0[1-5])/;
/** https://www.prisma.io/docs/orm/reference/error-reference: not reachable, timed out, closed, and no connection in time. */
const awayCodes: readonly unknown[] = ["P1001", "P1002", "P1008", "P1017", "P2024"];
const awayKinds: readonly unknown[] = ["DatabaseNotReachable", "ConnectionClosed", "SocketTimeout"];
/** What pg throws without any code. */
const awayWords = /Connection terminated|not queryable|timeout exceeded when trying to connect|Unable to start a transaction/;

const shape = z.object({
  code: z.unknown().optional(),
  severity: z.unknown().optional(),
  meta: z
    .object({
      driverAdapterError: z.object({
        cause: z.object({ kind: z.unknown(), originalCode: z.string().optional(), severity: z.unknown().optional() }),
      }),
    })
    .optional()
    .catch(undefined),
});

/** Whether the database answered that it would not do this very statement: nothing of it stands, and others may. */
export function isRefused(thrown: unknown): boolean {
  if (!(thrown instanceof Error) || databaseFaultOf(thrown) !== null) return false;
  return shape.parse(thrown).meta?.driverAdapterError.cause.originalCode !== undefined;
}

/** A sentence for people, where the fault is the database's own and may pass; null for all other errors. */
export function databaseFaultOf(thrown: unknown): string | null {
  if (!(thrown instanceof Error)) return null;
  const { code, meta, ...own } = shape.parse(thrown);
  const { kind, originalCode, severity = own.severity } = meta?.driverAdapterError.cause ?? {};
  const state = originalCode ?? (typeof code === "string" ? code : "");
  const named = bySqlState.find(([beginning]) => /^\w{5}$/.test(state) && state.startsWith(beginning));
  if (named !== undefined) return severity === "PANIC" ? ended : named[1];
  if (kind === "TooManyConnections") return say("DATABASE_NO_CONNECTION");
  const isAway = awayStates.test(state) || awayCodes.includes(code) || awayKinds.includes(kind) || awayWords.test(thrown.message);
  return isAway ? away : null;
}
