// SPDX-License-Identifier: Apache-2.0
// Every page of the console in both themes and languages: accessible, within its width, nothing blocked by the CSP.
import { beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { addOperator, addToken, addUser, Card, Fob, signIn, type Card as Held } from '../lib/people';
import { PHONE, stage, withServer } from '../lib/stage';
import { fitsWidth, isAccessible, shot } from '../lib/page';

const DAY = 86_400;
const DAYS = 120;
const NAMES: readonly [string, string][] = [
  ['Ada', 'Lindqvist'], ['Anders', 'Åkesson'], ['Bo', 'Rossi'], ['Carla', 'Kowalski'], ['Dmitri', 'Lindqvist'], ['Elif', 'Eklund'], ['Elif', 'Haddad'],
  ['Jun', 'Haddad'], ['Lars', 'Okafor'], ['Lars', 'Nakamura'], ['Priya', 'Lindqvist'], ['Priya', 'Schmidt'], ['Quentin', 'Öberg'], ['Rosa', 'Okafor'],
];
const MODELS = ['Feitian C200', 'SafeNet eToken PASS', 'Mideye display card', 'Feitian C100'];
const DRIFT_PPM = 9;

let owner: Held;

/** People with tokens, months of sign-ins, one who drifts away and is brought back. */
async function world(at: ReturnType<typeof stage>): Promise<void> {
  const { server } = at;
  const begin = await server.clock.now();
  owner = await addOperator(server, 'm.operator', 'owner', [], 'M. Operator');
  await addOperator(server, 'karin', 'help_desk', ['staff'], 'Karin Nyström');
  await addOperator(server, 'revisor', 'auditor', [], 'R. Granskare');
  const held: { id: string; token: Fob | Card }[] = [];
  for (const [index, [first, last]] of NAMES.entries()) {
    const id = `${first}.${last}`.toLowerCase().normalize('NFD').replace(/\p{Mn}/gu, '');
    await addUser(server, id, { first, last, email: `${id}@example.org`, groups: index === 5 ? [] : [index % 3 === 0 ? 'sales' : 'staff'] });
    const serial = String(1_005_897_824 + index * 136);
    const token = index % 3 === 2 ? new Card(serial) : new Fob(serial);
    await addToken(server, token, id, { model: MODELS[index % 4], batch: '2026-03' });
    held.push({ id, token });
  }
  await addToken(server, new Fob('3128899864'), 'elif.eklund', { model: 'KT-5' });
  for (let index = 0; index < 8; index += 1) await addToken(server, new Fob(`26000${100 + index}`), undefined, { model: 'Feitian C200', batch: '2026-10' });
  for (let day = 0; day < DAYS; day += 4) {
    const now = await server.clock.now();
    for (const [index, { id, token }] of held.entries()) {
      if ((day / 4 + index) % 3 === 0 || index > 8) continue;
      if (token instanceof Fob) {
        token.fast = index === 5 || index === 0 ? Math.round(((now - begin) * DRIFT_PPM) / 1e6) : 0;
        await signIn(server, id, token.at(now));
      } else await signIn(server, id, token.press(1 + (day % 3)));
    }
    await server.clock.advance(4 * DAY - 3600 + (day * 137) % 7200);
  }
  const ada = held[0]?.token as Fob;
  const now = await server.clock.now();
  ada.fast = 420;
  await signIn(server, 'ada.lindqvist', ada.at(now));
  await signIn(server, 'ada.lindqvist', '000111');
  await server.api('PATCH', '/tokens/1005898096', { state: 'suspended' });
}

const ROWS = 'table:not([aria-busy=true]) tbody tr';
const DIALOG = '[role=dialog] button';
/** A name, an address, and what is there when the page is. */
const PAGES: readonly [string, string, string][] = [
  ['snapshot', '/snapshot', '.tiles'], ['assignment', '/assignment', ROWS], ['user', '/users/elif.eklund', ROWS], ['tokens', '/tokens', ROWS], ['token', '/tokens/1005897824', '.drift > svg'],
  ['groups', '/groups', ROWS], ['operators', '/operators', ROWS], ['operator', '/operators/karin', 'h1'], ['import', '/tokens/import', 'input[type=file]'],
  ['resync', '/users/elif.eklund?do=resync&serial=3128899864', `${DIALOG}[type=submit]`], ['counter', '/tokens/1005898096?do=test', DIALOG],
  ['temporary', '/users/ada.lindqvist?do=temporary', DIALOG], ['assign', '/users/bo.rossi?do=assign', DIALOG],
];
const NARROW = { width: 320, height: 640 };

withServer('the console, as it looks', () => {
  const at = stage({ start: Date.now() / 1000 - DAYS * DAY });
  let session: Awaited<ReturnType<typeof at.context.storageState>>;
  beforeAll(async () => {
    await world(at);
    await at.openAs('m.operator', owner, '/console/');
    session = await at.context.storageState();
  });

  async function opened(path: string, ready: string, options: Parameters<typeof at.open>[1] = {}): Promise<Page> {
    const page = await at.open(`/console${path}`, { storageState: session, ...options });
    await page.locator(ready).first().waitFor();
    await expect.poll(() => page.locator('[aria-busy=true]').count()).toBe(0);
    return page;
  }

  for (const [name, path, ready] of PAGES) {
    test(`${name}: nothing sticks out on a phone, and at 320 pixels`, async () => {
      const page = await opened(path, ready, { viewport: PHONE });
      await fitsWidth(page);
      await shot(page, `console-${name}-phone`);
      await page.setViewportSize(NARROW);
      await fitsWidth(page);
    });

    for (const [colorScheme, locale] of [['light', 'en-GB'], ['dark', 'sv-SE']] as const) {
      test(`${name}: accessible and within its width, ${colorScheme}, ${locale}`, async () => {
        const page = await opened(path, ready, { colorScheme, locale });
        await shot(page, `console-${name}-${colorScheme}-${locale.slice(0, 2)}`, !path.includes('do='));
        await fitsWidth(page);
        await isAccessible(page);
      });
    }
  }

  for (const [name, path, ready] of PAGES.filter(([, address]) => !address.includes('do='))) {
    test(`${name}: nothing sticks out at 320 pixels in the longest of languages`, async () => {
      const origins = [{ origin: at.server.base, localStorage: [{ name: 'lockstep-language', value: 'en-XA' }] }];
      await fitsWidth(await opened(path, ready, { viewport: NARROW, storageState: { ...session, origins } }));
    });
  }
});
