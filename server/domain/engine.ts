// Which engine and model a run or a setting may name.
import type { App } from "../app.ts";
import type { Engine } from "../engines/engine.ts";
import { badUserInput, engineUnavailable } from "../errors.ts";
import { say } from "../say.ts";

/** @throws BAD_USER_INPUT naming the engines that there are, ENGINE_UNAVAILABLE with the reason */
export function requireEngine(app: App, name: string): Engine {
  const engine = app.engines.get(name);
  if (engine === undefined) {
    const names = app.engines.list().map((each) => each.name);
    throw badUserInput(`engine is "${name}": it must be one of ${names.join(", ")}.`);
  }
  if (!engine.availability.available) throw engineUnavailable(say("ENGINE_CANNOT_RUN", { engine: name, why: engine.availability.reason }));
  return engine;
}

/** Characters; no provider's model has a longer name. */
const maxModelLength = 200;
/** Goes into a URL's path at some providers: no query, no dots that climb, no white space. */
const modelName = /^(?!.*\.\.)[A-Za-z0-9][\w.:/@-]*$/;

/** @throws BAD_USER_INPUT naming the engine's models */
export function requireModel(engine: Engine, model: string | null): string | null {
  if (model === null || engine.models.includes(model)) return model;
  if (engine.anyModel) {
    if (model.length <= maxModelLength && modelName.test(model)) return model;
    throw badUserInput("model is no name of a model: letters, digits and . _ - : / @ are what it may hold, 200 of them at most.");
  }
  const allowed =
    engine.models.length === 0 ? "this engine has no models to choose from, leave it out" : `it must be one of ${engine.models.join(", ")}`;
  throw badUserInput(`model is "${model}": ${allowed}.`);
}
