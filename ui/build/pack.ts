import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const types: Record<string, string> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  svg: "image/svg+xml",
};

/**
 * Writes all built files into one, gzipped, for the program to embed. The format (src/web/page_files.h reads it): the line
 * "azud page 1", a line for each file with path, media type, entity tag, packed and unpacked size between tabs, an empty line, and the packed files one
 * after the other.
 */
export function pack(target: string): Plugin {
  return {
    name: "azud-pack",
    writeBundle(_, bundle) {
      const files = Object.values(bundle).sort((a, b) => (a.fileName < b.fileName ? -1 : 1));
      const lines = ["azud page 1"];
      const bodies: Buffer[] = [];
      for (const file of files) {
        const bytes = Buffer.from(file.type === "chunk" ? file.code : file.source);
        const packed = gzipSync(bytes, { level: 9 });
        const type = types[file.fileName.split(".").at(-1) ?? ""];
        if (!type) throw new Error(`no media type for ${file.fileName}: add it to build/pack.ts`);
        lines.push([file.fileName, type, createHash("sha256").update(bytes).digest("hex").slice(0, 16), packed.length, bytes.length].join("\t"));
        bodies.push(packed);
      }
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, Buffer.concat([Buffer.from(lines.join("\n") + "\n\n"), ...bodies]));
    },
  };
}
