import { join } from "node:path";
import { defineConfig } from "vite";
import { land } from "./build/land";
import { pack } from "./build/pack";

// The page is served from the root of azud's web port; in development Vite forwards the API to a running server.
const api = process.env.AZUD_API ?? "http://127.0.0.1:7070";
// The build of the program gives its own folder, and wants everything in one file there too.
const out = process.env.AZUD_UI_OUT;

export default defineConfig({
  plugins: [land(), ...(out ? [pack(join(out, "page.pack"))] : [])],
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: { outDir: out ? join(out, "dist") : "dist", emptyOutDir: true, target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: !out },
  server: { host: "127.0.0.1", proxy: { "/api": { target: api, ws: true, changeOrigin: true, headers: { origin: api } } } },
});
