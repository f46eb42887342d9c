// SPDX-License-Identifier: Apache-2.0
// Holds the languages against English and the texts against the sources: `node check.mjs`. A finding is a
// text that is missing, that nobody uses, or that has other variables or tags than the English one.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const FIRST = 'en';
const PLURAL = /_(?:zero|one|two|few|many|other)$/;
const here = path.dirname(fileURLToPath(import.meta.url));

/** {{variables}} and <tags> of `text`, each once, in order of name. */
export function placeholders(text) {
  return [...new Set([...text.matchAll(/\{\{\s*[-\w]+[^}]*\}\}|<\/?\w+\s*\/?>/g)].map(([match]) => match))].toSorted();
}

/** The keys without plural endings, each with all placeholders of its forms. */
function meanings(texts) {
  const found = new Map();
  for (const [key, text] of Object.entries(texts)) {
    const stem = key.replace(PLURAL, '');
    found.set(stem, [...new Set([...(found.get(stem) ?? []), ...placeholders(text)])].toSorted());
  }
  return found;
}

/** Findings of the texts `other` of `language` against the English ones. */
export function compare(language, english, other) {
  const findings = [];
  const wanted = meanings(english);
  const given = meanings(other);
  for (const [key, names] of wanted) {
    if (!given.has(key)) findings.push(`${language}: ${key} is missing`);
    else if (given.get(key).join() !== names.join()) {
      findings.push(`${language}: ${key} has ${given.get(key).join(' ') || 'nothing'} where English has ${names.join(' ') || 'nothing'}`);
    }
  }
  for (const key of given.keys()) if (!wanted.has(key)) findings.push(`${language}: ${key} is not in English`);
  for (const key of Object.keys(other).filter((k) => PLURAL.test(k))) {
    const stem = key.replace(PLURAL, '');
    for (const form of new Intl.PluralRules(language).resolvedOptions().pluralCategories) {
      if (!(`${stem}_${form}` in other)) findings.push(`${language}: ${stem}_${form} is missing`);
    }
  }
  for (const [key, text] of Object.entries(other)) {
    if (text.trim() === '') findings.push(`${language}: ${key} is empty`);
    if (text.includes('!')) findings.push(`${language}: ${key} shouts`);
  }
  return findings;
}

/** Keys that no source names: as a whole in quotes, or by the beginning of a template. */
export function unused(keys, source) {
  const prefixes = [...source.matchAll(/`([a-z][\w.]*[._])\$\{/g)].map(([, prefix]) => prefix);
  return [...new Set(keys.map((key) => key.replace(PLURAL, '')))].filter((key) =>
    !['\'', '"', '`'].some((quote) => source.includes(`${quote}${key}${quote}`)) &&
    !prefixes.some((prefix) => key.startsWith(prefix)));
}

function sourcesBelow(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => /\.tsx?$/.test(name) && !/\.(?:test|e2e)\./.test(name) && !name.includes('node_modules'))
    .map((name) => readFileSync(path.join(folder, name), 'utf8')).join('\n');
}

function run() {
  const locales = path.join(here, 'locales');
  const read = (language, file) => JSON.parse(readFileSync(path.join(locales, language, file), 'utf8'));
  const findings = [];
  for (const file of readdirSync(path.join(locales, FIRST))) {
    const english = read(FIRST, file);
    for (const language of readdirSync(locales)) {
      findings.push(...compare(language, english, read(language, file)).map((one) => `${file}: ${one}`));
    }
    const source = sourcesBelow(path.join(here, '../../apps', path.basename(file, '.json')));
    findings.push(...unused(Object.keys(english), source).map((key) => `${file}: ${key} is used nowhere`));
  }
  for (const finding of findings) console.error(finding);
  console.log(`texts: ${findings.length === 0 ? 'nothing to find' : `${findings.length} findings`}`);
  process.exit(findings.length === 0 ? 0 : 1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) run();
