// The Chromium that tests drive: where it is and its flags.
import { existsSync } from "node:fs";

const places = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** No sandbox, because root has none; /dev/shm is small in containers; the rest keeps the browser from calling home. */
const browserArgs = [
  "--no-sandbox",
  "--disable-dev-shm-usage",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** The path of Chromium or Chrome: `CHROME_BIN`, else the usual places; undefined when there is none. */
export function findBrowser(): string | undefined {
  return [process.env["CHROME_BIN"], ...places].find((path) => path !== undefined && existsSync(path));
}

/** What Playwright's `launch` needs. Without a browser, Playwright looks for its own download and says so. */
export function browserLaunchOptions(): { executablePath?: string; args: string[] } {
  const executablePath = findBrowser();
  return { ...(executablePath === undefined ? {} : { executablePath }), args: browserArgs };
}
