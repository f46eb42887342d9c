// SPDX-License-Identifier: Apache-2.0
// Users with tokens in hand, and operators, made over the API of a server.
import { createHash } from 'node:crypto';
import { hotp } from './codes';
import type { Server } from './server';

const seedOf = (name: string) => createHash('sha1').update(`lockstep web test ${name}`).digest();
const STEP = 30;
const HOUR = 3600;
/** Further than any server looks for a code. */
const FAR = 4000;
export const PASSWORD = 'a long enough phrase';

/** Every code that anybody was shown: none may ever be in an address. */
const shown = new Set<string>();
export const saw = (code: string) => {
  shown.add(code);
  return code;
};
export const seenCodes = (): ReadonlySet<string> => shown;

/** The first codes from 000000 on that `seed` shows nowhere near `position`. */
function neverShown(seed: Buffer, position: number, count: number): string[] {
  const near = new Set(Array.from({ length: 2 * FAR }, (_, index) => hotp(seed, Math.max(0, position - FAR + index))));
  const codes: string[] = [];
  for (let number = 0; codes.length < count; number += 1) {
    const code = String(number).padStart(6, '0');
    if (!near.has(code)) codes.push(code);
  }
  return codes;
}

/** A time token whose clock is `fast` seconds ahead. */
export class Fob {
  readonly seed: Buffer;
  constructor(readonly serial: string, public fast = 0) {
    this.seed = seedOf(serial);
  }
  /** What it shows at the real time `seconds`. */
  at(seconds: number): string {
    return saw(hotp(this.seed, Math.floor((seconds + this.fast) / STEP)));
  }
  /** `count` codes that it shows at no time near `seconds`. */
  never(seconds: number, count = 1): string[] {
    return neverShown(this.seed, Math.floor(seconds / STEP), count);
  }
}

/** An event token: each press shows the next passcode. */
export class Card {
  constructor(readonly serial: string, public counter = 0, readonly seed = seedOf(serial)) {}
  press(times = 1): string {
    this.counter += times;
    return saw(hotp(this.seed, this.counter - 1));
  }
  /** Presses until the next code would begin with a zero: nobody has seen it yet. */
  toZero(): number {
    this.press();
    return hotp(this.seed, this.counter).startsWith('0') ? 1 : 1 + this.toZero();
  }
}

interface Person {
  first?: string;
  last?: string;
  email?: string;
  groups?: readonly string[];
}

export async function addUser(server: Server, id: string, { first = '', last = '', email = '', groups = [] }: Person = {}): Promise<void> {
  await server.api('PUT', `/users/${id}`, { first_name: first, last_name: last, email });
  for (const group of groups) {
    await server.api('PUT', `/groups/${group}`);
    await server.api('PUT', `/groups/${group}/members/${id}`);
  }
}

export async function addToken<T extends Fob | Card>(server: Server, token: T, owner?: string, more: Record<string, unknown> = {}): Promise<T> {
  await server.api('POST', '/tokens', {
    kind: token instanceof Fob ? 'totp' : 'hotp', serial: token.serial, seed: token.seed.toString('hex'), ...(owner === undefined ? {} : { owner }), ...more,
  });
  return token;
}

/** What the server says to a sign-in: accept, reject or challenge. */
export async function signIn(server: Server, user: string, passcode: string, client = '10.20.4.11'): Promise<string> {
  return (await server.api<{ decision: string }>('POST', '/authenticate', { user, code: passcode, client })).decision;
}

/** Somebody with a mailbox. Her fob and her button fob both signed in an hour ago. */
export interface Owner {
  id: string;
  email: string;
  fob: Fob;
  button: Card;
}

let owners = 0;
export async function addOwner(server: Server): Promise<Owner> {
  owners += 1;
  const id = `anna${owners}`;
  const email = `${id}@example.org`;
  await addUser(server, id, { first: 'Anna', last: 'Berg', email });
  const number = String(owners).padStart(3, '0');
  const fob = await addToken(server, new Fob(`FT${number}4411`), id, { model: 'Feitian C200' });
  const button = await addToken(server, new Card(`BF${number}0208`), id, { model: 'Button fob' });
  for (const code of [fob.at(await server.clock.now()), button.press()]) {
    const said = await signIn(server, id, code);
    if (said !== 'accept') throw new Error(`the first sign-in of ${id}: ${said}`);
  }
  await server.clock.advance(HOUR);
  return { id, email, fob, button };
}

/** An operator whose account is set up; the card is the second factor. */
export async function addOperator(server: Server, name: string, role: string, scope: readonly string[] = [], fullName = ''): Promise<Card> {
  await addUser(server, name);
  const card = await addToken(server, new Card(`OP-${name.toUpperCase()}`), name);
  await signIn(server, name, card.press());
  for (const group of scope) await server.api('PUT', `/groups/${group}`);
  const made = await server.api<{ setup: { path: string } }>('POST', '/operators', { name, role, ...(scope.length === 0 ? {} : { scope }), tokens_of: name, full_name: fullName });
  const secret = made.setup.path.split('#')[1];
  const done = await server.call('POST', '/operator-setup', { secret, password: PASSWORD, code: card.press() }, { 'X-Lockstep': '1' });
  if (done.status !== 204) throw new Error(`set-up of ${name}: ${done.status} ${JSON.stringify(done.json)}`);
  return card;
}
