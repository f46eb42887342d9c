// SPDX-License-Identifier: Apache-2.0
// Records of the audit as the help desk reads them: what, with which result, and why in words.
import type { ActivityRecord } from '@lockstep/api/console';
import { signed } from './text';

export const KINDS = [
  'login.accepted', 'login.accepted_resynced', 'login.next_code', 'login.refused', 'token.tested', 'resync.started', 'resync.succeeded',
  'resync.failed', 'token.created', 'token.changed', 'token.deleted', 'token.assigned', 'token.unassigned', 'token.auto_locked', 'token.replaced',
  'token.found', 'user.created', 'user.changed', 'user.deleted', 'user.unlocked', 'user.primary_changed', 'password.changed', 'pin.changed',
  'temporary_access.given', 'temporary_access.ended', 'group.member_added', 'group.member_removed', 'operator.signed_in', 'operator.refused',
] as const;
export type KnownKind = (typeof KINDS)[number];
export const isKnown = (kind: string): kind is KnownKind => (KINDS as readonly string[]).includes(kind);

export const REASONS = [
  'malformed', 'wrong_length', 'same_code', 'no_match', 'next_code', 'one_more_code', 'wrong_order', 'not_consecutive', 'already_used',
  'clock_set_back', 'outside_window', 'implausible_jump', 'wrong_parameters', 'wrong_seed_encoding', 'typo_likely', 'with_pin', 'wrong_factor',
  'pin_expired', 'locked', 'suspended', 'lost', 'faulty', 'token_locked', 'revoked', 'expired_token', 'not_assigned', 'user_disabled', 'no_group',
  'unknown_user', 'too_many_attempts', 'conversation_expired', 'kind_not_supported', 'not_allowed',
] as const;
export type KnownReason = (typeof REASONS)[number];
const isReason = (reason: string | undefined): reason is KnownReason => (REASONS as readonly (string | undefined)[]).includes(reason);

export type Result = 'success' | 'failure' | 'more' | 'done';
const RESULTS: Partial<Record<KnownKind, Result>> = {
  'login.accepted': 'success', 'login.accepted_resynced': 'success', 'login.next_code': 'more', 'login.refused': 'failure',
  'resync.succeeded': 'success', 'resync.failed': 'failure', 'operator.signed_in': 'success', 'operator.refused': 'failure', 'token.auto_locked': 'failure',
};

const isSignIn = (kind: string) => kind.startsWith('login.') || kind.startsWith('resync.') || kind === 'token.tested';
/** Whether a record is about a sign-in or a resync; else it is a change. */
export function isAbout(about: 'sign_ins' | 'changes', { kind }: ActivityRecord): boolean {
  return isSignIn(kind) === (about === 'sign_ins');
}

export function detail(record: ActivityRecord, name: string): string | undefined {
  return record.details.find((one) => one.name === name)?.value;
}
function numberIn(record: ActivityRecord, name: string): number | undefined {
  const value = detail(record, name);
  return value === undefined || Number.isNaN(Number(value)) ? undefined : Number(value);
}

/** Why, as a text key with what belongs into it. */
export interface Why {
  key: `why.${'accepted_at' | 'resynced_at' | 'found_at' | 'places' | 'temporary' | 'new_pin'}` | `reason.${KnownReason}`;
  off?: string;
  first?: string;
  second?: string;
  count?: number;
}

/** Why it came out as it did; undefined where the kind says it all. */
export function whyOf(record: ActivityRecord): Why | undefined {
  const off = numberIn(record, 'off');
  const gap = numberIn(record, 'gap');
  const by = detail(record, 'by');
  if (record.kind === 'login.accepted') {
    if (by === 'temporary_code') return { key: 'why.temporary' };
    if (by === 'new_pin') return { key: 'why.new_pin' };
    return off === undefined ? undefined : { key: 'why.accepted_at', off: signed(off) };
  }
  if (record.kind === 'login.accepted_resynced' || record.kind === 'resync.succeeded') return off === undefined ? undefined : { key: 'why.resynced_at', off: signed(off) };
  if (!isReason(record.reason)) return undefined;
  if (record.reason === 'not_consecutive' && off !== undefined && gap !== undefined) {
    return { key: 'why.places', first: signed(off - gap - 1), second: signed(off), count: gap };
  }
  const found = record.reason === 'outside_window' || record.reason === 'next_code' || record.reason === 'implausible_jump';
  if (found && off !== undefined) return { key: 'why.found_at', off: signed(off) };
  return { key: `reason.${record.reason}` };
}

export function resultOf(record: ActivityRecord): Result {
  return (isKnown(record.kind) ? RESULTS[record.kind] : undefined) ?? 'done';
}

export type DetailName = 'state' | 'model' | 'batch' | 'group' | 'note' | 'by' | 'old' | 'codes' | 'until' | 'pin' | 'password' | 'email' | 'first_name' | 'last_name' | 'zone' | 'caller_verified';
const TOLD: Record<string, DetailName> = {
  status: 'state', model: 'model', batch: 'batch', group: 'group', note: 'note', by: 'by', old: 'old', codes: 'codes', until: 'until', pin: 'pin',
  password: 'password', email: 'email', first_name: 'first_name', last_name: 'last_name', zone: 'zone', caller_verified: 'caller_verified',
};

/** What a change is about: the details that say something to people. */
export function toldOf(record: ActivityRecord): { name: DetailName; value: string }[] {
  return record.details.flatMap(({ name, value }) => {
    const told = TOLD[name];
    return told === undefined || (told === 'by' && record.kind.startsWith('login.')) ? [] : [{ name: told, value }];
  });
}
