// SPDX-License-Identifier: Apache-2.0
// The two short stories of the lab: what to try next, ticked off as it happens.

export type Happening =
  | { type: 'signed_in'; moved: boolean }
  | { type: 'refused' }
  /** The token stands outside, or inside, of where a single code is taken. */
  | { type: 'stands'; inStep: boolean }
  /** The server has moved its idea of where the token is by more than a log-in does. */
  | { type: 'followed' };

export type Kind = 'totp' | 'hotp';
export const STEPS = {
  totp: ['fob_slow', 'fob_refused', 'fob_heal', 'fob_again'],
  hotp: ['card_in', 'card_pocket', 'card_refused', 'card_heal', 'card_again'],
} as const satisfies Record<Kind, readonly string[]>;

/** What has to happen for each step to be done. */
const DONE: Record<Kind, readonly ((event: Happening) => boolean)[]> = {
  totp: [
    (event) => event.type === 'stands' && !event.inStep,
    (event) => event.type === 'refused',
    (event) => event.type === 'followed',
    (event) => event.type === 'signed_in',
  ],
  hotp: [
    (event) => event.type === 'signed_in',
    (event) => event.type === 'stands' && !event.inStep,
    (event) => event.type === 'refused',
    (event) => event.type === 'signed_in' && event.moved,
    (event) => event.type === 'signed_in',
  ],
};

/** The step that comes after `event`, where `at` was the one to be done: one further, or the same. */
export function advance(kind: Kind, at: number, event: Happening): number {
  return DONE[kind][at]?.(event) === true ? at + 1 : at;
}
