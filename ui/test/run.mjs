#!/usr/bin/env node
// Checks the types, then bundles each *.test.ts with esbuild (which Vite brings) and runs them with Node's own test runner. Last
// line: N passed, N failed.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("..", import.meta.url));
let passed = 0;
let failed = 0;
for (const project of ["tsconfig.json", "tsconfig.node.json"]) {
  const { status } = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", project], { cwd: root, stdio: "inherit" });
  status === 0 ? ++passed : ++failed;
}
const out = mkdtempSync(join(tmpdir(), "azud-ui-"));
const tests = readdirSync(here).filter((name) => name.endsWith(".test.ts"));
await build({ entryPoints: tests.map((name) => join(here, name)), outdir: out, outExtension: { ".js": ".mjs" }, bundle: true, format: "esm", platform: "node", jsx: "automatic", jsxImportSource: "preact", logLevel: "warning" });
const { status, stdout } = spawnSync(process.execPath, ["--test", "--test-reporter=tap", ...tests.map((name) => join(out, name.replace(/\.ts$/, ".mjs")))], { encoding: "utf8" });
rmSync(out, { recursive: true });
const count = (word) => Number(stdout.match(new RegExp(`^# ${word} (\\d+)`, "m"))?.[1] ?? 0);
passed += count("pass");
failed += count("fail") || (status === 0 ? 0 : 1);
if (status !== 0) console.log(stdout);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
