// SPDX-License-Identifier: Apache-2.0
// Digits as a liquid crystal shows them: seven bars each, the dark ones faintly visible.

const LIT: Record<string, string> = {
  '0': 'abcdef', '1': 'bc', '2': 'abdeg', '3': 'abcdg', '4': 'bcfg', '5': 'acdfg', '6': 'acdefg', '7': 'abc', '8': 'abcdefg', '9': 'abcdfg',
  '-': 'g', ' ': '',
};
// One digit is 20 wide and 36 high; a bar is 4 thick with pointed ends.
const BARS: Record<string, string> = {
  a: 'M4 2l2-2h8l2 2-2 2H6z',
  b: 'M16 4l2-1 2 2v11l-2 2-2-2z',
  c: 'M18 18l2 2v11l-2 2-2-1V20z',
  d: 'M4 34l2-2h8l2 2-2 2H6z',
  e: 'M2 18l2 2v12l-2 1-2-2V20z',
  f: 'M2 3l2 1v12l-2 2-2-2V5z',
  g: 'M4 18l2-2h8l2 2-2 2H6z',
};
const ADVANCE = 27;
const GAP = 12;
const HEIGHT = 36;

interface Props {
  text: string;
  /** How many digits to a group. */
  group: number;
  x: number;
  y: number;
  scale: number;
}

/** How wide `digits` digits are before scaling. */
export function widthOf(digits: number, group: number): number {
  return digits * ADVANCE + (Math.ceil(digits / group) - 1) * GAP - (ADVANCE - 20);
}

/** A group of an SVG, its upper left corner at (x, y). */
export function SevenSegment({ text, group, x, y, scale }: Props) {
  return (
    <g transform={`translate(${x} ${y}) scale(${scale}) skewX(-5) translate(${HEIGHT * 0.045} 0)`} className="segments">
      {[...text].map((digit, index) => (
        // Places in a display stay where they are; only what they show changes.
        // oxlint-disable-next-line react/no-array-index-key
        <g key={index} transform={`translate(${index * ADVANCE + Math.floor(index / group) * GAP} 0)`}>
          {Object.entries(BARS).map(([bar, path]) => (
            <path key={bar} d={path} className={LIT[digit]?.includes(bar) === true ? 'lit' : 'unlit'} />
          ))}
        </g>
      ))}
    </g>
  );
}
