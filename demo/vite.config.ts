// How the admin app is built into demo/dist, and served with live reload by `npx vite demo` beside a running studio.
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const components = fileURLToPath(new URL("../components/", import.meta.url));
/** The host name stays the page's own: the backend gives tokens only to pages from where it was asked. */
const studio = { target: "http://localhost:4000", changeOrigin: false };

export default defineConfig({
  plugins: [react()],
  // The widget's sources, not its build: one command less, and a change in a part is seen at once.
  resolve: {
    alias: [
      { find: "@image-studio/react/styles.css", replacement: `${components}styles/index.css` },
      { find: "@image-studio/react/element", replacement: `${components}element/element.ts` },
      { find: /^@image-studio\/react$/, replacement: `${components}index.ts` },
    ],
    dedupe: ["react", "react-dom"],
  },
  build: {
    outDir: "dist",
    rolldownOptions: { input: ["index.html", "plain.html"].map((page) => fileURLToPath(new URL(page, import.meta.url))) },
    // The widget's share is watched by a measurement of its own; the default warning would only be noise at each start.
    chunkSizeWarningLimit: 1500,
  },
  server: {
    proxy: {
      "/graphql": { ...studio, ws: true },
      "/demo": studio,
      "/images": studio,
      "/objects": studio,
      "/downloads": studio,
    },
  },
});
