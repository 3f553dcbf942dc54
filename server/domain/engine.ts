// Which engine and model a run or a setting may name.
import type { App } from "../app.ts";
import type { Engine } from "../engines/engine.ts";
import { badUserInput, engineUnavailable } from "../errors.ts";

/** @throws BAD_USER_INPUT naming the engines that there are, ENGINE_UNAVAILABLE with the reason */
export function requireEngine(app: App, name: string): Engine {
  const engine = app.engines.get(name);
  if (engine === undefined) {
    const names = app.engines.list().map((each) => each.name);
    throw badUserInput(`engine is "${name}": it must be one of ${names.join(", ")}.`);
  }
  if (!engine.availability.available) throw engineUnavailable(`The engine ${name} can not run: ${engine.availability.reason}`);
  return engine;
}

/** @throws BAD_USER_INPUT naming the engine's models */
export function requireModel(engine: Engine, model: string | null): string | null {
  if (model === null || engine.models.includes(model)) return model;
  const allowed =
    engine.models.length === 0 ? "this engine has no models to choose from, leave it out" : `it must be one of ${engine.models.join(", ")}`;
  throw badUserInput(`model is "${model}": ${allowed}.`);
}
