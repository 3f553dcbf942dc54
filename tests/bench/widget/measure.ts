// What is measured in a real Chromium: frames while it scrolls, time from a key to the painted decision, time to the first photo.
import type { Browser, Locator, Page } from "playwright";

const scrollMs = 6000;
/** Fast, but such that an eye could still follow: some 40 rows of the list a second. */
const scrollPixelsPerFrame = 45;
const decisions = 60;
const visits = 7;

export interface Scrolling {
  readonly framesPerSecond: number;
  /** The slowest of 100 frames, in milliseconds. */
  readonly frameP99Ms: number;
  /** Elements in the page, at most. */
  readonly nodes: number;
  /** How far it went, in pixels. */
  readonly pixels: number;
}

/** Opens the studio as a new visitor does, with nothing kept. */
export async function visit(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-US" });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(url);
  await page.locator(".studio-pair[data-pair]").first().waitFor();
  return page;
}

/** Scrolls what the part stands in, by its own frames. */
export function scroll(part: Locator): Promise<Scrolling> {
  return part.evaluate(
    async (element, { ms, step }) => {
      let scroller: Element | null = element;
      while (
        scroller !== null &&
        !(scroller.scrollHeight > scroller.clientHeight && /auto|scroll/.test(getComputedStyle(scroller).overflowY))
      )
        scroller = scroller.parentElement;
      if (scroller === null) throw new Error("Nothing scrolls around the part");
      const frames: number[] = [];
      let nodes = 0;
      let pixels = 0;
      const nextFrame = (): Promise<number> => new Promise(requestAnimationFrame);
      const startedAt = await nextFrame();
      for (let now = startedAt; now - startedAt < ms; ) {
        const before = scroller.scrollTop;
        scroller.scrollTop += step;
        pixels += scroller.scrollTop - before;
        const next = await nextFrame();
        frames.push(next - now);
        now = next;
        if (frames.length % 20 === 0) nodes = Math.max(nodes, document.querySelectorAll("*").length);
      }
      const sorted = frames.toSorted((one, other) => one - other);
      const total = frames.reduce((sum, frame) => sum + frame, 0);
      return { framesPerSecond: (frames.length * 1000) / total, frameP99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0, nodes, pixels };
    },
    { ms: scrollMs, step: scrollPixelsPerFrame },
  );
}

/** Approves one photo after the other by `a`. @returns milliseconds from each key to the painted decision */
export async function decide(page: Page): Promise<number[]> {
  await page.locator(".studio-pair[data-pair]").first().click();
  await page.evaluate(() => {
    const taken: number[] = [];
    Object.assign(globalThis, { taken });
    document.addEventListener(
      "keydown",
      (event) => {
        const cell = document.activeElement;
        if (event.key !== "a" || cell === null) return;
        const observer = new MutationObserver(() => {
          if (!cell.textContent?.includes("Approved")) return;
          observer.disconnect();
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => taken.push(performance.now() - event.timeStamp);
          // What is posted in a frame's callback arrives when that frame is painted.
          requestAnimationFrame(() => port2.postMessage(null));
        });
        observer.observe(cell, { subtree: true, childList: true, characterData: true, attributes: true });
      },
      true,
    );
  });
  for (let made = 1; made <= decisions; made++) {
    await page.keyboard.press("a");
    await page.waitForFunction((count) => (globalThis as { taken?: number[] }).taken?.length === count, made, { polling: 20 });
  }
  return page.evaluate(() => (globalThis as { taken?: number[] }).taken ?? []);
}

/** Time in which all comes that comes by itself after the first photo, in milliseconds. */
const settledMs = 3000;

/** What moves in a first visit by itself, as the browser counts it (https://web.dev/articles/cls): 0 is nothing, one window's content by its height 1. */
export async function shiftOnOpening(browser: Browser, url: string, viewport: { width: number; height: number }): Promise<number> {
  const context = await browser.newContext({ viewport, locale: "en-US" });
  await context.addInitScript(() => {
    const told = { shift: 0 };
    Object.assign(globalThis, told);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) told.shift += (entry as PerformanceEntry & { value: number }).value;
      Object.assign(globalThis, told);
    }).observe({ type: "layout-shift", buffered: true });
  });
  const page = await context.newPage();
  await page.goto(url);
  await page.locator(".studio-pair img").first().waitFor();
  await page.waitForTimeout(settledMs);
  const shift = await page.evaluate(() => (globalThis as { shift?: number }).shift ?? Number.NaN);
  await context.close();
  return shift;
}

/** Milliseconds from the navigation to the first photo on the screen, of several first visits. */
export async function firstPhotos(browser: Browser, url: string): Promise<number[]> {
  const taken: number[] = [];
  for (let made = 0; made < visits; made++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-US" });
    await context.addInitScript(() => {
      const look = (): void => {
        const shown = [...document.querySelectorAll<HTMLImageElement>(".studio-pair img")].some(
          (image) => image.complete && image.naturalWidth > 0,
        );
        if (!shown) requestAnimationFrame(look);
        else requestAnimationFrame(() => setTimeout(() => Object.assign(globalThis, { firstPhotoMs: performance.now() })));
      };
      requestAnimationFrame(look);
    });
    const page = await context.newPage();
    await page.goto(url);
    const handle = await page.waitForFunction(() => (globalThis as { firstPhotoMs?: number }).firstPhotoMs);
    taken.push((await handle.jsonValue()) ?? Number.NaN);
    await context.close();
  }
  return taken;
}
