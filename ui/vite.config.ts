import { defineConfig } from "vite";
import { land } from "./build/land";

// The page is served from the root of azud's web port; in development Vite forwards the API to a running server.
const api = process.env.AZUD_API ?? "http://127.0.0.1:7070";

export default defineConfig({
  plugins: [land()],
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: true },
  server: { host: "127.0.0.1", proxy: { "/api": { target: api, ws: true, changeOrigin: true } } },
});
