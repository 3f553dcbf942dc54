// What this process tells Prometheus of itself. Names and units follow https://prometheus.io/docs/practices/naming/.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** How an item's run at a worker ended; `requeued` ones come again. */
export type ItemOutcome = "succeeded" | "failed" | "requeued" | "cancelled";

/** Values by what they are labelled with, such as `[{ state: "ready" }, 12]`. */
export type Reading = readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];

export interface GaugeOptions {
  /** Without the prefix that all of ours have. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  /** Read anew at each scrape. A bare number has no labels. */
  readonly read: () => number | Reading | Promise<number | Reading>;
}

export interface Metrics {
  observeRequest(request: { readonly route: string; readonly status: number; readonly seconds: number }): void;
  /** @param stage one of a few fixed words: each new one is a new time series */
  observeStage(run: { readonly engine: string; readonly stage: string; readonly seconds: number }): void;
  countItem(engine: string, outcome: ItemOutcome): void;
  /** What a limit has turned away; `limit` is one of a few fixed words. */
  countRefusal(limit: string): void;
  /** One of the same name takes its place. */
  gauge(options: GaugeOptions): void;
  readonly contentType: string;
  /** In Prometheus' text form, those of the whole process (event loop, memory, garbage collection) included. */
  text(): Promise<string>;
}

const prefix = "image_studio_";
/** Seconds: from a picture out of the cache to a ZIP of gigabytes. */
const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];
/** Seconds: from a row that is written to a generative engine with its queue. */
const stageBuckets = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 180];

/** Of the process as a whole, whatever number of Apps lives in it: its event loop is watched once. */
let ofProcess: Registry | undefined;
function processRegistry(): Registry {
  if (ofProcess === undefined) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
}

export function createMetrics(): Metrics {
  const own = new Registry();
  const registers = [own];
  const requests = new Histogram({
    name: `${prefix}http_request_seconds`,
    help: "Time from a request's first byte to its answer's last",
    labelNames: ["route", "status"],
    buckets: requestBuckets,
    registers,
  });
  const stages = new Histogram({
    name: `${prefix}item_stage_seconds`,
    help: "Time that each stage of an item's run took",
    labelNames: ["engine", "stage"],
    buckets: stageBuckets,
    registers,
  });
  const items = new Counter({
    name: `${prefix}items_total`,
    help: "Runs of items that ended at this worker, by engine and outcome",
    labelNames: ["engine", "outcome"],
    registers,
  });
  const refusals = new Counter({ name: `${prefix}refusals_total`, help: "What limits turned away", labelNames: ["limit"], registers });
  // From the start, so that the first picture counts as one and not as the birth of a series; the same for the event loop.
  processRegistry();
  return {
    observeRequest: ({ route, status, seconds }) => requests.observe({ route, status: `${Math.floor(status / 100)}xx` }, seconds),
    observeStage: ({ engine, stage, seconds }) => stages.observe({ engine, stage }, seconds),
    countItem: (engine, outcome) => items.inc({ engine, outcome }),
    countRefusal: (limit) => refusals.inc({ limit }),
    gauge: ({ name, help, labels = [], read }) => {
      own.removeSingleMetric(`${prefix}${name}`);
      const gauge = new Gauge({
        name: `${prefix}${name}`,
        help,
        labelNames: labels,
        registers: [],
        async collect() {
          const reading = await read();
          this.reset();
          // Without labels a reset leaves a 0 behind, which would pass for a figure where none could be read.
          if (labels.length === 0) this.remove();
          for (const [labelled, value] of typeof reading === "number" ? [[{}, reading] as const] : reading)
            this.set({ ...labelled }, value);
        },
      });
      own.registerMetric(gauge);
    },
    contentType: own.contentType,
    text: () => Registry.merge([processRegistry(), own]).metrics(),
  };
}
