// SPDX-License-Identifier: Apache-2.0
// The portal in a browser, against a server: what its users rely on.
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import {
  annaSignedIn, button, BUTTON_FOB, codeIn, FOB, fitsWidth, giveFirst, isAccessible, KEYBOARD_OPEN, newestMail, sees, shot,
  signInByEmail, stage,
} from './harness';

const at = stage();
const ANNA = 'anna.berg';
const NINE_MINUTES_SLOW = -540;

const signedIn = (options?: Parameters<typeof at.open>[1]) => annaSignedIn(at, options);
const go = (page: Page, path: string) => page.goto(`${at.double.base}/portal${path}`);

describe('signing in', () => {
  test('a refusal is the same words whatever its cause, and after the second leads to resync', async () => {
    const page = await at.open('/portal/');
    const refusals: string[] = [];
    for (const user of [ANNA, 'nobody.here']) {
      await page.goto(`${at.double.base}/portal/`);
      await page.getByLabel('User ID').fill(user);
      await button(page, 'Continue').click();
      for (let round = 1; round <= 2; round += 1) {
        await page.getByLabel('Passcode').fill('000000');
        const answer = page.waitForResponse((response) => response.request().method() === 'POST');
        await button(page, 'Sign in').click();
        refusals.push(await (await answer).text());
        await sees(page, 'That passcode was not accepted');
        await page.getByText('within 3 minutes').waitFor();
      }
      await button(page, 'Resync token').waitFor();
    }
    expect(new Set(refusals).size).toBe(1);
  });

  test('a code by email is asked for in the same words for somebody who does not exist', async () => {
    const page = await at.open('/portal/');
    await page.getByLabel('User ID').fill('nobody.here');
    await button(page, 'Continue').click();
    await button(page, 'Use a code by email').click();
    await page.getByText('We have sent a code').waitFor();
    await page.getByLabel('Code from the email').fill('123456');
    await button(page, 'Confirm').click();
    await page.getByText('That is not the code').waitFor();
    expect(at.double.world.outbox.items).toEqual([]);
  });

  test('leads to where somebody wanted to go', async () => {
    const page = await at.open(`/portal/devices/${FOB}/resync`);
    await signInByEmail(at, ANNA);
    await page.getByLabel('Passcode on the token').waitFor();
    expect(page.url()).toContain(`/devices/${FOB}/resync`);
  });

  test('with a passcode, a resync first asks who one is, by email, and goes on where it was', async () => {
    const page = await at.open('/portal/');
    await page.getByLabel('User ID').fill(ANNA);
    await button(page, 'Continue').click();
    await page.getByLabel('Passcode').fill(at.held(FOB).shows(at.now()));
    await button(page, 'Sign in').click();
    await button(page, 'Resync token').click();
    await sees(page, 'Confirm it is you');
    await isAccessible(page);
    await shot(page, 'confirm');
    const refused = await page.evaluate(async (serial) => {
      const session = await (await fetch('/api/v1/portal/session')).json() as { csrf: string };
      const answer = await fetch('/api/v1/resync', {
        method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Lockstep-CSRF': session.csrf }, body: JSON.stringify({ serial }),
      });
      return [answer.status, await answer.text()] as const;
    }, FOB);
    expect(refused[0]).toBe(401);
    expect(refused[1]).toContain('step_up_required');
    await button(page, 'Send code').click();
    await page.getByText('a•••@example.org').first().waitFor();
    await page.getByText(/Send again in \d+ seconds/).waitFor();
    await page.getByLabel('Code from the email').fill(codeIn(newestMail(at.double, ANNA).text));
    await button(page, 'Confirm').click();
    await page.getByLabel('Passcode on the token').waitFor();
  });

  test('by a link from IT leads to one device after a code by email, once', async () => {
    const secret = at.double.world.sendLink(FOB, '');
    const page = await at.open(`/portal/link#${secret}`);
    await button(page, 'Send code').click();
    await page.getByLabel('Code from the email').waitFor();
    expect(page.url()).not.toContain(secret);
    await page.getByLabel('Code from the email').fill(codeIn(newestMail(at.double, ANNA).text));
    await button(page, 'Confirm').click();
    await page.getByLabel('Passcode on the token').waitFor();
    expect(page.url()).toContain(`/devices/${FOB}/resync`);
    expect(at.double.world.log.join()).not.toContain(secret);
    await at.open(`/portal/link#${secret}`);
    await button(at.page, 'Send code').click();
    await sees(at.page, 'This took too long');
  });
});

