// SPDX-License-Identifier: Apache-2.0
// What a problem is called here: the one map from the server's reasons to texts.
import type { Evidence, Problem } from '@lockstep/api/console';
import { signed } from './text';

/** The names of texts `problem.NAME.head` and `.body`. */
export const PROBLEM_TEXTS = [
  'no_match', 'not_consecutive', 'wrong_order', 'outside_window', 'implausible_jump', 'clock_set_back', 'already_used', 'same_code',
  'malformed', 'wrong_length', 'one_more_code', 'next_code', 'typo_likely', 'with_pin', 'wrong_parameters', 'wrong_seed_encoding',
  'too_many_attempts', 'locked', 'token_locked', 'suspended', 'lost', 'faulty', 'revoked', 'expired_token', 'not_assigned', 'user_disabled',
  'kind_not_supported', 'not_allowed', 'conflict', 'not_found', 'invalid_input', 'body_too_large', 'overloaded', 'offline', 'unavailable',
] as const;
export type ProblemText = (typeof PROBLEM_TEXTS)[number];

const SAME_AS: Record<string, ProblemText> = { too_many_requests: 'overloaded', corrupt: 'unavailable' };
const isText = (name: string): name is ProblemText => (PROBLEM_TEXTS as readonly string[]).includes(name);

export function textOf(problem: Problem): ProblemText {
  const name = SAME_AS[problem.reason] ?? problem.reason;
  return isText(name) ? name : 'unavailable';
}

/** Where two codes were found, as "At −8 and −5: 2 skipped" needs it. */
export interface Places {
  first: string;
  second: string;
  skipped: number;
}

/** The places of codes that do not follow each other, the older one first; undefined where they are not known. */
export function placesOf(evidence: Evidence | undefined): Places | undefined {
  if (evidence?.off === undefined || evidence.gap === undefined) return undefined;
  const { off, gap } = evidence;
  return { first: signed(off - gap - 1), second: signed(off), skipped: gap };
}
