// SPDX-License-Identifier: Apache-2.0
// Guides are followed to the letter: their `sh` blocks are run one after the other, in one shell, and
// what a `text` block shows has to be in what the block before it printed.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { LOCKSTEP, ROOT, Served, temporaryDirectory } from './lib/server.mjs';

const END = '\u001e';

let server;
before(async () => { server = await Served.start(); });
after(() => server?.stop());

/** The fenced blocks of a page in order: {language, text, line}. */
function blocksOf(page) {
  const blocks = [];
  const fence = /^```(\w*)\n([\s\S]*?)^```$/gm;
  for (let match = fence.exec(page); match; match = fence.exec(page)) {
    blocks.push({ language: match[1], text: match[2], line: page.slice(0, match.index).split('\n').length });
  }
  return blocks;
}

const quoted = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Runs the blocks of a guide; what each printed, on both channels. Fails at the first that fails. */
function follow(guide, commands) {
  const directory = temporaryDirectory();
  const script = path.join(directory, 'guide.sh');
  writeFileSync(script, ['set -euo pipefail', 'exec 2>&1',
    ...commands.map((block) => `${block.text}\nprintf '${END}'`)].join('\n'));
  const done = spawnSync('bash', [script], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${path.dirname(LOCKSTEP)}:${process.env.PATH}`, LOCKSTEP_DATA: server.data },
  });
  const printed = done.stdout.split(END);
  const at = commands[printed.length - 1]?.line;
  assert.equal(done.status, 0, `${guide}:${at} ended with ${done.status}:\n${printed.at(-1)}`);
  return printed;
}

for (const guide of ['docs/guides/administration.md']) {
  test(`${guide} can be followed to the letter`, () => {
    const blocks = blocksOf(readFileSync(path.join(ROOT, guide), 'utf8'));
    const commands = blocks.filter((block) => block.language === 'sh');
    assert.ok(commands.length > 5, 'the guide has commands');
    const printed = follow(guide, commands);
    for (const text of printed) assert.doesNotMatch(text, /^null$/m, 'a member that is not in the answer');
    blocks.forEach((block, i) => {
      if (block.language !== 'text') return;
      const before = printed[commands.indexOf(blocks[i - 1])];
      for (const line of block.text.trim().split('\n')) {
        assert.match(before, new RegExp(line.split('…').map(quoted).join('.*')), `${guide}:${block.line}`);
      }
    });
  });
}
