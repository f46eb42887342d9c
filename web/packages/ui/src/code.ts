// SPDX-License-Identifier: Apache-2.0

/** `typed` without what people and displays put between digits: blanks, hyphens, dots. */
export function cleanCode(typed: string): string {
  return typed.replace(/[\s\u00ad\u2010-\u2015.-]/g, '');
}

export type CodeFault = 'empty' | 'letters' | 'length' | 'same_code';

/** What is wrong with `typed` as a code of `digits` digits that is not `previous`; undefined if nothing is. */
export function faultOf(typed: string, digits: number, previous?: string): CodeFault | undefined {
  const code = cleanCode(typed);
  if (code === '') return 'empty';
  if (!/^[0-9]+$/.test(code)) return 'letters';
  if (code.length !== digits) return 'length';
  return code === previous ? 'same_code' : undefined;
}

/** "492 039": as a display would group it. */
export function grouped(code: string): string {
  const size = code.length % 4 === 0 ? 4 : 3;
  return code.match(new RegExp(`.{1,${size}}`, 'g'))?.join(' ') ?? code;
}
