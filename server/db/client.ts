// The database client and the types that the rest of the server speaks of rows with.
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { Prisma, PrismaClient } from "./generated/prisma/client.ts";

export type Db = PrismaClient;
/** A client inside a transaction. */
export type Tx = Prisma.TransactionClient;
export { Prisma };

/** Connections a process holds at most where nothing is said: a few of these processes must fit PostgreSQL's default of 100. */
const usualPoolSize = 10;
/** Milliseconds to wait for a connection before the caller hears that the database can't be reached. */
const connectTimeoutMs = 5_000;
/** Milliseconds a transaction may wait for a connection, and last: above what a bulk submission of 10,000 items needs. */
const transactionWaitMs = 5_000;
const transactionTimeoutMs = 30_000;

/** How a process's connections stand right now. */
export interface PoolFigures {
  readonly open: number;
  readonly idle: number;
  /** Callers that wait for a connection. */
  readonly waiting: number;
}

export interface DbClient {
  readonly db: Db;
  pool(): PoolFigures;
}

/** @param url `postgresql://…` */
export function createDb(url: string, poolSize = usualPoolSize): DbClient {
  // Ours, so that its figures can be read; `$disconnect` ends it.
  const pool = new pg.Pool({ connectionString: url, max: poolSize, connectionTimeoutMillis: connectTimeoutMs });
  const db = new PrismaClient({
    adapter: new PrismaPg(pool, { disposeExternalPool: true }),
    transactionOptions: { maxWait: transactionWaitMs, timeout: transactionTimeoutMs },
  });
  return { db, pool: () => ({ open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }) };
}

const uniqueViolation = "P2002";

/** Whether a write was refused because a row with the same unique key is there already. */
export const isUniqueViolation = (thrown: unknown): boolean =>
  thrown instanceof Prisma.PrismaClientKnownRequestError && thrown.code === uniqueViolation;