describe('the other pages', () => {
  test('lost: refused at once, and a temporary code works in its place until it is taken back', async () => {
    const page = await signedIn();
    await go(page, `/devices/${FOB}/troubleshoot`);
    await sees(page, 'What is wrong with …4411?');
    await isAccessible(page);
    await shot(page, 'troubleshoot');
    await button(page, /It is lost or stolen/).click();
    await page.getByLabel('It was stolen').check();
    await isAccessible(page);
    await shot(page, 'lost');
    await button(page, 'Report lost').click();
    await sees(page, 'Done');
    expect(at.double.world.logIn(ANNA, at.held(FOB).shows(at.now())).accepted).toBe(false);
    await button(page, 'Request a new token').click();
    await sees(page, 'The help desk has your request.');
    await button(page, 'Use a temporary code').click();
    await button(page, 'Show code').click();
    await sees(page, 'Your temporary code');
    await isAccessible(page);
    await shot(page, 'temporary');
    const code = (await page.locator('.shown-codes').innerText()).replace(/\D/g, '');
    await button(page, 'Copy').click();
    await button(page, 'Copied').waitFor();
    expect(at.double.world.logIn(ANNA, code).accepted).toBe(true);
    await page.reload();
    await button(page, 'Replace code').waitFor();
    expect(await page.locator('.shown-codes').count()).toBe(0);
    await button(page, 'I have my token again').click();
    await sees(page, 'Devices');
    await shot(page, 'devices-lost');
    expect(at.double.world.logIn(ANNA, code).accepted).toBe(false);
  });

  test('activity: "This was not me" pauses the device and says so', async () => {
    at.double.world.logIn(ANNA, at.held(FOB).shows(at.now()));
    at.double.world.record(ANNA, 'sign_in', 'ok', { serial: FOB, client: 'vpn-gw-1' });
    const page = await signedIn();
    await page.getByRole('link', { name: 'Activity' }).click();
    await sees(page, 'Activity');
    await isAccessible(page);
    await shot(page, 'activity');
    await button(page, /^This was not me: Sign-in,/).click();
    await page.getByRole('dialog').waitFor();
    await isAccessible(page);
    await shot(page, 'activity-ask');
    await button(page, 'It was not me').click();
    await sees(page, 'The help desk has been told');
    expect(at.double.world.tokens.get(FOB)?.life).toBe('suspended');
  });

  test('a device is renamed, tested without being used up, and made primary', async () => {
    const page = await signedIn();
    await go(page, `/devices/${BUTTON_FOB}`);
    await button(page, 'More for Button fob').click();
    await shot(page, 'device-menu');
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Home fob');
    await button(page, 'Save').click();
    await button(page, 'More for Home fob').click();
    await page.getByRole('menuitem', { name: 'Test a passcode' }).click();
    const code = at.held(BUTTON_FOB).press();
    await page.getByLabel('Passcode on the token').fill(code);
    await button(page, 'Test').click();
    await sees(page, 'This passcode is right');
    await isAccessible(page);
    expect(at.double.world.logIn(ANNA, code).accepted).toBe(true);
    await go(page, `/devices/${BUTTON_FOB}/primary`);
    await button(page, 'Make primary').click();
    await page.locator(`[data-serial=${BUTTON_FOB}] .chip.filled`).waitFor();
  });

  test('help is there for everybody, with what to have at hand for those who are signed in', async () => {
    const page = await at.open('/portal/help');
    await page.getByRole('link', { name: /Call \+46/ }).waitFor();
    await isAccessible(page);
    await go(page, '/');
    await signInByEmail(at, ANNA);
    await page.getByRole('link', { name: 'Help', exact: true }).click();
    await page.getByText('serial …4411').waitFor();
    await shot(page, 'help');
  });

  test('a session says two minutes before it ends, and can be kept', async () => {
    const page = await at.open('/portal/');
    await page.clock.install();
    await signInByEmail(at, ANNA);
    await sees(page, 'Devices');
    at.double.world.clock.advance(13.2 * 60);
    await page.clock.fastForward(13.2 * 60_000);
    await page.getByRole('dialog', { name: 'Are you still there?' }).waitFor();
    await isAccessible(page);
    await shot(page, 'session-end');
    await button(page, 'Stay signed in').click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await sees(page, 'Devices');
  });

  test('signing out everywhere ends the session of another window', async () => {
    const page = await signedIn();
    const cookies = await at.context.cookies();
    expect(cookies.map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite }))).toEqual([{ httpOnly: true, sameSite: 'Strict' }]);
    await button(page, /^Menu/).click();
    await page.getByRole('menuitem', { name: 'Sign out everywhere' }).click();
    await page.getByLabel('User ID').waitFor();
    expect(at.double.world.sessions.size).toBe(0);
  });

  test('an unknown page leads to the devices, and a server’s fault to a note with its reference', async () => {
    at.double.planted.set('GET /portal/devices', { status: 500, body: { type: 'x', title: 'x', status: 500, reason: 'corrupt', reference: '7f3a' } });
    const page = await at.open('/portal/no/such/page');
    await signInByEmail(at, ANNA);
    await sees(page, 'Something went wrong on our side');
    await page.getByText('Reference: 7f3a').waitFor();
    at.double.planted.clear();
    await button(page, 'Try again').click();
    await sees(page, 'Devices');
  });

  test('the CSP blocks a style and a script that were planted', async () => {
    const page = await at.open('/portal/');
    await page.getByLabel('User ID').waitFor();
    const blocked = await page.evaluate(() => new Promise<string[]>((resolve) => {
      const seen: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) => {
        seen.push(event.effectiveDirective);
        if (seen.length === 2) resolve(seen.toSorted());
      });
      const style = document.createElement('style');
      style.textContent = 'body { display: none }';
      const script = document.createElement('script');
      script.textContent = 'document.title = "taken"';
      document.head.append(style, script);
    }));
    expect(blocked).toEqual(['script-src-elem', 'style-src-elem']);
  });
});

