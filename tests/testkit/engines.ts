// Engines that do what a test says: fail in each of the ways, wait, or paint one colour.
import type { Engine, EngineInput, EngineOutput } from "../../server/engines/engine.ts";
import type { EngineRegistry } from "../../server/engines/registry.ts";

export const painted = ({ output }: { readonly output: Pick<EngineInput["output"], "width" | "height"> }): EngineOutput => ({
  picture: { data: Buffer.alloc(output.width * output.height * 3, 255), width: output.width, height: output.height, channels: 3 },
  model: null,
  costUsd: 0.25,
  confidence: 0.9,
  warnings: [],
  placement: { x: 1, y: 2, width: 3, height: 4, rotation: 0 },
  upscaled: false,
});

export interface ScriptedEngine {
  readonly engines: EngineRegistry;
  /** What the engine was asked, in order. */
  readonly inputs: EngineInput[];
  /** What it does from now on. */
  script: (input: EngineInput) => Promise<EngineOutput>;
}

/** One engine, `scripted`, whose behaviour a test sets and whose inputs it reads. */
export function scriptedEngine(): ScriptedEngine {
  const inputs: EngineInput[] = [];
  const scripted: ScriptedEngine = { inputs, script: async (input) => painted(input), engines: undefined as never };
  const engine: Engine = {
    name: "scripted",
    title: "Scripted",
    promptable: true,
    acceptsMask: true,
    models: ["one", "two"],
    optionsSchema: { type: "object" },
    availability: { available: true },
    parseOptions: (options) => options ?? {},
    run: (input) => {
      // Copied: a worker gives photos and masks back once the engine has answered.
      const { source, mask } = input;
      inputs.push({ ...input, source: Buffer.from(source), ...(mask === undefined ? {} : { mask: Buffer.from(mask) }) });
      return scripted.script(input);
    },
    close: async () => {},
  };
  const engines: EngineRegistry = {
    default: engine,
    list: () => [engine],
    get: (name) => (name === engine.name ? engine : undefined),
    close: async () => {},
  };
  return Object.assign(scripted, { engines });
}
