// SPDX-License-Identifier: Apache-2.0
// Users with tokens in hand, and operators, made over the API of a real server.
import { createHash } from 'node:crypto';
import { hotp, type CodeSpec } from '../double/codes';
import type { Real } from './server';

const seedOf = (name: string) => createHash('sha1').update(`lockstep console test ${name}`).digest();
const STEP = 30;
const SPEC: CodeSpec = { kind: 'hotp', algorithm: 'sha1', digits: 6, step: STEP };
export const PASSWORD = 'a long enough phrase';

/** A time token whose clock is `fast` seconds ahead. */
export class Fob {
  readonly seed: Buffer;
  constructor(readonly serial: string, public fast = 0) {
    this.seed = seedOf(serial);
  }
  /** What it shows at the real time `seconds`. */
  at(seconds: number): string {
    return hotp(SPEC, this.seed, Math.floor((seconds + this.fast) / STEP));
  }
}

/** An event token: each press shows the next passcode. */
export class Card {
  readonly seed: Buffer;
  constructor(readonly serial: string, public counter = 0) {
    this.seed = seedOf(serial);
  }
  press(times = 1): string {
    this.counter += times;
    return hotp(SPEC, this.seed, this.counter - 1);
  }
}

interface Person {
  first?: string;
  last?: string;
  email?: string;
  groups?: readonly string[];
}

export async function addUser(real: Real, id: string, { first = '', last = '', email = '', groups = [] }: Person = {}): Promise<void> {
  await real.api('PUT', `/users/${id}`, { first_name: first, last_name: last, email });
  for (const group of groups) {
    await real.api('PUT', `/groups/${group}`);
    await real.api('PUT', `/groups/${group}/members/${id}`);
  }
}

export async function addToken<T extends Fob | Card>(real: Real, token: T, owner?: string, more: Record<string, unknown> = {}): Promise<T> {
  await real.api('POST', '/tokens', {
    kind: token instanceof Fob ? 'totp' : 'hotp', serial: token.serial, seed: token.seed.toString('hex'), ...(owner === undefined ? {} : { owner }), ...more,
  });
  return token;
}

/** What the server says to a sign-in: accept, reject or challenge. */
export async function signIn(real: Real, user: string, passcode: string, client = '10.20.4.11'): Promise<string> {
  return (await real.api<{ decision: string }>('POST', '/authenticate', { user, code: passcode, client })).decision;
}

/** An operator whose account is set up; the card is the second factor. */
export async function addOperator(real: Real, name: string, role: string, scope: readonly string[] = [], fullName = ''): Promise<Card> {
  await addUser(real, name);
  const card = await addToken(real, new Card(`OP-${name.toUpperCase()}`), name);
  await signIn(real, name, card.press());
  for (const group of scope) await real.api('PUT', `/groups/${group}`);
  const made = await real.api<{ setup: { path: string } }>('POST', '/operators', { name, role, scope, tokens_of: name, full_name: fullName });
  const secret = made.setup.path.split('#')[1];
  const done = await real.call('POST', '/operator-setup', { secret, password: PASSWORD, code: card.press() }, { 'X-Lockstep': '1' });
  if (done.status !== 204) throw new Error(`set-up of ${name}: ${done.status} ${JSON.stringify(done.json)}`);
  return card;
}
