// SPDX-License-Identifier: Apache-2.0
// What each role may do. roles.test.ts holds this against docs/reference/permissions.md, and a test of the server
// holds that against every route.
import type { Permission, Role } from '@lockstep/api/console';

export const ROLES = ['owner', 'administrator', 'help_desk', 'auditor'] as const satisfies readonly Role[];

const ALL = 'owner';
const ADMINISTRATION = 'owner administrator';
const DESK = 'owner administrator help_desk';
const LOOKING = 'owner administrator auditor';
const EVERYBODY = 'owner administrator help_desk auditor';

const HOLDERS: Record<Permission, string> = {
  authenticate: ADMINISTRATION,
  self_service: ALL,
  'users.read': EVERYBODY,
  'users.write': ADMINISTRATION,
  'users.help': DESK,
  'groups.write': ADMINISTRATION,
  'tokens.read': EVERYBODY,
  'tokens.write': ADMINISTRATION,
  'tokens.manage': DESK,
  'tokens.resync': DESK,
  'tokens.resync.admin': ADMINISTRATION,
  diagnose: DESK,
  'keys.write': ADMINISTRATION,
  'policy.read': EVERYBODY,
  'policy.write': ADMINISTRATION,
  'audit.read': LOOKING,
  'reports.read': EVERYBODY,
  'operators.read': LOOKING,
  'operators.write': ALL,
  'inventory.export': ADMINISTRATION,
  backup: ALL,
  rekey: ALL,
  'metrics.read': LOOKING,
};
export const PERMISSIONS = Object.keys(HOLDERS) as Permission[];

export function holds(role: Role, permission: Permission): boolean {
  return HOLDERS[permission].split(' ').includes(role);
}

const NOT_NARROWED: ReadonlySet<Permission> = new Set([
  'authenticate', 'self_service', 'keys.write', 'policy.write', 'operators.read', 'operators.write', 'backup', 'rekey', 'metrics.read',
]);
/** Whether an operator with a scope loses `permission`: it cannot be narrowed to some users. */
export const isLostWithScope = (permission: Permission): boolean => NOT_NARROWED.has(permission);
