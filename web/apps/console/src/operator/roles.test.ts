// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { holds, isLostWithScope, PERMISSIONS, ROLES } from './roles';

const reference = readFileSync(path.resolve('../docs/reference/permissions.md'), 'utf8');
const table = reference.split('\n').filter((line) => /^\| `[a-z_.]+` \|(?: (?:yes|–) \|){4}$/.test(line));

test('the matrix is that of the reference', () => {
  const said = PERMISSIONS.map((permission) => `| \`${permission}\` | ${ROLES.map((role) => (holds(role, permission) ? 'yes' : '–')).join(' | ')} |`);
  expect(said.toSorted()).toEqual(table.toSorted());
});

test('what an operator with a scope loses is that of the reference', () => {
  const sentence = /loses the rest: ([^.]+(?:\.[a-z_]+`[^.]*)*)\./.exec(reference.replaceAll('\n', ' '))?.[1] ?? '';
  const named = [...sentence.matchAll(/`([a-z_.]+)`/g)].map(([, name]) => name).toSorted();
  expect(PERMISSIONS.filter(isLostWithScope).toSorted()).toEqual(named);
});
