// The App: what every floor is handed, built once a process from the hands.
import { join } from "node:path";
import type { Config } from "./config.ts";
import { createDb, type Db } from "./db/client.ts";
import { createEngines, type EngineRegistry } from "./engines/registry.ts";
import { createEvents, type Events } from "./events/postgres.ts";
import { inspectPhoto, type PhotoInfo } from "./images/inspect.ts";
import type { Log } from "./log.ts";
import { createDiskStore, type DiskStore } from "./storage/disk.ts";
import { createImageLinks, type ImageLinks } from "./storage/image-links.ts";
import { createS3Store } from "./storage/s3.ts";
import type { Store } from "./storage/store.ts";

export interface App {
  readonly config: Config;
  readonly log: Log;
  readonly db: Db;
  readonly store: Store;
  readonly events: Events;
  readonly engines: EngineRegistry;
  readonly imageLinks: ImageLinks;
  readonly inspectPhoto: (bytes: Buffer) => Promise<PhotoInfo>;
}

export interface OpenApp {
  readonly config: Config;
  readonly log: Log;
  /** Of a migrated database. */
  readonly databaseUrl: string;
  /** Signs links; the same in every process on one database. */
  readonly linkSecret: (db: Db) => Promise<string>;
  /** Left out: those that the configuration names. */
  readonly engines?: EngineRegistry;
}

/** An open App holds connections: end it with `closeApp`. */
export async function openApp({ config, log, databaseUrl, linkSecret, engines }: OpenApp): Promise<App> {
  const db = createDb(databaseUrl);
  try {
    const secret = await linkSecret(db);
    return {
      config,
      log,
      db,
      store: createStore(config, secret),
      events: await createEvents(databaseUrl, log),
      engines: engines ?? createEngines({ studioModel: config.studioModel, concurrency: config.workerConcurrency }, log),
      imageLinks: createImageLinks(config.publicUrl, secret),
      inspectPhoto,
    };
  } catch (error) {
    await db.$disconnect();
    throw error;
  }
}

export async function closeApp(app: App): Promise<void> {
  await app.events.close();
  await app.engines.close();
  await app.store.close();
  await app.db.$disconnect();
}

const createStore = ({ s3, dataDir, publicUrl }: Config, secret: string): Store =>
  s3 === undefined ? createDiskStore({ root: join(dataDir, "objects"), publicUrl, secret }) : createS3Store(s3);

export const isDiskStore = (store: Store): store is DiskStore => store.kind === "disk";
