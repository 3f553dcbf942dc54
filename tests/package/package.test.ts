// The package as it is published: built, checked by the ecosystem's judges, and used by hosts of four kinds.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserLaunchOptions } from "../testkit/browser.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const components = join(root, "components");
const env = { ...process.env, PATH: `${join(root, "node_modules/.bin")}:${process.env["PATH"]}`, NODE_ENV: "production" };
const buildTimeoutMs = 120_000;

/** A stranger's folder whose node_modules are ours, the package among them. */
let host: string;
beforeAll(async () => {
  host = await mkdtemp(join(tmpdir(), "studio-host-"));
  await symlink(join(root, "node_modules"), join(host, "node_modules"));
  await writeFile(join(host, "package.json"), JSON.stringify({ name: "host", private: true, type: "module" }));
  await run("npm", ["run", "build"], { cwd: components, env });
}, buildTimeoutMs);
afterAll(() => rm(host, { recursive: true, force: true }));

it("satisfies publint and attw", async () => {
  const { stdout } = await run("npm", ["run", "check:package"], { cwd: components, env });
  expect(stdout).toContain("All good!");
});

it("holds what is used, and neither tests nor stories nor their samples", async () => {
  const { stdout } = await run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: components, env });
  const answer: unknown = JSON.parse(stdout);
  const [packed] = (Array.isArray(answer) ? answer : Object.values(answer as object)) as { files: { path: string }[] }[];
  const files = packed?.files.map(({ path }) => path) ?? [];
  for (const needed of [
    "dist/index.js",
    "dist/index.d.ts",
    "dist/element.js",
    "dist/element/element.d.ts",
    "dist/styles.css",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
  ])
    expect(files).toContain(needed);
  expect(files.filter((file) => /test|stories|fake|samples|react-18/.test(file))).toEqual([]);
});

it("says that it is for the browser's side of a server-rendered app", async () => {
  expect(await readFile(join(components, "dist/index.js"), "utf8")).toMatch(/^"use client";/);
});

