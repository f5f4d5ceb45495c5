/** A colour of the present theme, as the style sheet has it. */
export function css(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export const series_count = 8;
export const series_variable = (index: number) => `--series-${(index % series_count) + 1}`;
// Lines differ by dash too, so that nobody has to tell them apart by colour.
const dashes: number[][] = [[], [7, 4], [2, 3], [10, 3, 2, 3], [], [7, 4], [2, 3], [10, 3, 2, 3]];
export const series_dash = (index: number) => dashes[index % dashes.length];
