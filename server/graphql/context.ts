// What every resolver is handed: the App and who is asking.
import type { App } from "../app.ts";
import type { Viewer } from "../auth/viewer.ts";

export interface Context {
  readonly app: App;
  readonly viewer: Viewer;
  /** Whether the operation came over a WebSocket. */
  readonly overSocket: boolean;
  /** The operation as it came: what stands in its variables, before default values fill them in. */
  readonly params?: { readonly variables?: Readonly<Record<string, unknown>> | null | undefined };
}
