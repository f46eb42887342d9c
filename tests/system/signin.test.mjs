// SPDX-License-Identifier: Apache-2.0
// Signing in with codes of an independent generator.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';

import { hotp, K20, K32, K64 } from './lib/oath.mjs';
import { Testd } from './lib/server.mjs';
import { Card, Fob, World } from './lib/world.mjs';

let server;
let world;

before(async () => {
  server = await Testd.start();
  world = new World(server);
});
after(() => server?.stop());

for (const digits of [6, 7, 8]) {
  test(`an event token of ${digits} digits signs in, and each code once only`, async () => {
    const user = `event${digits}`;
    const card = await world.withCard(user, { digits, first: false });
    for (let i = 0; i < 3; ++i) {
      const code = card.press();
      assert.deepEqual(await world.accept(user, code), { decision: 'accept', serial: card.serial });
      await world.reject(user, code);
    }
    assert.equal((await world.story(user, 1))[0], 'login.refused already_used');
  });
}

for (const hash of ['sha1', 'sha256', 'sha512']) {
  for (const digits of [6, 8]) {
    for (const step of [30, 60]) {
      test(`a time token of ${hash}, ${digits} digits and ${step} s signs in, and each code once only`, async () => {
        const user = `${hash}-${digits}-${step}`;
        const seed = { sha1: K20, sha256: K32, sha512: K64 }[hash];
        const fob = await world.withFob(user, { hash, digits, step, seed });
        for (let i = 0; i < 2; ++i) {
          const code = fob.at(await server.clock.now());
          await world.accept(user, code);
          await world.reject(user, code);
          await server.clock.advance(step);
          await world.reject(user, code);
        }
      });
    }
  }
}

test('a time token whose clock is one step off signs in with one code, two steps off does not', async () => {
  const now = await server.clock.now();
  for (const [user, slow, decision] of [['near', 30, 'accept'], ['ahead', -30, 'accept'], ['far', 60, 'reject']]) {
    const fob = await world.withFob(user, { slow });
    assert.equal((await world.login(user, fob.at(now))).decision, decision, user);
  }
});

test('a code is used up across time steps: the older of two shown codes is refused after the newer', async () => {
  const fob = await world.withFob('older');
  const now = await server.clock.now();
  await world.accept('older', fob.at(now));
  await world.reject('older', fob.at(now - 30));
});

test('leading zeros are part of a code', async () => {
  for (const [user, digits, counter, code] of [['zero6', 6, 65536, '011303'], ['zero8', 8, 21, '05191635']]) {
    assert.equal(hotp(K20, counter, digits), code);
    await world.api.ok('PUT', `/users/${user}`, {});
    const card = await world.token(new Card({ serial: `Z-${digits}`, seed: K20, digits, counter }), user);
    await world.reject(user, code.replace(/^0+/, ''));
    await world.accept(user, code);
    await world.reject(user, `0${card.code(counter + 1)}`);
  }
});

test('blanks and hyphens in a code do not count', async () => {
  const card = await world.withCard('blanks');
  for (const form of ['123 456', '123-456', ' 123456 ', '12 34 56', '123 - 456']) {
    const code = card.press();
    let at = 0;
    await world.accept('blanks', form.replace(/\d/g, () => code[at++]));
  }
});

test('digits of other scripts, signs and letters are no code', async () => {
  const card = await world.withCard('scripts');
  const code = card.press();
  const arabic = [...code].map((d) => String.fromCodePoint(0x660 + Number(d))).join('');
  const wide = [...code].map((d) => String.fromCodePoint(0xff10 + Number(d))).join('');
  for (const typed of [arabic, wide, `${code}\u0000`, `${code}x`, `${code}.0`, '', `${code.slice(1)}`]) {
    await world.reject('scripts', typed);
  }
  await world.accept('scripts', code);
  // What stands before the code is read as a PIN, and this user has none.
  for (const before of ['+', '0', '\u0660']) await world.reject('scripts', `${before}${card.press()}`);
  await world.accept('scripts', card.press());
});

test('a password is asked for where the user has one', async () => {
  const password = 'correct horse battery';
  const card = await world.withCard('pat', { password });
  const code = card.press();
  await world.reject('pat', code);
  await world.reject('pat', code, { password: 'wrong horse battery' });
  // A right code under a wrong password is used up: somebody holds the token.
  await world.reject('pat', code, { password });
  await world.accept('pat', card.press(), { password });
});

test('a PIN is taken in the password field and in front of the code', async () => {
  const card = await world.withCard('pia', { pin: '4711' });
  await world.accept('pia', card.press(), { password: '4711' });
  await world.accept('pia', `4711${card.press()}`);
  await world.accept('pia', `4711 ${card.press()}`);
  await world.reject('pia', card.press());
  await world.reject('pia', `4712${card.press()}`);
  await world.reject('pia', card.press(), { password: '4712' });
  await world.accept('pia', `4711${card.press()}`);
});

test('a PIN with letters stands in front of the code exactly as it is', async () => {
  const card = await world.withCard('lee', { pin: 'aB3-x' });
  await world.accept('lee', `aB3-x${card.press()}`);
  await world.reject('lee', `ab3-x${card.press()}`);
});

test('two codes typed into one field are a pair', async () => {
  const card = (await world.withCard('pair')).skip(40);
  await world.accept('pair', `${card.press()} ${card.press()}`);
  card.skip(40);
  await world.accept('pair', `${card.press()},${card.press()}`);
});

test('user names are folded: however a name is written, it is one user with one budget', async () => {
  const card = await world.withCard('müller', { serial: 'C-M' });
  const code = card.press();
  await world.accept('MÜLLER', code);
  await world.reject('mu\u0308ller', code);
  await world.accept('mu\u0308ller', card.press());
});

test('a user signs in with any of several tokens, of different lengths', async () => {
  const card = await world.withCard('both');
  const fob = await world.token(new Fob({ serial: 'F-BOTH', digits: 8 }), 'both');
  assert.equal((await world.accept('both', fob.at(await server.clock.now()))).serial, fob.serial);
  assert.equal((await world.accept('both', card.press())).serial, card.serial);
});

test('the group that a client asks for decides, and costs no code', async () => {
  const card = await world.withCard('gwen');
  await world.api.ok('PUT', '/groups/vpn');
  const code = card.press();
  await world.reject('gwen', code, { group: 'vpn' });
  assert.deepEqual(await world.story('gwen', 1), ['login.refused no_group']);
  await world.api.ok('PUT', '/groups/vpn/members/gwen');
  await world.accept('gwen', code, { group: 'vpn' });
});

test('suspended, lost and disabled are refused without using the code up', async () => {
  const card = await world.withCard('sue');
  const code = card.press();
  for (const state of ['suspended', 'lost']) {
    await world.api.ok('PATCH', `/tokens/${card.serial}`, { state });
    await world.reject('sue', code);
    assert.deepEqual(await world.story('sue', 1), [`login.refused ${state}`]);
  }
  await world.api.ok('PATCH', `/tokens/${card.serial}`, { state: 'enabled' });
  await world.api.ok('PUT', '/users/sue', { status: 'disabled' });
  await world.reject('sue', code);
  await world.api.ok('PUT', '/users/sue', { status: 'enabled' });
  await world.accept('sue', code);
});
