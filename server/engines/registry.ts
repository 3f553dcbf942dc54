// Which engines this process has.
import type { GenerativeConfig } from "../config.ts";
import type { Log } from "../log.ts";
import type { Engine } from "./engine.ts";
import { measureFidelity } from "./generative/fidelity.ts";
import { createGenerativeEngine, type MeasureFidelity } from "./generative/generative.ts";
import { providers } from "./generative/providers.ts";
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

export interface EnginesConfig extends StudioConfig {
  /** Left out: no provider has a key. */
  readonly generative?: GenerativeConfig;
}

const unset = { apiKey: undefined, baseUrl: undefined, models: {}, limits: {} };

export function createEngines(config: EnginesConfig, log: Log): EngineRegistry {
  const studio = createStudioEngine(config, log);
  const fidelity: MeasureFidelity = (pictures) => measureFidelity(studio, pictures);
  const generative = providers.map((provider) =>
    createGenerativeEngine(provider, config.generative?.[provider.name] ?? unset, { fidelity }),
  );
  const engines = new Map([studio, ...generative].map((engine) => [engine.name, engine]));
  return {
    list: () => [...engines.values()],
    get: (name) => engines.get(name),
    default: studio,
    close: async () => {
      await Promise.all([...engines.values()].map((engine) => engine.close()));
    },
  };
}
