// SPDX-License-Identifier: Apache-2.0
// What a problem is called here and what helps: the one map from the server's reasons to texts.
import type { Problem } from '@lockstep/api';

/** The names of texts `problem.NAME.head` and `.body`. */
export const PROBLEM_TEXTS = [
  'no_match', 'not_consecutive', 'wrong_order', 'outside_window', 'implausible_jump', 'clock_set_back', 'already_used',
  'typo_likely', 'with_pin', 'set_up_wrong', 'conversation_expired', 'too_many_attempts', 'locked', 'token_locked',
  'suspended', 'lost', 'faulty', 'revoked', 'expired_token', 'not_assigned', 'user_disabled', 'kind_not_supported',
  'not_allowed', 'clock_unhealthy', 'conflict', 'overloaded', 'offline', 'unavailable',
] as const;
export type ProblemText = (typeof PROBLEM_TEXTS)[number];
export type Help = 'start_again' | 'get_help' | 'temporary_code' | 'call' | 'reload';

const SAME_AS: Record<string, ProblemText> = {
  wrong_parameters: 'set_up_wrong',
  wrong_seed_encoding: 'set_up_wrong',
  next_code: 'outside_window',
  not_found: 'not_assigned',
};
const HELPS: Partial<Record<ProblemText, readonly Help[]>> = {
  no_match: ['start_again', 'get_help'],
  not_consecutive: ['start_again'],
  wrong_order: ['start_again'],
  already_used: ['start_again'],
  typo_likely: ['start_again'],
  with_pin: ['start_again'],
  conversation_expired: ['start_again'],
  outside_window: ['call'],
  implausible_jump: ['call'],
  set_up_wrong: ['call'],
  clock_set_back: ['temporary_code', 'get_help'],
  too_many_attempts: ['temporary_code', 'get_help'],
  locked: ['get_help'],
  token_locked: ['call'],
  suspended: ['get_help'],
  lost: ['temporary_code', 'get_help'],
  faulty: ['temporary_code', 'get_help'],
  revoked: ['get_help'],
  expired_token: ['get_help'],
  user_disabled: ['get_help'],
  not_allowed: ['get_help'],
  clock_unhealthy: ['temporary_code', 'get_help'],
  conflict: ['reload'],
};

const isText = (name: string): name is ProblemText => (PROBLEM_TEXTS as readonly string[]).includes(name);

/** The text for `problem`; one for "our side" where its reason is none that a user can do anything about. */
export function textOf(problem: Problem): ProblemText {
  const name = SAME_AS[problem.reason] ?? problem.reason;
  return isText(name) ? name : 'unavailable';
}

export function helpsOf(text: ProblemText): readonly Help[] {
  return HELPS[text] ?? [];
}

export type FieldFault = 'letters' | 'length' | 'same_code';
/** What the server says of one field; undefined where the whole attempt is over. */
export function fieldFaultOf(problem: Problem): FieldFault | undefined {
  if (problem.reason === 'malformed') return 'letters';
  if (problem.reason === 'wrong_length') return 'length';
  return problem.reason === 'same_code' ? 'same_code' : undefined;
}
