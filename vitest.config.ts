// The test projects. PostgreSQL starts once a run, the S3 server only when a project that needs it is run.
import { storybookTest } from "@storybook/addon-vitest/vitest-plugin";
import react from "@vitejs/plugin-react";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { browserLaunchOptions } from "./tests/testkit/browser.ts";

const globalSetup = ["tests/testkit/global-setup.ts"];
const storageTests = "server/storage/**/*.test.ts";
/**
 * Packages as Node itself finds them: by Vite's own conditions graphql would be loaded twice, its development build for our
 * files and the usual one for the libraries, and the two do not know each other's types.
 */
const ssr = { resolve: { conditions: ["module-sync", "node"] } };
/** What the widget uses of its headless components. */
const widgetKit = ["slider", "switch", "tabs", "toggle", "toggle-group"].map((part) => `@base-ui/react/${part}`);
/** A new one for each project: Vitest writes the project's name into it. */
const chromium = () => ({
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({ launchOptions: browserLaunchOptions() }),
  instances: [{ browser: "chromium" as const }],
});
/** Real databases, processes and pictures, on machines that run other things too. */
const timeouts = { testTimeout: 90_000, hookTimeout: 90_000 };
/** The whole story, from an empty folder to a finished picture in the browser. */
const storyTimeouts = { testTimeout: 240_000, hookTimeout: 240_000 };

declare module "vitest" {
  interface ProvidedContext {
    reactMajor: number;
  }
}
const react18Tests = [
  "components/studio/{host,instances,parts,react}.test.tsx",
  "components/review/*.test.tsx",
  "components/shared/StudioProvider.test.tsx",
];

/** A project whose tests run in Chromium. */
const inBrowser = (name: string, include: string[], reactMajor = 19): TestProjectInlineConfiguration => ({
  plugins: [react()],
  // Found while tests run, a package is bundled anew, and with it a second React.
  optimizeDeps: { entries: ["components/**/*.{ts,tsx}", "!components/**/*.stories.tsx"], include: widgetKit },
  test: {
    name,
    include,
    // Told to a test that makes sure of it.
    provide: { reactMajor },
    ...timeouts,
    browser: chromium(),
  },
});

export default defineConfig({
  test: {
    // Two: the smallest machine that the project promises to run on has two cores.
    maxWorkers: 2,
    passWithNoTests: true,
    projects: [
      {
        ssr,
        test: {
          name: "unit",
          include: [
            "server/**/*.test.ts",
            "components/**/*.test.ts",
            "demo/**/*.test.ts",
            "tools/**/*.test.ts",
            "tests/testkit/**/*.test.ts",
          ],
          exclude: ["**/node_modules/**", storageTests],
          globalSetup,
          ...timeouts,
        },
      },
      { ssr, test: { name: "storage", include: [storageTests], globalSetup, ...timeouts } },
      { ssr, test: { name: "integration", include: ["tests/{integration,conformance,faults}/**/*.test.ts"], globalSetup, ...timeouts } },
      inBrowser("browser", ["components/**/*.test.tsx"]),
      // Every story is drawn, its rules of access are checked, and what it plays is played.
      {
        plugins: [storybookTest({ configDir: ".storybook" })],
        optimizeDeps: { entries: ["components/**/*.{ts,tsx}", ".storybook/**/*.{ts,tsx}"], include: widgetKit },
        test: { name: "storybook", ...timeouts, browser: chromium() },
      },
      {
        // The same tests of what a host sees, under the oldest React that is promised.
        ...inBrowser("react-18", react18Tests, 18),
        resolve: { alias: [{ find: /^react(-dom)?(?=$|\/)/, replacement: `${import.meta.dirname}/tests/react-18/node_modules/react$1` }] },
        cacheDir: "node_modules/.vite-react-18",
      },
      { test: { name: "package", include: ["tests/package/**/*.test.ts"], ...timeouts } },
      { test: { name: "e2e", include: ["tests/e2e/**/*.test.ts"], fileParallelism: false, ...storyTimeouts } },
    ],
  },
});