it("has one stylesheet that names nothing outside the studio and loads nothing", async () => {
  const sheet = (await readFile(join(components, "dist/styles.css"), "utf8")).replace(/\/\*[\s\S]*?\*\//g, "");
  expect(sheet).not.toMatch(/@import|@font-face|@layer|:root|url\((?!["']?(data:|#))/);
  expect([...sheet.matchAll(/@keyframes\s+(\S+)/g)].map(([, name]) => name).filter((name) => !name?.startsWith("studio-"))).toEqual([]);
});

describe("a server", () => {
  it("renders the studio in plain Node, and imports the element", async () => {
    await writeFile(
      join(host, "server.js"),
      `import { createElement } from "react";
       import { renderToString } from "react-dom/server";
       import { ImageStudio } from "@image-studio/react";
       import "@image-studio/react/element";
       process.stdout.write(renderToString(createElement(ImageStudio, { endpoint: "/graphql", getToken: async () => "" })));`,
    );
    const { stdout, stderr } = await run(process.execPath, ["server.js"], { cwd: host, env });
    expect(stdout).toContain('aria-label="Image Studio"');
    expect(stderr).toBe("");
  });
});

describe("a host in TypeScript", () => {
  it.each(["bundler", "nodenext"])("finds every type with the module resolution %s", async (resolution) => {
    await writeFile(
      join(host, "host.tsx"),
      `import { ImageStudio, type Features, type Slots, type SkuListProps } from "@image-studio/react";
       import "@image-studio/react/element";
       const features: Features = { settings: false };
       const slots: Slots = { SkuList: ({ skus, onChoose }: SkuListProps) => <button onClick={() => onChoose(skus.nodes[0]?.code ?? "")} />, TopBar: null };
       export const page = (
         <ImageStudio endpoint="/graphql" getToken={async () => "t"} features={features} slots={slots} locale="zh"
           theme={{ mode: "dark", "--studio-accent": "#008000" }} messages={{ approve: "Take it" }}
           onReview={({ decision, pairs }) => console.log(decision.length, pairs[0]?.status)} onJobFinished={(job) => console.log(job.status)} />
       );
       const element = document.querySelector("image-studio");
       element?.addEventListener("review", ({ detail }) => console.log(detail.decision));
       // @ts-expect-error: no such language
       export const wrong = <ImageStudio endpoint="/graphql" getToken={async () => "t"} locale="de" />;
       // @ts-expect-error: no such feature
       export const none: Features = { teleport: true };`,
    );
    const files = ["host.tsx", ...(await writeReadmeExamples())];
    const compilerOptions = {
      target: "es2022",
      lib: ["es2022", "dom", "dom.iterable"],
      module: resolution === "bundler" ? "esnext" : "nodenext",
      moduleResolution: resolution,
      jsx: "react-jsx",
      strict: true,
      noEmit: true,
      types: [],
      skipLibCheck: true,
    };
    await writeFile(join(host, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    const { stdout } = await run("tsc", ["-p", host], { cwd: host, env }).catch((error: { stdout: string }) => error);
    expect(stdout).toBe("");
  });
});

/** The README's examples of the package alone, each in a file. @returns their names */
async function writeReadmeExamples(): Promise<string[]> {
  const readme = await readFile(join(components, "README.md"), "utf8");
  const blocks = [...readme.matchAll(/```tsx\n([\s\S]*?)```/g)].map(([, code = ""]) => code);
  const own = blocks.filter((code) => /@image-studio\/react"/.test(code) && !/from "(react-admin|\.\/)|process\.env/.test(code));
  expect(own.length).toBeGreaterThanOrEqual(3);
  const names = own.map((_code, index) => `example-${index}.tsx`);
  const declared = (code: string): string => (/const getToken/.test(code) ? "" : "declare const getToken: () => Promise<string>;\n");
  await Promise.all(names.map((name, index) => writeFile(join(host, name), `${declared(own[index] ?? "")}${own[index]}\nexport {};\n`)));
  return names;
}

describe("the README", () => {
  it("names every custom property with its values, every feature and every slot", async () => {
    const readme = await readFile(join(components, "README.md"), "utf8");
    const tokens = await readFile(join(components, "styles/tokens.css"), "utf8");
    const light = tokens.slice(tokens.indexOf(".studio {"), tokens.indexOf(".studio:where"));
    // The order above one another is nobody's business but the studio's.
    const rows = [...light.matchAll(/(--studio-(?!z-)[\w-]+):\s*([^;]+);/g)].map(([, name, value]) => `| \`${name}\` | \`${value}\` |`);
    expect(rows.length).toBeGreaterThan(30);
    for (const row of rows) expect(readme).toContain(row);
    const features = await readFile(join(components, "studio/features.ts"), "utf8");
    const names = features.match(/export type Feature =([^;]+);/)?.[1]?.match(/\w+/g) ?? [];
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) expect(readme).toContain(`| \`${name}\` |`);
    const slots = (await readFile(join(components, "studio/slots.ts"), "utf8")).match(/const own = \{([^}]+)\}/)?.[1]?.match(/\w+/g) ?? [];
    expect(slots.length).toBeGreaterThan(5);
    for (const name of slots) expect(readme).toContain(`\`${name}\``);
  });
});

describe("a page without React and without a bundler", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch(browserLaunchOptions());
  });
  afterAll(() => browser?.close());

  it.each(["module", "text/javascript"])("shows the studio from the one script, loaded as %s", async (type) => {
    const page = await browser.newPage();
    const asked: string[] = [];
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.route("**/*", async (route) => {
      const { pathname } = new URL(route.request().url());
      asked.push(pathname);
      if (pathname === "/") {
        const body = `<!doctype html><body style="height: 600px"><image-studio endpoint="/graphql" locale="zh"></image-studio>
          <script>document.querySelector("image-studio").getToken = async () => "token";</script><script type="${type}" src="/element.js"></script></body>`;
        return route.fulfill({ contentType: "text/html", body });
      }
      if (pathname === "/element.js") return route.fulfill({ path: join(components, "dist/element.js"), contentType: "text/javascript" });
      return route.fulfill({ status: 503, body: "" });
    });
    await page.goto("http://host.example/");
    const studio = page.getByRole("region");
    await studio.waitFor();
    expect(await studio.getAttribute("lang")).toBe("zh");
    expect(await studio.evaluate((element) => element.clientHeight)).toBeGreaterThan(500);
    await expect.poll(() => asked).toContain("/graphql");
    expect(asked.filter((path) => !["/", "/element.js", "/graphql", "/favicon.ico"].includes(path))).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
