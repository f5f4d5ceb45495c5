const alphabet = "0123456789bcdefghjkmnpqrstuvwxyz";
const digit = new Int8Array(128).fill(-1);
for (let i = 0; i < alphabet.length; ++i) digit[alphabet.charCodeAt(i)] = i;

export interface Cell {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** The cell of a geohash; null if a character is none of the alphabet or there is none. */
export function geohash_cell(hash: string): Cell | null {
  let west = -180, east = 180, south = -90, north = 90;
  let lon_turn = true;
  let seen = 0;
  for (let i = 0; i < hash.length; ++i) {
    const value = digit[hash.charCodeAt(i) & 127];
    if (value < 0) break;
    ++seen;
    for (let bit = 16; bit > 0; bit >>= 1) {
      if (lon_turn) {
        const middle = (west + east) / 2;
        if (value & bit) west = middle;
        else east = middle;
      } else {
        const middle = (south + north) / 2;
        if (value & bit) south = middle;
        else north = middle;
      }
      lon_turn = !lon_turn;
    }
  }
  if (seen === 0 || hash.slice(seen).trim() !== "") return null;
  return { west, south, east, north };
}

/** The geohash of a position, `chars` long. */
export function geohash_of(lat: number, lon: number, chars: number): string {
  let west = -180, east = 180, south = -90, north = 90;
  let lon_turn = true;
  let out = "";
  for (let i = 0; i < chars; ++i) {
    let value = 0;
    for (let bit = 16; bit > 0; bit >>= 1) {
      if (lon_turn) {
        const middle = (west + east) / 2;
        if (lon >= middle) (value |= bit), (west = middle);
        else east = middle;
      } else {
        const middle = (south + north) / 2;
        if (lat >= middle) (value |= bit), (south = middle);
        else north = middle;
      }
      lon_turn = !lon_turn;
    }
    out += alphabet[value];
  }
  return out;
}
