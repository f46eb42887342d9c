// SPDX-License-Identifier: Apache-2.0
// What a guide shows, for tests that follow it to the letter: its fenced blocks by the word behind the
// fence, and nothing changed but places, ports and secrets.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from './server.mjs';

/** `text` with each `from` put as its `to`; fails where one is not there. */
export function changed(text, changes) {
  let edited = text;
  for (const [from, to] of changes) {
    assert.ok(edited.includes(from), `not there to be changed: ${from}`);
    edited = edited.replaceAll(from, to);
  }
  return edited;
}

/** A page of docs/guides: block(name, changes) is the one block of that name. */
export function openGuide(page) {
  const text = readFileSync(path.join(ROOT, 'docs/guides', page), 'utf8');
  return (name, changes = []) => {
    const found = [...text.matchAll(new RegExp(`^\`\`\`${name}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))];
    assert.equal(found.length, 1, `${page} has one block ${name}`);
    return changed(found[0][1], changes);
  };
}
