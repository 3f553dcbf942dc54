// The build of `./element`: one script with everything inside, for pages that have no bundler.
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const nodesCrypto = `new Function("require", 'return require("crypto")')(require)`;

/** Takes code made from a string out of a dependency: it is for servers, and a page's policy against such code would report it. */
const browserOnly: Plugin = {
  name: "browser-only",
  transform: (code, id) => (id.includes("@urql/exchange-persisted") ? code.replace(nodesCrypto, "undefined") : null),
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), browserOnly],
  define: { "process.env.NODE_ENV": '"production"' },
  build: {
    outDir: "dist",
    // The package's own build stands there already.
    emptyOutDir: false,
    sourcemap: true,
    minify: true,
    // A script that exports nothing: it runs as a module, through a bundler, and as a plain `<script src>`.
    lib: { entry: "element/element.ts", formats: ["iife"], name: "imageStudioElement", fileName: () => "element.js" },
    rolldownOptions: { output: { codeSplitting: false } },
  },
});
