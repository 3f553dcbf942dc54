// The package's build: an ES module, chunks that come when a dialog is opened, and one stylesheet; everything that is a dependency stays one.
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Brings the stylesheet into the build without a CSS import in the entry, which no host could resolve from the declarations. */
const styles: Plugin = {
  name: "studio-styles",
  transform: (code, id) => (id === `${import.meta.dirname}/index.ts` ? `${code}\nimport "./styles/index.css";` : null),
  generateBundle() {
    // A host that checks imports for their effect alone, as TypeScript does from its sixth version, asks for these too.
    this.emitFile({ type: "asset", fileName: "styles.css.d.ts", source: "export {};\n" });
  },
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), styles],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    sourcemap: true,
    minify: false,
    cssCodeSplit: false,
    lib: { entry: "index.ts", formats: ["es"], fileName: "index", cssFileName: "styles" },
    rolldownOptions: { external: [/^[^./]/], output: { chunkFileNames: "chunks/[name]-[hash].js" } },
  },
});
