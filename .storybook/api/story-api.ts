// One story's API: a workspace in memory behind the very transport that a host may hand to the studio.
import type { Role, Transport } from "../../components/index.ts";
import type { Context, Switches } from "./context.ts";
import type { Operation } from "./execute.ts";
import { syncGallery } from "./galleries.ts";
import { submitJob } from "./jobs.ts";
import { createNews } from "./news.ts";
import { storyFetch, storyXMLHttpRequest } from "./story-requests.ts";
import { supplySockets } from "./story-socket.ts";
import { createWorker } from "./worker.ts";
import { createWorld, type World } from "./world.ts";
import { busyWorld } from "./worlds.ts";

export interface StoryApiOptions {
  /** What the workspace holds; default: every state that there is. */
  readonly fill?: (world: World) => void;
  /** Default `OWNER`. */
  readonly role?: Role;
  /** Milliseconds before each answer; `Infinity` for none ever. */
  readonly latencyMs?: number;
  /** Milliseconds that an engine takes for a photo. */
  readonly itemMs?: number;
  readonly isOffline?: boolean;
  readonly isTokenRefused?: boolean;
  /** Every mutation is refused with these words. */
  readonly refuse?: string;
  /** Fields of Query and Mutation that fail as by a fault of the server. */
  readonly broken?: readonly string[];
  /** Names of files that the store does not take. */
  readonly unstored?: readonly string[];
}

export interface StoryApi {
  readonly world: World;
  readonly switches: Switches;
  readonly transport: Transport;
  /** What got through, in order. */
  readonly operations: readonly Operation[];
  /** The variables of each operation of this name. */
  readonly sent: (operationName: string) => readonly unknown[];
  readonly goOffline: () => void;
  readonly goOnline: () => void;
  /** Starts a batch as a colleague would. @returns its id */
  readonly runBatch: (skus: readonly string[], includeDone?: boolean) => string;
  /** Begins an import as a colleague would. */
  readonly importFrom: (gallery: string) => void;
  /** Tells all readers of a row that was changed. */
  readonly publish: Context["news"]["publish"];
  readonly stop: () => void;
}

/** Short enough not to be noticed, long enough that what waits is drawn. */
const usualLatencyMs = 40;
const usualItemMs = 1600;

export function createStoryApi(options: StoryApiOptions = {}): StoryApi {
  const world = createWorld(options.role ?? "OWNER");
  (options.fill ?? busyWorld)(world);
  const news = createNews();
  const worker = createWorker({ world, news, itemMs: options.itemMs ?? usualItemMs });
  const switches: Switches = {
    latencyMs: options.latencyMs ?? usualLatencyMs,
    isOffline: options.isOffline ?? false,
    isTokenRefused: options.isTokenRefused ?? false,
    refuse: options.refuse,
    broken: new Set(options.broken),
    unstored: new Set(options.unstored),
  };
  const context: Context = { world, news, worker, switches };
  const operations: Operation[] = [];
  const { StorySocket, cut } = supplySockets(context);
  return {
    world,
    switches,
    operations,
    transport: {
      fetch: storyFetch(context, (operation) => operations.push(operation)),
      WebSocket: StorySocket,
      XMLHttpRequest: storyXMLHttpRequest(context),
    },
    sent: (operationName) => operations.filter((each) => each.operationName === operationName).map(({ variables }) => variables),
    goOffline() {
      switches.isOffline = true;
      cut("gone");
    },
    goOnline() {
      switches.isOffline = false;
    },
    runBatch: (skus, includeDone = false) => submitJob({ mode: "BATCH", skus: [...skus], includeDone }, context).id,
    importFrom: (gallery) => {
      syncGallery(gallery, context);
    },
    publish: news.publish,
    stop: worker.stop,
  };
}
