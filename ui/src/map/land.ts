import coarse_address from "virtual:land-coarse";
import fine_address from "virtual:land-fine";

/** The land and its borders as paths; `steps` path units are one base unit (build/land.ts makes them). */
export interface Land {
  steps: number;
  fill: Path2D;
  borders: Path2D;
}

async function load(address: string): Promise<Land> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`the map outline could not be loaded: ${response.status}`);
  const { steps, fill, borders } = (await response.json()) as { steps: number; fill: string; borders: string };
  return { steps, fill: new Path2D(fill), borders: new Path2D(borders) };
}

let coarse: Promise<Land> | null = null;
let fine: Promise<Land> | null = null;

/** 1 : 110 million; comes with the first map. */
export const coarse_land = () => (coarse ??= load(coarse_address).catch((error) => ((coarse = null), Promise.reject(error))));
/** 1 : 50 million; fetched when somebody looks closer. */
export const fine_land = () => (fine ??= load(fine_address).catch((error) => ((fine = null), Promise.reject(error))));
/** Pixels per degree from which the fine outline is worth its bytes. */
export const fine_from_scale = 9;
