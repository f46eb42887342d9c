// SPDX-License-Identifier: Apache-2.0
// Lists, import, roles: what is in the address, what is hidden, and what happens when the server is away.
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { addOperator, addToken, addUser, Fob, signIn, type Card } from '../lib/people';
import { stage, withServer } from '../lib/stage';
import { button, isAccessible, sees, shot } from '../lib/page';

const DAY = 86_400;
const MANY = 60;
const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(name) });

withServer('the lists', () => {
  const at = stage({ start: Date.now() / 1000 - 40 * DAY });
  let karin: Card;
  let olle: Card;
  const fob = new Fob('FT-DRIFT');
  beforeAll(async () => {
    karin = await addOperator(at.server, 'karin', 'help_desk');
    olle = await addOperator(at.server, 'olle', 'owner');
    await addUser(at.server, 'anders.akesson', { first: 'Anders', last: 'Åkesson', email: 'anders@example.org', groups: ['staff'] });
    await addUser(at.server, 'bo.ahlin', { first: 'Bo', last: 'Ahlin', groups: ['sales'] });
    await addToken(at.server, fob, 'bo.ahlin', { model: 'Feitian C200' });
    for (let index = 0; index < MANY; index += 1) await addToken(at.server, new Fob(`ST${1000 + index}`), undefined, { model: 'Feitian C200', batch: '2026-10' });
    for (let sign = 0; sign < 8; sign += 1) {
      fob.fast = sign * 8;
      await signIn(at.server, 'bo.ahlin', fob.at(await at.server.clock.now()));
      await at.server.clock.advance(5 * DAY);
    }
  }, 180_000);

  test('a last name is found without its accents, an ID, an email and a serial too; one hit opens with Enter', async () => {
    const page = await at.openAs('karin', karin, '/console/');
    const filter = page.getByRole('searchbox');
    for (const [typed, found] of [['akess', 'anders.akesson'], ['ÅKESS', 'anders.akesson'], ['anders@', 'anders.akesson'], ['ft-drift', 'bo.ahlin'], ['*ahli*', 'bo.ahlin']] as const) {
      await filter.fill(typed);
      await row(page, found).waitFor();
      await expect.poll(() => page.getByRole('row').count()).toBe(2);
    }
    // Faster than the answer: it opens when it is there.
    await filter.fill('ahlin');
    await page.keyboard.press('Enter');
    await sees(page, 'Bo Ahlin');
    await page.goBack();
    await row(page, 'bo.ahlin').waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('ahlin');
  });

  test('nothing found says so and offers to clear the filters', async () => {
    const page = await at.openAs('karin', karin, '/console/tokens?q=nothing-like-it&kind=totp');
    await page.getByText('No token matches these filters.').waitFor();
    await isAccessible(page);
    await button(page, 'Clear filters').click();
    await row(page, 'FT-DRIFT').waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  test('the next page is in the address, and the rows of before stay while it comes', async () => {
    const page = await at.openAs('karin', karin, '/console/tokens?assigned=false');
    await row(page, 'ST1000').waitFor();
    const release = await at.hold('GET', '/tokens');
    await button(page, 'Next page').click();
    await page.locator('table[aria-busy=true]').waitFor();
    expect(await row(page, 'ST1000').count()).toBe(1);
    release();
    await row(page, 'ST1059').waitFor();
    expect(new URL(page.url()).searchParams.get('after')).toBeTruthy();
    await page.reload();
    await row(page, 'ST1059').waitFor();
    await page.goBack();
    await row(page, 'ST1000').waitFor();
  });

  test('a list that cannot be read says so in its place, and comes with Try again', async () => {
    const page = await at.openAs('karin', karin, '/console/groups');
    await row(page, 'staff').waitFor();
    await at.plant('GET', '/users', { status: 503, body: { type: 'x', title: 'x', status: 503, reason: 'unavailable' } });
    await page.getByRole('link', { name: 'Assignment' }).click();
    await sees(page, 'Something went wrong on our side');
    await isAccessible(page);
    await at.plant('GET', '/users', undefined);
    await button(page, 'Try again').first().click();
    await row(page, 'bo.ahlin').waitFor();
  });

  test('chosen tokens are suspended together', async () => {
    const page = await at.openAs('karin', karin, '/console/tokens?q=ST100');
    await page.getByLabel('Choose ST1001').check();
    await page.getByLabel('Choose ST1002').check();
    await page.getByText('2 tokens chosen').waitFor();
    await isAccessible(page);
    await button(page, 'Suspend').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Suspend 2 tokens' }).click();
    await page.getByText('2 tokens changed.').waitFor();
    expect(await at.server.api('GET', '/tokens/ST1002')).toMatchObject({ state: 'suspended' });
  });

  test('tokens are filtered by how they keep step; a spark shows the passcodes accepted last', async () => {
    const { sync, recent } = await at.server.api<{ sync: string; recent: unknown[] }>('GET', '/tokens/FT-DRIFT');
    const page = await at.openAs('karin', karin, '/console/tokens');
    const filter = page.getByLabel('Sync', { exact: true });
    await filter.selectOption(sync);
    await row(page, 'FT-DRIFT').waitFor();
    await row(page, 'ST1000').waitFor({ state: 'detached' });
    const points = await row(page, 'FT-DRIFT').locator('.spark polyline').getAttribute('points');
    expect(points?.split(' ')).toHaveLength(recent.length);
    expect(new URL(page.url()).searchParams.get('sync')).toBe(sync);
    await isAccessible(page);
    await page.reload();
    await row(page, 'FT-DRIFT').waitFor();
    await filter.selectOption('unused');
    await row(page, 'ST1000').waitFor();
    expect(await row(page, 'FT-DRIFT').count()).toBe(0);
  });

  test('users are listed with their groups, how many methods they have, and when they signed in last', async () => {
    const page = await at.openAs('karin', karin, '/console/');
    await row(page, /bo\.ahlin.*sales 1 .* ago/.source).waitFor();
    await row(page, /karin.*No group 1/.source).waitFor();
  });

  test('the drift of a token is the same in tile, chart and table', async () => {
    const page = await at.openAs('olle', olle, '/console/tokens/FT-DRIFT');
    const token = await at.server.api<{ progress: { offset: number } }>('GET', '/tokens/FT-DRIFT');
    await page.getByText(`${token.progress.offset} seconds fast`).waitFor();
    const chart = page.locator('.drift > svg');
    await chart.waitFor();
    const points = await chart.locator('.accepted, .refused').count();
    expect(points).toBeGreaterThan(5);
    await page.locator('.fact-tile', { hasText: 'Leaves the window' }).getByText(/\d{4}$/).waitFor();
    // A line has no width, so it never counts as visible.
    await chart.locator('line.leaves').waitFor({ state: 'attached' });
    await chart.focus();
    await page.keyboard.press('ArrowLeft');
    await page.locator('.drift figcaption').getByText(/accepted/i).waitFor();
    await button(page, 'Show as table').click();
    // The heads, each point, and the day on which a single passcode is too far off.
    const table = page.getByRole('table', { name: /passcodes/ });
    expect(await table.getByRole('row').count()).toBe(points + 2);
    await table.getByRole('row', { name: /Leaves the window/ }).waitFor();
    await isAccessible(page);
  });

  test('a file is looked through, then imported; again it adds nothing; what is wrong can be kept', async () => {
    const page = await at.openAs('olle', olle, '/console/tokens/import');
    const seed = '3132333435363738393031323334353637383930';
    const content = `IM1,${seed},0\nIM2,${seed.replace('31', '41')},0\nIM3,not-hex,0\n`;
    const choose = async () => {
      await page.getByLabel('Seed file').setInputFiles({ name: 'tokens.csv', mimeType: 'text/csv', buffer: Buffer.from(content) });
      await page.getByText('tokens.csv is chosen.').waitFor();
      await page.getByLabel('Format').selectOption('csv');
      await page.getByLabel('Kind').selectOption('hotp');
      await button(page, 'See what it would do').click();
    };
    await choose();
    await sees(page, 'Nothing is added yet');
    await isAccessible(page);
    const saved = page.waitForEvent('download');
    await button(page, 'Download as CSV').click();
    expect((await saved).suggestedFilename()).toBe('import-errors.csv');
    await button(page, 'Import 2 tokens').click();
    await sees(page, '2 tokens added');
    expect(await at.server.api('GET', '/tokens/IM1')).toMatchObject({ life: 'inventory' });
    await button(page, 'Import another file').click();
    await choose();
    await sees(page, 'Nothing to add');
    expect(await button(page, 'Import 0 tokens').isDisabled()).toBe(true);
  });

  test('the snapshot says how the day and the tokens are, and every number leads to its list', async () => {
    const page = await at.openAs('olle', olle, '/console/');
    // Read after the sign-in to the console, which counts as well.
    await page.getByRole('link', { name: 'Snapshot' }).waitFor();
    const facts = await at.server.api<{ today: { accepted: number; refused: number }; sync: Record<string, number> }>('GET', '/reports/snapshot');
    const { sync } = await at.server.api<{ sync: string }>('GET', '/tokens/FT-DRIFT');
    await page.getByRole('link', { name: 'Snapshot' }).click();
    await page.locator('.tile', { hasText: 'Sign-ins' }).getByText(String(facts.today.accepted + facts.today.refused), { exact: true }).waitFor();
    await isAccessible(page);
    await shot(page, 'console-snapshot-light-en');
    await page.locator(`.health-marks a[href$="sync=${sync}"]`, { hasText: String(facts.sync[sync]) }).click();
    await row(page, 'FT-DRIFT').waitFor();
  });

  test('a help desk sees neither operators nor import, by address or call', async () => {
    const page = await at.openAs('karin', karin, '/console/operators');
    await sees(page, 'Not for your role');
    await page.getByText('You need: operators.read.').waitFor();
    expect(await page.getByRole('navigation', { name: 'Main' }).getByRole('link').allTextContents()).toEqual(['Snapshot', 'Assignment', 'Tokens', 'Groups']);
    expect(await page.evaluate(() => fetch('/api/v1/operators').then((answer) => answer.status))).toBe(403);
    await page.goto(`${at.server.base}/console/tokens`);
    await row(page, 'FT-DRIFT').waitFor();
    expect(await page.getByRole('button', { name: 'Import' }).count()).toBe(0);
    await page.goto(`${at.server.base}/console/users/bo.ahlin`);
    await button(page, 'Manage FT-DRIFT').click();
    expect(await page.getByRole('menuitem', { name: 'Revoke' }).count()).toBe(0);
  });

  test('an operator is added, gets a link once, is changed and deleted', async () => {
    await addUser(at.server, 'nils');
    await addToken(at.server, new Fob('FT-NILS'), 'nils');
    const page = await at.openAs('olle', olle, '/console/operators');
    await button(page, 'Add operator').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Operator', { exact: true }).fill('nils');
    await dialog.getByLabel('Signs in with the tokens of').fill('nils');
    await dialog.getByLabel('staff').check();
    await isAccessible(page);
    await dialog.getByRole('button', { name: 'Add operator' }).click();
    await dialog.getByText(/\/console\/setup#[\w-]{43}$/).waitFor();
    await button(page, 'Done').click();
    await page.getByRole('link', { name: 'nils', exact: true }).click();
    await page.getByText('Not set up').waitFor();
    await button(page, 'Edit').click();
    await dialog.getByLabel('Role').selectOption('auditor');
    await button(page, 'Save').click();
    await page.getByText('nils is changed.').waitFor();
    expect(await at.server.api('GET', '/operators/nils')).toMatchObject({ role: 'auditor', scope: ['staff'] });
    await button(page, 'Delete').click();
    await button(page, 'Delete nils').click();
    await row(page, 'karin').waitFor();
    expect(await row(page, 'nils').count()).toBe(0);
  });

  test('the language and the colours can be changed, and last', async () => {
    const page = await at.openAs('karin', karin, '/console/tokens');
    await row(page, 'FT-DRIFT').waitFor();
    await button(page, 'Dark colours').click();
    await button(page, /^Account/).click();
    await page.getByRole('menuitemradio', { name: 'Svenska' }).click();
    await sees(page, 'Enheter');
    await page.reload();
    await sees(page, 'Enheter');
    expect(await page.evaluate(() => document.documentElement.dataset['mantineColorScheme'])).toBe('dark');
  });

  test('keys lead to sections, and not while somebody types', async () => {
    const page = await at.openAs('karin', karin, '/console/tokens');
    await row(page, 'FT-DRIFT').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('gu');
    expect(await page.getByRole('searchbox').inputValue()).toBe('gu');
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('g');
    await page.keyboard.press('u');
    await sees(page, 'Assignment');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  });
});