const TEXT_TWICE = 'html { font-size: 200% !important }';
describe('every look', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const locale of ['en-GB', 'sv-SE']) {
      test(`sign-in, devices and each step of the resync are accessible, ${colorScheme}, ${locale}`, async () => {
        const swedish = locale.startsWith('sv');
        const page = await at.open('/portal/', { colorScheme, locale });
        await page.getByRole('textbox').waitFor();
        expect(await page.evaluate(() => document.documentElement.lang)).toBe(swedish ? 'sv' : 'en');
        await isAccessible(page);
        const fob = at.held(FOB, NINE_MINUTES_SLOW);
        at.double.world.logIn(ANNA, fob.shows(at.now()));
        const mark = at.double.world.startSession(ANNA, 'email_code');
        await at.context.addCookies([{ name: 'lockstep_portal', value: mark.token, url: at.double.base }]);
        await go(page, '/');
        await page.locator('.device-actions').waitFor();
        await isAccessible(page);
        await shot(page, `devices-${colorScheme}-${locale}`);
        await page.locator('.device-actions button').first().click();
        const field = page.getByRole('textbox');
        await field.waitFor();
        await field.fill(fob.shows(at.now()));
        await page.keyboard.press('Enter');
        await page.getByRole('timer').waitFor();
        await isAccessible(page);
        await shot(page, `resync-2-${colorScheme}-${locale}`);
        await field.fill(fob.shows(at.now(), 30));
        await page.keyboard.press('Enter');
        await page.getByText(swedish ? 'Den gick 9 minuter efter.' : 'It was 9 minutes slow.').waitFor();
        await isAccessible(page);
        await shot(page, `resync-3-${colorScheme}-${locale}`);
        expect(at.complaints).toEqual([]);
      });
    }
  }

  test('with the keyboard open, countdown and field are both to be seen', async () => {
    const page = await signedIn({ viewport: KEYBOARD_OPEN });
    await go(page, `/devices/${FOB}/resync`);
    await giveFirst(page, at.held(FOB).shows(at.now()));
    for (const part of [page.getByRole('timer'), page.getByLabel('New passcode')]) {
      const box = await part.boundingBox();
      expect(box?.y).toBeGreaterThanOrEqual(0);
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(KEYBOARD_OPEN.height);
    }
    expect(await page.evaluate(() => scrollY)).toBe(0);
  });

  test('nothing sticks out at 320 pixels, with text twice as large, and in the pseudo-locale', async () => {
    const page = await signedIn({ viewport: { width: 320, height: 640 }, bypassCSP: true });
    const look = async (name: string) => {
      await fitsWidth(page);
      await shot(page, name);
    };
    await page.locator('.device-actions').waitFor();
    await look('devices-320');
    await go(page, `/devices/${FOB}/resync`);
    await giveFirst(page, at.held(FOB).shows(at.now()));
    await look('resync-320');
    await page.addStyleTag({ content: TEXT_TWICE });
    await look('resync-320-large');
    await page.evaluate(() => localStorage.setItem('lockstep-language', 'en-XA'));
    await go(page, '/');
    await page.locator('.device-actions').waitFor();
    await look('devices-320-pseudo');
    const cut = await page.locator('button:visible').evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent));
    expect(cut).toEqual([]);
  });
});
