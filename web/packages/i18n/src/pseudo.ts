// SPDX-License-Identifier: Apache-2.0

const PLAIN = 'aeiouyAEIOUYcnsz';
const ACCENTED = 'áéíóúýÁÉÍÓÚÝçñšž';
const KEPT = /(\{\{[^}]*\}\}|<\/?[^>]*>)/;
const LONGER_BY = 0.4;

function lengthened(text: string): string {
  const accented = [...text].map((c) => (PLAIN.includes(c) ? ACCENTED[PLAIN.indexOf(c)] : c)).join('');
  return text.trim() === '' ? text : accented + '~'.repeat(Math.ceil(text.length * LONGER_BY));
}

function lengthen(text: string): string {
  return text.split(KEPT).map((part, index) => (index % 2 === 0 ? lengthened(part) : part)).join('');
}

/** `texts` as a language with longer words and more accents would have them. Variables and tags stay. */
export function pseudo(texts: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, lengthen(text)]));
}
