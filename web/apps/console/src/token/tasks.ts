// SPDX-License-Identifier: Apache-2.0
// What can be done with a token, by whom and when: the menus and dialogs follow from it.
import type { Permission, Token } from '@lockstep/api/console';
import type { May } from '../session';

export const CONFIRMED = ['suspend', 'resume', 'lost', 'faulty', 'revoke', 'unassign', 'primary', 'delete'] as const;
export type Confirmed = (typeof CONFIRMED)[number];
export const TASKS = ['resync', 'test', 'replace', ...CONFIRMED] as const;
export type Task = (typeof TASKS)[number];
export const isTask = (name: string): name is Task => (TASKS as readonly string[]).includes(name);
export const isConfirmed = (task: Task): task is Confirmed => (CONFIRMED as readonly string[]).includes(task);

const NEEDS: Record<Task, readonly Permission[]> = {
  resync: ['tokens.resync'],
  test: ['tokens.resync', 'diagnose'],
  replace: ['tokens.manage'],
  suspend: ['tokens.manage'],
  resume: ['tokens.manage'],
  lost: ['tokens.manage'],
  faulty: ['tokens.manage'],
  revoke: ['tokens.manage', 'tokens.write'],
  unassign: ['tokens.manage'],
  primary: ['tokens.manage'],
  delete: ['tokens.write'],
};

/** Whether `task` makes sense for `token` as it is. `isPrimary`: it is its owner's primary one. */
function fits(task: Task, token: Token, isPrimary: boolean): boolean {
  const owned = token.owner !== undefined;
  switch (task) {
    case 'resync':
    case 'test':
      return owned && token.state !== 'revoked';
    case 'replace':
    case 'unassign':
      return owned;
    case 'primary':
      return owned && !isPrimary && token.state === 'enabled';
    case 'suspend':
      return token.state === 'enabled';
    case 'resume':
      return token.state !== 'enabled' && token.state !== 'revoked';
    case 'lost':
    case 'faulty':
      return token.state !== task && token.state !== 'revoked';
    case 'revoke':
      return token.state !== 'revoked';
    case 'delete':
      return !owned;
  }
}

/** What may be done with `token`, in the order of the menu. */
export function tasksFor(token: Token, may: May, isPrimary: boolean): Task[] {
  return TASKS.filter((task) => NEEDS[task].every(may) && fits(task, token, isPrimary));
}
