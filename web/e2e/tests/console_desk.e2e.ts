// SPDX-License-Identifier: Apache-2.0
// The help desk with a user on the phone, against the server: found, understood, fixed.
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { addOperator, addToken, addUser, Card, Fob, PASSWORD, signIn } from '../lib/people';
import { stage, withServer } from '../lib/stage';
import { button, hasFocus, isAccessible, sees, tabTo } from '../lib/page';

const HOUR = 3600;
const MINUTE_MS = 60_000;
const field = (page: Page, name: string | RegExp) => page.getByLabel(name, { exact: typeof name === 'string' });
const dialog = (page: Page) => page.getByRole('dialog');
const axeOn = isAccessible;

withServer('the help desk', () => {
  const at = stage();
  let karin: Card;
  let olle: Card;
  let ines: Card;
  beforeAll(async () => {
    karin = await addOperator(at.server, 'karin', 'help_desk', [], 'Karin Nyström');
    olle = await addOperator(at.server, 'olle', 'owner', [], 'Olle Ek');
    ines = await addOperator(at.server, 'ines', 'owner', [], 'Ines Rossi');
  }, 120_000);

  test('signs in with password and token; a refusal is one sentence and the passcode is asked for anew', async () => {
    const page = await at.open('/console/tokens?q=1005');
    await field(page, 'Operator').fill('karin');
    await field(page, 'Password').fill('not the phrase');
    await field(page, 'Passcode on your token').fill(karin.press());
    await button(page, 'Sign in').click();
    await sees(page, 'Not accepted');
    await expect.poll(() => field(page, 'Passcode on your token').inputValue()).toBe('');
    await axeOn(page);
    await field(page, 'Password').fill(PASSWORD);
    await field(page, 'Passcode on your token').fill(karin.press());
    await page.keyboard.press('Enter');
    // The page that was asked for, with its filter.
    await sees(page, 'Tokens');
    await expect.poll(() => page.getByRole('searchbox').inputValue()).toBe('1005');
    const [cookie] = await at.context.cookies();
    expect(cookie).toMatchObject({ name: '__Host-lockstep', httpOnly: true, sameSite: 'Strict', secure: true });
    expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
  });

  test('a set-up link makes an account ready; its secret leaves the address', async () => {
    await addUser(at.server, 'nina');
    const card = await addToken(at.server, new Card('OP-NINA'), 'nina');
    await signIn(at.server, 'nina', card.press());
    const { setup } = await at.server.api<{ setup: { path: string } }>('POST', '/operators', { name: 'nina', role: 'auditor', tokens_of: 'nina' });
    const page = await at.open(setup.path);
    await field(page, 'Password').fill('too short');
    await field(page, 'The same once more').fill('too short');
    await button(page, 'Set up').click();
    await page.getByText('12 characters or more.', { exact: true }).waitFor();
    expect(page.url()).not.toContain('#');
    await field(page, 'Password').fill(PASSWORD);
    await field(page, 'The same once more').fill(PASSWORD);
    await field(page, 'Passcode on your token').fill(card.press());
    await axeOn(page);
    await button(page, 'Set up').click();
    await sees(page, 'Your account is ready');
    await button(page, 'Sign in').click();
    await field(page, 'Operator').fill('nina');
    await field(page, 'Password').fill(PASSWORD);
    await field(page, 'Passcode on your token').fill(card.press());
    await button(page, 'Sign in').click();
    await sees(page, 'Assignment');
    expect(`${at.asked.join()} ${at.server.log.join('')}`).not.toContain(setup.path.split('#')[1]);
  });

  test('from search to "in sync" by keyboard alone, in few keys; the next passcode signs in', async () => {
    await addUser(at.server, 'lars.akesson', { first: 'Lars', last: 'Åkesson', groups: ['staff'] });
    const fob = await addToken(at.server, new Fob('FT2604411'), 'lars.akesson', { model: 'Feitian C200' });
    expect(await signIn(at.server, 'lars.akesson', fob.at(await at.server.clock.now()))).not.toBe('reject');
    await at.server.clock.advance(60 * 24 * HOUR);
    const page = await at.openAs('karin', karin, '/console/');
    await sees(page, 'Assignment');
    fob.fast = -9 * 60;
    expect(await signIn(at.server, 'lars.akesson', fob.at(await at.server.clock.now()))).toBe('reject');
    // What was typed once cannot be read out again.
    await at.server.clock.advance(60);
    const begun = Date.now();
    await page.keyboard.press('Control+k');
    await hasFocus(page.getByRole('combobox', { name: 'Last name, user ID or serial' }));
    await page.keyboard.type('akes');
    await page.getByRole('option', { name: /Lars Åkesson/ }).waitFor();
    await page.keyboard.press('Enter');
    await sees(page, 'Lars Åkesson');
    const resync = page.getByRole('button', { name: 'Resync FT2604411' });
    const tabs = await tabTo(page, resync);
    await page.keyboard.press('Enter');
    await dialog(page).getByText('Read me the passcode on your token.').waitFor();
    await hasFocus(field(page, 'First passcode'));
    await page.keyboard.type(fob.at(await at.server.clock.now()));
    await page.getByRole('timer').waitFor();
    await axeOn(page);
    await at.server.clock.advance(30);
    await page.keyboard.press('Tab');
    await hasFocus(field(page, 'Second passcode'));
    await page.keyboard.type(fob.at(await at.server.clock.now()));
    await page.keyboard.press('Enter');
    await dialog(page).getByRole('heading', { name: 'In sync' }).waitFor();
    await dialog(page).getByText(/^It was −18 steps off \(9 minutes slow\)\.$/).waitFor();
    const took = Date.now() - begun;
    process.stdout.write(`from search to "in sync" by keyboard alone: ${(took / 1000).toFixed(1)} s, a look at its accessibility included\n`);
    // Beside these: Ctrl K, four letters, Enter twice, Tab, Enter and the passcodes. Far from a minute's work.
    expect(tabs).toBeLessThan(30);
    await axeOn(page);
    await at.server.clock.advance(30);
    expect(await signIn(at.server, 'lars.akesson', fob.at(await at.server.clock.now()))).toBe('accept');
  });

  test('passcodes that do not follow each other are said with their places; what was typed stays', async () => {
    await addUser(at.server, 'priya');
    const card = await addToken(at.server, new Card('DC777'), 'priya');
    await signIn(at.server, 'priya', card.press());
    const page = await at.openAs('karin', karin, '/console/users/priya?do=resync&serial=DC777');
    const first = card.press(5);
    const second = card.press(3);
    await field(page, 'First passcode').fill(first);
    await field(page, 'Second passcode').fill(second);
    await dialog(page).getByRole('button', { name: 'Resync', exact: true }).click();
    await sees(page, 'The passcodes do not follow each other');
    await page.getByText(/Found at \+\d+ and \+\d+: 2 skipped\./).waitFor();
    expect(await field(page, 'Second passcode').inputValue()).toBe(second);
    await axeOn(page);
    await button(page, 'Clear').click();
    await expect.poll(() => field(page, 'First passcode').inputValue()).toBe('');
    await field(page, 'First passcode').fill(card.press());
    await field(page, 'Second passcode').fill(card.press());
    await dialog(page).getByRole('button', { name: 'Resync', exact: true }).click();
    await sees(page, 'In sync');
    await button(page, 'Test a passcode').click();
    const next = card.press();
    await field(page, 'Passcode on the token').fill(next);
    await button(page, 'Test').click();
    await sees(page, 'This passcode is right');
    expect(await signIn(at.server, 'priya', next)).toBe('accept');
  });

  test('a counter value wants the serial typed again and a proving passcode, and never goes back', async () => {
    await addUser(at.server, 'rosa');
    const card = await addToken(at.server, new Card('DC888'), 'rosa', { counter: 0 });
    await signIn(at.server, 'rosa', card.press());
    const page = await at.openAs('karin', karin, '/console/tokens/DC888?do=resync');
    await page.getByLabel('Counter value and one passcode').check();
    await field(page, 'Serial number, as read aloud').fill('DC889');
    card.press(1500);
    await field(page, 'Counter value').fill(String(card.counter));
    await field(page, 'Passcode after that').fill(card.press());
    await button(page, 'Set counter').click();
    await page.getByText('That is not the serial number of this token.').waitFor();
    await field(page, 'Serial number, as read aloud').fill('dc888');
    await button(page, 'Set counter').click();
    await sees(page, 'In sync');
    expect(await signIn(at.server, 'rosa', card.press())).toBe('accept');
    await button(page, 'Done').click();
    await button(page, 'Resync').click();
    await page.getByLabel('Counter value and one passcode').check();
    await field(page, 'Serial number, as read aloud').fill('DC888');
    await field(page, 'Counter value').fill('40');
    await field(page, 'Passcode after that').fill(new Card('DC888', 40).press());
    await button(page, 'Set counter').click();
    await dialog(page).locator('.note.bad').waitFor();
    expect(await signIn(at.server, 'rosa', card.press())).toBe('accept');
  });

  test('a user without a group is warned of; Add, Apply, and the sign-in that failed succeeds', async () => {
    await addUser(at.server, 'elif', { first: 'Elif', last: 'Eklund' });
    await at.server.api('PUT', '/groups/vpn');
    const fob = await addToken(at.server, new Fob('FT900'), 'elif');
    const passcode = async () => fob.at(await at.server.clock.now());
    const enter = async () => (await at.server.api<{ decision: string }>('POST', '/authenticate', { user: 'elif', code: await passcode(), group: 'vpn' })).decision;
    await signIn(at.server, 'elif', await passcode());
    await at.server.clock.advance(60);
    expect(await enter()).toBe('reject');
    const page = await at.openAs('olle', olle, '/console/users/elif');
    await sees(page, 'No group membership');
    await page.getByText('No group that may sign in there').first().waitFor();
    await button(page, 'Add group').click();
    await field(page, 'vpn').check();
    await axeOn(page);
    await button(page, 'Apply').click();
    await page.getByText('Group membership is changed.').waitFor();
    await page.getByRole('heading', { name: 'No group membership' }).waitFor({ state: 'detached' });
    await at.server.clock.advance(60);
    expect(await enter()).toBe('accept');
  });

  test('a token is assigned from stock and undone; an app is enrolled and its first passcode checked', async () => {
    await addUser(at.server, 'jun', { first: 'Jun', last: 'Haddad' });
    await addToken(at.server, new Fob('ST-100'));
    const page = await at.openAs('olle', olle, '/console/users/jun');
    await button(page, 'Assign').first().click();
    await field(page, 'Token from stock').fill('ST-1');
    await page.getByRole('radio', { name: /ST-100/ }).check();
    await dialog(page).getByRole('button', { name: 'Assign' }).click();
    await sees(page, 'ST-100 belongs to Jun Haddad');
    expect((await at.server.api<{ owner?: string }>('GET', '/tokens/ST-100')).owner).toBe('jun');
    await button(page, 'Undo').click();
    await dialog(page).waitFor({ state: 'detached' });
    expect((await at.server.api<{ owner?: string }>('GET', '/tokens/ST-100')).owner).toBeUndefined();
    await button(page, 'Provision').click();
    await field(page, 'App').fill('Authenticator');
    await button(page, 'Make the QR code').click();
    await page.getByRole('img', { name: /^QR code for/ }).waitFor();
    expect(await page.getByRole('img', { name: /^QR code for/ }).evaluate((one: HTMLImageElement) => one.naturalWidth)).toBeGreaterThan(0);
    await axeOn(page);
    await field(page, 'First passcode the app shows').fill('000000');
    await button(page, 'Test').click();
    await dialog(page).locator('.note.bad').waitFor();
    await button(page, 'Done').click();
    await button(page, 'Change log').click();
    await dialog(page).getByText('Token assigned').first().waitFor();
    await dialog(page).getByText(/operator:olle/).first().waitFor();
  });

  test('a lost token is replaced; a temporary code is shown once and stands in', async () => {
    await addUser(at.server, 'bo', { first: 'Bo', last: 'Rossi' });
    await addToken(at.server, new Card('BF1'), 'bo');
    await addToken(at.server, new Card('BF2'));
    const page = await at.openAs('karin', karin, '/console/users/bo');
    await button(page, 'Manage BF1').click();
    await page.getByRole('menuitem', { name: 'Report lost' }).click();
    await button(page, 'Report BF1 lost').click();
    await page.getByText('Lost', { exact: true }).waitFor();
    await button(page, 'Manage', ).first().click();
    await page.getByRole('menuitem', { name: 'Temporary code' }).click();
    await button(page, 'Give code').click();
    const code = (await dialog(page).locator('.code-text').first().textContent() ?? '').replaceAll(' ', '');
    expect(code).toMatch(/^\d{8}$/);
    expect(await signIn(at.server, 'bo', code)).toBe('accept');
    await button(page, 'Done').click();
    await sees(page, 'Temporary codes are in use');
    await button(page, 'Manage BF1').click();
    await page.getByRole('menuitem', { name: 'Replace' }).click();
    await page.getByRole('radio', { name: /BF2/ }).check();
    await dialog(page).getByRole('button', { name: 'Replace' }).click();
    await page.getByText('BF2 took the place of BF1.').waitFor();
    await page.getByRole('link', { name: 'BF2' }).first().waitFor();
  });

  test('two operators edit one user, each in a browser of their own: the second is told what changed and loses nothing', async () => {
    await addUser(at.server, 'ada', { first: 'Ada', last: 'Lindqvist', email: 'ada@example.org' });
    const first = await at.openAs('olle', olle, '/console/users/ada?do=edit');
    const page = await at.beside('ines', ines, '/console/users/ada?do=edit');
    await dialog(page).getByLabel('Last name').fill('Lindqvist-Berg');
    await dialog(page).getByLabel('First name').fill('Ada Maria');
    await dialog(first).getByLabel('Email').fill('ada.l@example.org');
    await button(first, 'Save').click();
    await first.getByRole('dialog').waitFor({ state: 'detached' });
    await button(page, 'Save').click();
    await sees(page, 'This was changed while you were here');
    await page.getByText('Email is now: ada.l@example.org').waitFor();
    expect(await dialog(page).getByLabel('Last name').inputValue()).toBe('Lindqvist-Berg');
    expect(await dialog(page).getByLabel('First name').inputValue()).toBe('Ada Maria');
    await axeOn(page);
    await button(page, 'I have seen it').click();
    await dialog(page).getByLabel('Email').fill('ada.l@example.org');
    await button(page, 'Save').click();
    await sees(page, 'Ada Maria Lindqvist-Berg');
    expect(await at.server.api('GET', '/users/ada')).toMatchObject({ first_name: 'Ada Maria', last_name: 'Lindqvist-Berg', email: 'ada.l@example.org' });
  });

  test('where the policy asks, a resync wants to know how the caller was verified, and the audit keeps it', async () => {
    await addUser(at.server, 'vera', { groups: ['careful'] });
    const card = await addToken(at.server, new Card('DC999'), 'vera');
    await at.server.api('PUT', '/policy', { preset: 'default', groups: [{ group: 'careful', set: { 'resync.caller_verified': true } }] });
    const page = await at.openAs('karin', karin, '/console/users/vera?do=resync&serial=DC999');
    const by = field(page, 'Caller verified by (required)');
    await by.waitFor();
    await field(page, 'First passcode').fill(card.press(50));
    await field(page, 'Second passcode').fill(card.press());
    await dialog(page).getByRole('button', { name: 'Resync', exact: true }).click();
    await dialog(page).locator('.bad-text').waitFor();
    await axeOn(page);
    await by.selectOption('call_back');
    await dialog(page).getByRole('button', { name: 'Resync', exact: true }).click();
    await sees(page, 'In sync');
    const { items } = await at.server.api<{ items: { details: { name: string; value: string }[] }[] }>('GET', '/activity?serial=DC999&kind=resync.succeeded');
    expect(items[0]?.details).toContainEqual({ name: 'caller_verified', value: 'call_back' });
    await at.server.api('PUT', '/policy', { preset: 'default' });
  });

  test('a session that ends keeps the page and what was typed', async () => {
    await addUser(at.server, 'sven', { first: 'Sven', last: 'Fischer' });
    const page = await at.openAs('olle', olle, '/console/users/sven?do=edit');
    await dialog(page).getByLabel('Last name').fill('Fischer-Holm');
    await at.server.clock.advance(HOUR);
    await button(page, 'Save').click();
    const again = page.getByRole('dialog', { name: 'Sign in again' });
    await again.waitFor();
    await again.getByLabel('Operator').fill('olle');
    await again.getByLabel('Password').fill(PASSWORD);
    await again.getByLabel('Passcode on your token').fill(olle.press());
    await again.getByRole('button', { name: 'Sign in' }).click();
    await again.waitFor({ state: 'detached' });
    expect(await dialog(page).getByLabel('Last name').inputValue()).toBe('Fischer-Holm');
    await button(page, 'Save').click();
    await sees(page, 'Sven Fischer-Holm');
  });

  test('two minutes before the end of a session it says so, and staying keeps it', async () => {
    const page = await at.openAs('karin', karin, '/console/');
    await sees(page, 'Assignment');
    await page.clock.install();
    await page.clock.fastForward(12.5 * MINUTE_MS);
    await page.getByRole('dialog', { name: 'Are you still there?' }).waitFor();
    await axeOn(page);
    await button(page, 'Stay signed in').click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });
});
