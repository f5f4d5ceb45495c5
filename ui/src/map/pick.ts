import type { PointSet } from "../live/points";
import { base_x, base_y } from "./projection";

const columns = 720;
const rows = 360;
const half_height = 190; // base units from the equator to beyond the poles' limit

/** The points of a set in base coordinates, with a grid over them to find those near a place. */
export class PointIndex {
  readonly x: Float32Array;
  readonly y: Float32Array;
  private readonly starts = new Uint32Array(columns * rows + 1);
  private readonly members: Uint32Array;

  constructor(set: PointSet) {
    const count = set.count;
    this.x = new Float32Array(count);
    this.y = new Float32Array(count);
    const cells = new Uint32Array(count);
    let placed = 0;
    for (let i = 0; i < count; ++i) {
      if (!set.has_position(i)) {
        this.x[i] = this.y[i] = NaN;
        cells[i] = columns * rows;
        continue;
      }
      this.x[i] = base_x(set.lon[i]);
      this.y[i] = base_y(set.lat[i]);
      cells[i] = grid_row(this.y[i]) * columns + grid_column(this.x[i]);
      ++this.starts[cells[i] + 1];
      ++placed;
    }
    for (let i = 1; i < this.starts.length; ++i) this.starts[i] += this.starts[i - 1];
    this.members = new Uint32Array(placed);
    const next = this.starts.slice();
    for (let i = 0; i < count; ++i) if (cells[i] < columns * rows) this.members[next[cells[i]]++] = i;
  }

  /** Indexes of all points in the box, base coordinates. */
  within(left: number, top: number, right: number, bottom: number): number[] {
    const out: number[] = [];
    for (let row = grid_row(top); row <= grid_row(bottom); ++row) {
      const from = this.starts[row * columns + grid_column(left)];
      const to = this.starts[row * columns + grid_column(right) + 1];
      for (let at = from; at < to; ++at) {
        const i = this.members[at];
        if (this.x[i] >= left && this.x[i] <= right && this.y[i] >= top && this.y[i] <= bottom) out.push(i);
      }
    }
    return out;
  }
}

const grid_column = (x: number) => Math.max(0, Math.min(columns - 1, Math.floor(((x + 180) / 360) * columns)));
const grid_row = (y: number) => Math.max(0, Math.min(rows - 1, Math.floor(((y + half_height) / (2 * half_height)) * rows)));
