// What every resolver of the stories' API is handed.
import type { News } from "./news.ts";
import type { Worker } from "./worker.ts";
import type { World } from "./world.ts";

/** What a story may switch while it runs. */
export interface Switches {
  /** Before each answer; `Infinity` for none ever. */
  latencyMs: number;
  /** No request gets through, no socket stands. */
  isOffline: boolean;
  /** Every token is refused. */
  isTokenRefused: boolean;
  /** While set, mutations are refused with these words: each pair of a decision by itself. */
  refuse: string | undefined;
  /** Fields of Query and Mutation that fail as by a fault of the server. */
  readonly broken: Set<string>;
  /** Names of files that the store does not take. */
  readonly unstored: Set<string>;
}

export interface Context {
  readonly world: World;
  readonly news: News;
  readonly worker: Worker;
  readonly switches: Switches;
}

/** A resolver as its own types say; the executor hands it what the schema promises. */
export type Resolver = (row: never, args: never, context: Context) => unknown;
export type Resolvers = Readonly<Record<string, Readonly<Record<string, Resolver>>>>;
