// Miller's cylindrical projection: shapes stay recognisable from the equator to Greenland, and a point costs one logarithm. Base
// coordinates are degrees of longitude to the right, and downwards so that the equator is 0.

const radians = Math.PI / 180;
const lat_max = 84;

export const base_x = (lon: number) => lon;
export function base_y(lat: number): number {
  const phi = Math.max(-lat_max, Math.min(lat_max, lat)) * radians;
  return (-1.25 * Math.log(Math.tan(Math.PI / 4 + 0.4 * phi))) / radians;
}

/** For d3-geo, which turns y around itself. */
export function miller(lambda: number, phi: number): [number, number] {
  return [lambda, 1.25 * Math.log(Math.tan(Math.PI / 4 + 0.4 * phi))];
}

/** Where the window stands: the base coordinates in its middle, and CSS pixels per degree of longitude. */
export interface View {
  x: number;
  y: number;
  scale: number;
}

export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

export const scale_max = 4000;

/** The view that shows all of `box` with a margin. */
export function view_of(box: Box, width: number, height: number, margin = 24, limit = scale_max): View {
  const top = base_y(box.north);
  const bottom = base_y(box.south);
  const w = Math.max(1e-3, box.east - box.west);
  const h = Math.max(1e-3, bottom - top);
  const scale = Math.min((width - 2 * margin) / w, (height - 2 * margin) / h, limit);
  return { x: (box.west + box.east) / 2, y: (top + bottom) / 2, scale: Math.max(scale, 0.2) };
}

/** Keeps the world in the window: no farther out than all of it, no farther off than its edge. */
export function bounded(view: View, width: number, height: number): View {
  const top = base_y(lat_max);
  const bottom = base_y(-60);
  const scale = Math.min(scale_max, Math.max(view.scale, Math.min(width / 360, height / (bottom - top)) * 0.95));
  const half_w = width / 2 / scale;
  const half_h = height / 2 / scale;
  const hold = (value: number, low: number, high: number) => (low > high ? (low + high) / 2 : Math.min(high, Math.max(low, value)));
  return { x: hold(view.x, -180 + half_w, 180 - half_w), y: hold(view.y, top + half_h, bottom - half_h), scale };
}
