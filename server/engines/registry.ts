// Which engines this process has.
import type { Log } from "../log.ts";
import type { Engine } from "./engine.ts";
import { createStudioEngine, type StudioConfig } from "./studio/studio.ts";

export interface EngineRegistry {
  /** In the order in which they are shown. */
  list(): readonly Engine[];
  get(name: string): Engine | undefined;
  /** What runs where nobody chose. */
  readonly default: Engine;
  /** Ends every engine's threads and connections; running work is rejected. */
  close(): Promise<void>;
}

export function createEngines(config: StudioConfig, log: Log): EngineRegistry {
  const studio = createStudioEngine(config, log);
  const engines = new Map([[studio.name, studio]]);
  return {
    list: () => [...engines.values()],
    get: (name) => engines.get(name),
    default: studio,
    close: async () => {
      await Promise.all([...engines.values()].map((engine) => engine.close()));
    },
  };
}
