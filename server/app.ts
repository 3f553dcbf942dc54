// The App: what every floor is handed, built once a process from the hands.
import { join } from "node:path";
import type { Config } from "./config.ts";
import { createDb, type Db, type PoolFigures } from "./db/client.ts";
import { createEngines, type EngineRegistry } from "./engines/registry.ts";
import { createEvents, type Events } from "./events/postgres.ts";
import { type Fetched, guardedFetch, photoTypes } from "./fetch/guarded-fetch.ts";
import type { FetchGuard } from "./fetch/target.ts";
import type { Galleries } from "./galleries/gallery.ts";
import { openGalleries } from "./galleries/registry.ts";
import { createGate, createSharedGate, type Gate, type SharedGate } from "./images/gate.ts";
import { inspectPhoto, maxPhotoBytes, type PhotoInfo } from "./images/inspect.ts";
import { createPictures, type Pictures } from "./images/pictures.ts";
import type { Log } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics/metrics.ts";
import { createDiskStore, type DiskStore } from "./storage/disk.ts";
import { createDownloadLinks, type DownloadLinks } from "./storage/download-links.ts";
import { createImageLinks, type ImageLinks } from "./storage/image-links.ts";
import type { Store } from "./storage/store.ts";

/**
 * Uploaded files held at once, of 50 MB at most; stops a crowd of calls from filling memory. More than are decoded at once, so that stores are waited
 * for beside it.
 */
const maxUploadsAtOnce = 8;
/** The same of imported ones, apart from uploads because strangers' servers decide how long a place is held: up to a minute each. */
const maxImportsAtOnce = 12;
/** Of these, one workspace's: two calls at full speed. The others are left to those who ask servers that answer. */
const maxImportsOfOne = 8;

export interface App {
  readonly config: Config;
  readonly log: Log;
  readonly db: Db;
  /** How the database's connections stand. */
  readonly pool: () => PoolFigures;
  readonly metrics: Metrics;
  readonly store: Store;
  readonly events: Events;
  readonly engines: EngineRegistry;
  readonly galleries: Galleries;
  readonly imageLinks: ImageLinks;
  readonly downloadLinks: DownloadLinks;
  readonly inspectPhoto: (bytes: Buffer) => Promise<PhotoInfo>;
  readonly pictures: Pictures;
  /** Around whatever holds an uploaded file, from reading it to having stored it. */
  readonly uploadGate: Gate;
  /** Around whatever holds an imported file, from fetching it to having stored it; a workspace owns it. */
  readonly importGate: SharedGate;
  /** A file by a URL that nobody vouches for, no larger than a photo may be. */
  readonly fetchPhoto: (url: string, signal: AbortSignal) => Promise<Fetched>;
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
  /** What the guarded fetch lets through beyond its rules; left out: nothing. */
  readonly fetchGuard?: FetchGuard;
}

/** An open App holds connections: end it with `closeApp`. */
export async function openApp({ config, log, databaseUrl, linkSecret, engines, fetchGuard }: OpenApp): Promise<App> {
  const { db, pool } = createDb(databaseUrl, config.databasePoolSize);
  try {
    const secret = await linkSecret(db);
    return {
      config,
      log,
      db,
      pool,
      metrics: createMetrics(),
      store: await createStore(config, secret),
      events: await createEvents(databaseUrl, log),
      engines:
        engines ??
        createEngines({ studioModel: config.studioModel, concurrency: config.workerConcurrency, generative: config.generative }, log),
      galleries: await openGalleries(config.galleries ?? [], { guard: fetchGuard, maxPhotoBytes }),
      imageLinks: createImageLinks(config.publicUrl, secret),
      downloadLinks: createDownloadLinks(config.publicUrl, secret),
      inspectPhoto,
      pictures: createPictures(log),
      uploadGate: createGate(maxUploadsAtOnce),
      importGate: createSharedGate({ all: maxImportsAtOnce, ofOne: maxImportsOfOne }),
      fetchPhoto: (url, signal) => guardedFetch(url, { signal, maxBytes: maxPhotoBytes, accept: photoTypes, guard: fetchGuard }),
    };
  } catch (error) {
    await db.$disconnect();
    throw error;
  }
}

export async function closeApp(app: App): Promise<void> {
  await app.events.close();
  await app.engines.close();
  await app.pictures.close();
  app.galleries.close();
  await app.store.close();
  await app.db.$disconnect();
}

async function createStore({ s3, dataDir, publicUrl }: Config, secret: string): Promise<Store> {
  if (s3 === undefined) return createDiskStore({ root: join(dataDir, "objects"), publicUrl, secret });
  // Loaded where it is used: the SDK takes a good part of a start.
  const { createS3Store } = await import("./storage/s3.ts");
  return createS3Store(s3);
}

export const isDiskStore = (store: Store): store is DiskStore => store.kind === "disk";
