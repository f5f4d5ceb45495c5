import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { geoPath, geoProjection } from "d3-geo";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import type { Plugin } from "vite";
import { miller } from "../src/map/projection";

type Atlas = Topology<{ countries: GeometryCollection; land: GeometryCollection }>;

/** A path in whole steps of 1/`steps` degree, each place relative to the one before: half the bytes of plain numbers. */
class PathText {
  private out = "";
  private x = 0;
  private y = 0;
  private start_x = 0;
  private start_y = 0;
  private length = 0;
  constructor(private readonly steps: number) {}

  moveTo(x: number, y: number): void {
    this.put("m", x, y, true);
    this.start_x = this.x;
    this.start_y = this.y;
    this.length = 0;
  }
  lineTo(x: number, y: number): void {
    this.put(this.length === 0 ? "l" : " ", x, y, false);
  }
  closePath(): void {
    this.out += "z"; // the next place is relative to where this ring began
    this.x = this.start_x;
    this.y = this.start_y;
  }
  arc(): void {} // points, of which an atlas has none

  private put(command: string, x: number, y: number, keep: boolean): void {
    const dx = Math.round(x * this.steps) - this.x;
    const dy = Math.round(y * this.steps) - this.y;
    if (!keep && dx === 0 && dy === 0) return;
    this.out += `${command}${dx}${dy < 0 ? "" : " "}${dy}`;
    this.x += dx;
    this.y += dy;
    ++this.length;
  }
  text(): string {
    return this.out;
  }
}

/** The atlas projected and cut at the date line once, here, so that the page needs neither projection nor topology code. */
function land_json(resolution: string, steps: number): string {
  const atlas = JSON.parse(readFileSync(createRequire(import.meta.url).resolve(`world-atlas/countries-${resolution}.json`), "utf8")) as Atlas;
  const projection = geoProjection(miller)
    .scale(180 / Math.PI)
    .translate([0, 0])
    .precision(0);
  const drawn = (shape: Parameters<ReturnType<typeof geoPath>>[0]) => {
    const path = new PathText(steps);
    geoPath(projection, path as never)(shape);
    return path.text();
  };
  return JSON.stringify({
    steps,
    fill: drawn(feature(atlas, atlas.objects.land)),
    borders: drawn(mesh(atlas, atlas.objects.countries, (a, b) => a !== b)),
  });
}

const sources: Record<string, [resolution: string, steps: number]> = {
  "virtual:land-coarse": ["110m", 20],
  "virtual:land-fine": ["50m", 100],
};

/** `import address from "virtual:land-coarse"`: the address of the outline as JSON, made from world-atlas. */
export function land(): Plugin {
  let serving = false;
  return {
    name: "azud-land",
    config: (_, { command }) => void (serving = command === "serve"),
    resolveId: (id) => (id in sources ? "\0" + id : null),
    load(id) {
      const source = sources[id.slice(1)];
      if (!id.startsWith("\0virtual:land") || !source) return null;
      const text = land_json(...source);
      if (serving) return `export default "data:application/json;base64,${Buffer.from(text).toString("base64")}"`;
      const reference = this.emitFile({ type: "asset", name: `${id.slice(9)}.json`, source: text });
      return `export default import.meta.ROLLUP_FILE_URL_${reference}`;
    },
  };
}
