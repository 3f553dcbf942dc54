// The stylesheet's promises to the host's page: nothing outside the root is named, and nothing is left to load.
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const folder = new URL("./", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".css"));
const text = (name: string): string => readFileSync(new URL(name, folder), "utf8").replace(/\/\*[\s\S]*?\*\//g, "");

it("is imported whole by its index", () => {
  const imported = [...text("index.css").matchAll(/@import "\.\/(.+?)";/g)].map((match) => match[1]);
  expect(imported.toSorted()).toEqual(files.filter((name) => name !== "index.css").toSorted());
});

it.each(files.filter((name) => name !== "index.css"))("%s styles only what stands under the root", (name) => {
  const sheet = text(name);
  expect(sheet).not.toMatch(/@import|@font-face|@layer|:root|!important/);
  for (const [, keyframes] of sheet.matchAll(/@keyframes\s+(\S+)/g)) expect(keyframes).toMatch(/^studio-/);
  // Outermost selectors; what is nested stands under them.
  let depth = 0;
  const outer = sheet.replace(/[{}]|[^{}]+/g, (part) => {
    if (part === "{") return depth++ === 0 ? "{" : "";
    if (part === "}") return --depth === 0 ? "}\n" : "";
    return depth === 0 ? part : "";
  });
  for (const [, selector = ""] of outer.matchAll(/([^{}]+)\{/g)) {
    for (const each of selector.trim().split(/,(?![^(]*\))/))
      expect(each.trim()).toMatch(/^(\.studio\b|@keyframes studio-|@media |@container studio)/);
  }
});
