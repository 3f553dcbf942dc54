// `npm run bench:widget [PART …]`: what the widget weighs and how quick it is on the real stack in a real browser, against what it promises.
import { cpus, loadavg } from "node:os";
import { chromium } from "playwright";
import { browserLaunchOptions } from "../../testkit/browser.ts";
import { decide, firstPhotos, scroll, shiftOnOpening, visit } from "./measure.ts";
import { deepSkus, serveStudio, skuCount } from "./served.ts";
import { elementSize, widgetSize } from "./size.ts";

/** What a host's users get at most, or at least. */
const promises = {
  firstLoadBytes: 90_000,
  framesPerSecond: 55,
  nodes: 3000,
  decisionMs: 50,
  firstPhotoMs: 1000,
  layoutShift: 0.01,
} as const;
/** A desk's, a tablet's and a phone's. */
const windows = [
  { width: 1440, height: 900 },
  { width: 768, height: 1024 },
  { width: 390, height: 844 },
] as const;

interface Row {
  readonly what: string;
  readonly figure: string;
  readonly promise?: string;
  readonly isKept?: boolean;
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
const rank = (values: readonly number[], share: number): number =>
  values.toSorted((one, other) => one - other)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;

async function measureSize(): Promise<Row[]> {
  const { first, later, styles, chunks } = await widgetSize(["react", "react-dom"]);
  return [
    {
      what: "first load besides React, gzipped",
      figure: kilobytes(first),
      promise: `at most ${kilobytes(promises.firstLoadBytes)}`,
      isKept: first <= promises.firstLoadBytes,
    },
    { what: "stylesheet, gzipped", figure: kilobytes(styles) },
    { what: "all that comes on demand, gzipped", figure: kilobytes(later) },
    ...chunks.map(([name, bytes]) => ({ what: `  ${name}`, figure: kilobytes(bytes) })),
    { what: "the custom element, all inside, gzipped", figure: kilobytes(await elementSize()) },
  ];
}

async function measureBrowser(): Promise<Row[]> {
  const served = await serveStudio();
  const browser = await chromium.launch(browserLaunchOptions());
  try {
    const rows: Row[] = [];
    const photos = await firstPhotos(browser, served.url);
    rows.push({
      what: `first photo on the screen, cold, ${photos.length} visits`,
      figure: `median ${rank(photos, 0.5).toFixed(0)} ms, worst ${Math.max(...photos).toFixed(0)} ms`,
      promise: `at most ${promises.firstPhotoMs} ms`,
      isKept: rank(photos, 0.5) <= promises.firstPhotoMs,
    });
    for (const viewport of windows) {
      const shift = await shiftOnOpening(browser, served.url, viewport);
      rows.push({
        what: `what moves by itself in a first visit, ${viewport.width} pixels wide`,
        figure: `${shift.toFixed(4)} of the window`,
        promise: `at most ${promises.layoutShift}`,
        isKept: shift <= promises.layoutShift,
      });
    }
    const list = await visit(browser, served.url);
    rows.push(...scrollRows(`${skuCount.toLocaleString("en")} SKUs`, await scroll(list.getByRole("listbox", { name: "SKUs" }))));
    await list.context().close();
    for (const [code, count] of Object.entries(deepSkus)) {
      const page = await visit(browser, `${served.url}/photos/${code}`);
      // All of it is read before it is scrolled: the figure is of the list at its longest.
      await page.waitForFunction(() => document.querySelector("[role=grid]")?.getAttribute("aria-busy") === "false");
      const where = `a SKU with ${count.toLocaleString("en")} pairs`;
      const taken = await decide(page);
      rows.push({
        what: `key to painted decision, ${where}, ${taken.length} keys`,
        figure: `p50 ${rank(taken, 0.5).toFixed(0)} ms, p95 ${rank(taken, 0.95).toFixed(0)} ms`,
        promise: `p95 under ${promises.decisionMs} ms`,
        isKept: rank(taken, 0.95) < promises.decisionMs,
      });
      rows.push(...scrollRows(where, await scroll(page.getByRole("grid", { name: "Pairs" }))));
      await page.context().close();
    }
    return rows;
  } finally {
    await browser.close();
    await served.close();
  }
}

function scrollRows(what: string, { framesPerSecond, frameP99Ms, nodes, pixels }: Awaited<ReturnType<typeof scroll>>): Row[] {
  return [
    {
      what: `scrolling ${what}`,
      figure: `${framesPerSecond.toFixed(1)} frames a second, p99 ${frameP99Ms.toFixed(0)} ms, over ${pixels.toLocaleString("en")} pixels`,
      promise: `at least ${promises.framesPerSecond}`,
      isKept: framesPerSecond >= promises.framesPerSecond,
    },
    {
      what: `elements in the page, ${what}`,
      figure: nodes.toLocaleString("en"),
      promise: `at most ${promises.nodes.toLocaleString("en")}`,
      isKept: nodes <= promises.nodes,
    },
  ];
}

const parts: Readonly<Record<string, () => Promise<readonly Row[]>>> = { size: measureSize, browser: measureBrowser };
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(", ")}: use ${Object.keys(parts).join(", ")}, or none for all.`);
  process.exit(2);
}
const [oneMinute = 0] = loadavg();
console.log(
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores, ${cpus()[0]?.model.trim() ?? "unknown"}, load before ${oneMinute.toFixed(1)}`,
);
for (const [name, measure] of Object.entries(parts)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const rows = await measure();
  const width = Math.max(...rows.map(({ what }) => what.length));
  console.log(`\n${name}`);
  for (const { what, figure, promise, isKept } of rows) {
    console.log(`  ${what.padEnd(width)}  ${figure}${promise === undefined ? "" : `  (${promise}: ${isKept ? "kept" : "NOT KEPT"})`}`);
  }
  // Frames and milliseconds are of this machine at this moment; what is downloaded is the same everywhere and may not grow.
  if (name === "size" && rows.some(({ isKept }) => isKept === false)) {
    console.error("The first load is too large: move what is not seen at first behind onDemand.");
    process.exitCode = 1;
  }
}
