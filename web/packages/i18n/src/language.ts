// SPDX-License-Identifier: Apache-2.0

/** The language to begin with: the one kept from last time, else the first of the browser's that is known. */
export function chooseLanguage(kept: string | null, wanted: readonly string[], known: readonly string[]): string {
  if (kept !== null && known.includes(kept)) return kept;
  for (const tag of wanted) {
    const match = known.find((one) => one === tag || one === tag.split('-')[0]);
    if (match !== undefined) return match;
  }
  return known[0] ?? 'en';
}
