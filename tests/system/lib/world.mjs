// SPDX-License-Identifier: Apache-2.0
// Users and their tokens, as the tests speak of them. What a token shows comes from oathtool.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

import { hotpCodes, totp, wrongCode } from './oath.mjs';

/** Seeds are made from names, so that a failure is the same the next time. */
export const seedOf = (name) => createHash('sha1').update(`lockstep system test ${name}`).digest('hex');

const AHEAD = 256;  // how many codes are fetched from oathtool at once

/** An event token in somebody's hand: each press shows the next code. */
export class Card {
  constructor({ serial, seed = seedOf(serial), digits = 6, counter = 0 }) {
    Object.assign(this, { serial, seed, digits, counter, cache: [], cacheFrom: 0 });
  }

  /** The code at `counter`. */
  code(counter) {
    if (counter < this.cacheFrom || counter >= this.cacheFrom + this.cache.length) {
      this.cacheFrom = counter;
      this.cache = hotpCodes(this.seed, counter, AHEAD, this.digits);
    }
    return this.cache[counter - this.cacheFrom];
  }

  press() { return this.code(this.counter++); }
  /** Presses in a pocket: nobody sees the codes. */
  skip(presses) { this.counter += presses; return this; }

  /** A code that this card shows nowhere near. */
  wrong() {
    return wrongCode(hotpCodes(this.seed, Math.max(this.counter - 8, 0), 2_000, this.digits), this.digits);
  }

  get facts() { return { kind: 'hotp', digits: this.digits, counter: this.counter }; }
}

/** A time token whose clock is `slow` seconds behind (fast where negative). */
export class Fob {
  constructor({ serial, seed = seedOf(serial), digits = 6, step = 30, hash = 'sha1', slow = 0, form = 'hardware' }) {
    Object.assign(this, { serial, seed, digits, step, hash, slow, form });
  }

  /** What it shows at the real time `seconds`. */
  at(seconds) {
    return totp(this.seed, seconds - this.slow, { digits: this.digits, step: this.step, hash: this.hash });
  }

  get facts() {
    return { kind: 'totp', digits: this.digits, step_seconds: this.step, algorithm: this.hash, form: this.form };
  }
}

export class World {
  /** `server`: a Testd or anything with `api`, a client with all permissions. */
  constructor(server) {
    this.server = server;
    this.api = server.api;
    this.made = 0;
    /** What a log-in of `user` says about where it comes from. */
    this.source = () => ({});
  }

  /** A new token of `user`, known to the server as it leaves the factory. */
  async token(token, user) {
    await this.api.ok('POST', '/tokens', { serial: token.serial, owner: user, seed: token.seed, ...token.facts });
    return token;
  }

  /** A user with a card. `first`: whether the card has signed in once, as any in use has. */
  async withCard(user, { password, pin, first = true, ...card } = {}) {
    await this.api.ok('PUT', `/users/${encodeURIComponent(user)}`, { password, pin });
    const made = await this.token(new Card({ serial: `C-${user.toUpperCase()}`, ...card }), user);
    if (first) await this.accept(user, made.press(), { password: password ?? pin });
    return made;
  }

  async withFob(user, { password, pin, ...fob } = {}) {
    await this.api.ok('PUT', `/users/${encodeURIComponent(user)}`, { password, pin });
    return this.token(new Fob({ serial: `F-${user.toUpperCase()}`, ...fob }), user);
  }

  /** What the server says to a log-in. */
  async login(user, code, more = {}) {
    return (await this.api.post('/authenticate', { user, code, ...this.source(user), ...more })).json;
  }

  async accept(user, code, more) {
    const answer = await this.login(user, code, more);
    assert.equal(answer.decision, 'accept', await this.#explain(user, 'accepted'));
    return answer;
  }

  async reject(user, code, more) {
    const answer = await this.login(user, code, more);
    assert.deepEqual(answer, { decision: 'reject' }, await this.#explain(user, 'refused'));
  }

  async challenge(user, code, more) {
    const answer = await this.login(user, code, { can_prompt: true, ...more });
    assert.equal(answer.decision, 'challenge', await this.#explain(user, 'asked for the next code'));
    assert.equal(answer.prompt, 'next_code');
    return answer.state;
  }

  async #explain(user, wanted) {
    return `${user} should have been ${wanted}; the audit: ${JSON.stringify((await this.events(user, 3)))}`;
  }

  /** The newest audit records about `user`, newest first. */
  async events(user, limit = 10) {
    return (await this.api.ok('GET', `/audit?user=${encodeURIComponent(user)}&limit=${limit}`)).items;
  }

  /** Kinds and reasons of the newest `count` events about `user`, oldest first: "login.refused no_match". */
  async story(user, count) {
    return (await this.events(user, count)).map((one) => `${one.kind} ${one.reason ?? ''}`.trim()).reverse();
  }

  policy(preset, set = {}) { return this.api.ok('PUT', '/policy', { preset, set }); }

  resync(serial, body) { return this.api.post(`/tokens/${serial}/resync`, body); }

  /** An API key with just these permissions. */
  async key(...permissions) {
    const made = await this.api.ok('POST', '/api-keys', { name: `k${++this.made}-${permissions[0]}`, permissions });
    return made.key;
  }
}

/** "reason" of a Problem with this status; anything else fails. */
export function refusedFor(answer, status, reason) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.json.reason, reason, answer.text);
  return answer.json;
}
