// SPDX-License-Identifier: Apache-2.0
// The portal in a browser: what its users rely on.
import { expect, test } from 'vitest';
import { button, fitsWidth, isAccessible, sees, shot } from '../lib/page';
import { addOwner, signIn } from '../lib/people';
import { giveFirst, giveSecond, giveUser, go, mailedCode, shows, signedIn, signInByEmail } from '../lib/portal';
import { PHONE, stage, withServer } from '../lib/stage';
import { wordsOf } from '../lib/words';

const MINUTE = 60;
const DAY = 86_400;
const NINE_MINUTES_SLOW = -540;
const at = stage();
const lifeOf = async (serial: string) => (await at.server.api<{ state: string }>('GET', `/tokens/${serial}`)).state;

withServer('signing in', () => {
  test('a refusal is the same words whatever its cause, and after the second leads to resync', async () => {
    const owner = await addOwner(at.server);
    const wrong = owner.fob.never(await at.server.clock.now(), 2);
    const page = await at.open('/portal/');
    const refusals: string[] = [];
    for (const user of [owner.id, 'nobody.here']) {
      await go(at, '/');
      await giveUser(page, user);
      for (const code of wrong) {
        await page.getByLabel('Passcode').fill(code);
        const answer = page.waitForResponse((response) => response.request().method() === 'POST');
        await button(page, 'Sign in').click();
        refusals.push(await (await answer).text());
        await sees(page, 'That passcode was not accepted');
        await page.getByText('within 3 minutes').waitFor();
        await expect.poll(() => page.getByLabel('Passcode').inputValue()).toBe('');
      }
      await button(page, 'Resync token').waitFor();
    }
    expect(new Set(refusals).size).toBe(1);
  });

  test('a code by email is asked for in the same words for somebody who does not exist', async () => {
    const mails = () => at.server.api<{ items: unknown[] }>('GET', '/mails').then(({ items }) => items.length);
    const before = await mails();
    const page = await at.open('/portal/');
    await giveUser(page, 'nobody.here');
    await button(page, 'Use a code by email').click();
    await page.getByText('We have sent a code').waitFor();
    await page.getByLabel('Code from the email').fill('123456');
    await button(page, 'Confirm').click();
    await page.getByText('That is not the code').waitFor();
    expect(await mails()).toBe(before);
  });

  test('leads to where somebody wanted to go', async () => {
    const owner = await addOwner(at.server);
    const page = await at.open(`/portal/devices/${owner.fob.serial}/resync`);
    await signInByEmail(at, owner);
    await page.getByLabel('Passcode on the token').waitFor();
    expect(page.url()).toContain(`/devices/${owner.fob.serial}/resync`);
  });

  test('with a passcode, a resync first asks who one is, by email, and goes on where it was', async () => {
    const owner = await addOwner(at.server);
    const page = await at.open('/portal/');
    await giveUser(page, owner.id);
    await page.getByLabel('Passcode').fill(await shows(at, owner));
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
    }, owner.fob.serial);
    expect(refused[0]).toBe(401);
    expect(refused[1]).toContain('step_up_required');
    await button(page, 'Send code').click();
    await page.getByText('We have sent a code to a•••@example.org.').waitFor();
    await page.getByText(/Send again in \d+ seconds/).waitFor();
    await page.getByLabel('Code from the email').fill(await mailedCode(at, owner));
    await button(page, 'Confirm').click();
    await page.getByLabel('Passcode on the token').waitFor();
  });

  test('by a link from IT leads to one device after a code by email, once', async () => {
    const owner = await addOwner(at.server);
    await at.server.api('POST', `/users/${owner.id}/link`, { serial: owner.fob.serial });
    const secret = await at.mailbox.next(owner.email, /\/portal\/link#([\w-]+)/);
    const page = await at.open(`/portal/link#${secret}`);
    await button(page, 'Send code').click();
    await page.getByLabel('Code from the email').waitFor();
    expect(page.url()).not.toContain(secret);
    await page.getByLabel('Code from the email').fill(await mailedCode(at, owner));
    await button(page, 'Confirm').click();
    await page.getByLabel('Passcode on the token').waitFor();
    expect(page.url()).toContain(`/devices/${owner.fob.serial}/resync`);
    expect(`${at.asked.join()} ${at.server.log.join('')}`).not.toContain(secret);
    const again = await at.open(`/portal/link#${secret}`);
    await button(again, 'Send code').click();
    await sees(again, 'This took too long');
  });
});

withServer('the other pages', () => {
  test('lost: refused at once, and a temporary code works in its place until it is taken back', async () => {
    const { page, owner } = await signedIn(at, '/devices/FOB/troubleshoot');
    await sees(page, 'What is wrong with …4411?');
    await isAccessible(page);
    await shot(page, 'troubleshoot');
    await button(page, /It is lost or stolen/).click();
    await page.getByLabel('It was stolen').check();
    await isAccessible(page);
    await shot(page, 'lost');
    await button(page, 'Report lost').click();
    await sees(page, 'Done');
    expect(await signIn(at.server, owner.id, await shows(at, owner))).toBe('reject');
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
    expect(await signIn(at.server, owner.id, code)).toBe('accept');
    await page.reload();
    await button(page, 'Replace code').waitFor();
    expect(await page.locator('.shown-codes').count()).toBe(0);
    await button(page, 'I have my token again').click();
    await sees(page, 'Devices');
    await shot(page, 'devices-lost');
    expect(await signIn(at.server, owner.id, code)).toBe('reject');
  });

  test('a temporary code ends by itself, at the time that the page says', async () => {
    const { page, owner } = await signedIn(at, '/temporary-code');
    await button(page, 'Show code').click();
    await sees(page, 'Your temporary code');
    const code = (await page.locator('.shown-codes').innerText()).replace(/\D/g, '');
    await at.server.clock.advance(DAY - MINUTE);
    expect(await signIn(at.server, owner.id, code)).toBe('accept');
    await at.server.clock.advance(2 * MINUTE);
    expect(await signIn(at.server, owner.id, code)).toBe('reject');
  });

  test('activity: "This was not me" pauses the device and says so', async () => {
    const { page, owner } = await signedIn(at);
    expect(await signIn(at.server, owner.id, await shows(at, owner), 'vpn-gw-1')).toBe('accept');
    await page.getByRole('link', { name: 'Activity' }).click();
    await sees(page, 'Activity');
    await page.getByText('vpn-gw-1').first().waitFor();
    await isAccessible(page);
    await shot(page, 'activity');
    await button(page, /^This was not me: Sign-in,/).first().click();
    await page.getByRole('dialog').waitFor();
    await isAccessible(page);
    await shot(page, 'activity-ask');
    await button(page, 'It was not me').click();
    await sees(page, 'The help desk has been told');
    expect(await lifeOf(owner.fob.serial)).toBe('suspended');
  });

  test('a device is renamed, tested without being used up, and made primary', async () => {
    const { page, owner } = await signedIn(at, '/devices/BUTTON');
    await button(page, 'More for Button fob').click();
    await shot(page, 'device-menu');
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Home fob');
    await button(page, 'Save').click();
    await button(page, 'More for Home fob').click();
    await page.getByRole('menuitem', { name: 'Test a passcode' }).click();
    const code = owner.button.press();
    await page.getByLabel('Passcode on the token').fill(code);
    await button(page, 'Test').click();
    await sees(page, 'This passcode is right');
    await isAccessible(page);
    expect(await signIn(at.server, owner.id, code)).toBe('accept');
    await go(at, `/devices/${owner.button.serial}/primary`);
    await button(page, 'Make primary').click();
    await page.locator(`[data-serial=${owner.button.serial}] .chip.filled`).waitFor();
  });

  test('help is there for everybody, with what to have at hand for those who are signed in', async () => {
    const page = await at.open('/portal/help', { viewport: PHONE });
    await page.getByRole('link', { name: /Call \+46/ }).waitFor();
    await isAccessible(page);
    await go(at, '/');
    await signInByEmail(at, await addOwner(at.server));
    await page.getByRole('link', { name: 'Help', exact: true }).click();
    await page.getByText('serial …4411').waitFor();
    await shot(page, 'help');
  });

  test('a session says two minutes before it ends, and can be kept', async () => {
    const page = await at.open('/portal/', { viewport: PHONE });
    await page.clock.install();
    await signInByEmail(at, await addOwner(at.server));
    await sees(page, 'Devices');
    await at.server.clock.advance(13.2 * MINUTE);
    await page.clock.fastForward(13.2 * MINUTE * 1000);
    await page.getByRole('dialog', { name: 'Are you still there?' }).waitFor();
    await isAccessible(page);
    await shot(page, 'session-end');
    await button(page, 'Stay signed in').click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await sees(page, 'Devices');
  });

  test('signing out everywhere ends the session of another window', async () => {
    const { page } = await signedIn(at);
    const cookies = await at.context.cookies();
    expect(cookies.map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite }))).toEqual([{ httpOnly: true, sameSite: 'Strict' }]);
    const kept = { Cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') };
    expect((await at.server.call('GET', '/portal/devices', undefined, kept)).status).toBe(200);
    await button(page, /^Menu/).click();
    await page.getByRole('menuitem', { name: 'Sign out everywhere' }).click();
    await page.getByLabel('User ID').waitFor();
    expect((await at.server.call('GET', '/portal/devices', undefined, kept)).status).toBe(401);
  });

  test('the menu says which language and which colours are chosen, and a choice lasts', async () => {
    const page = await at.open('/portal/', { viewport: PHONE });
    const chosen = async () => {
      await page.getByRole('menuitemradio').first().waitFor();
      return page.getByRole('menuitemradio', { checked: true }).allTextContents();
    };
    await button(page, 'Menu').click();
    expect(await chosen()).toEqual(['English', 'Like the system']);
    await isAccessible(page);
    await shot(page, 'menu');
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    await button(page, 'Menu').click();
    await page.getByRole('menuitemradio', { name: 'Svenska' }).click();
    await sees(page, 'Logga in');
    await page.reload();
    await button(page, 'Meny').click();
    expect(await chosen()).toEqual(['Svenska', 'Mörkt']);
  });

  test('an unknown page leads to the devices, and a server’s fault to a note with its reference', async () => {
    await at.plant('GET', '/portal/devices', { status: 500, body: { type: 'x', title: 'x', status: 500, reason: 'corrupt', reference: '7f3a' } });
    const page = await at.open('/portal/no/such/page', { viewport: PHONE });
    await signInByEmail(at, await addOwner(at.server));
    await sees(page, 'Something went wrong on our side');
    await page.getByText('Reference: 7f3a').waitFor();
    await at.plant('GET', '/portal/devices', undefined);
    await button(page, 'Try again').click();
    await sees(page, 'Devices');
  });

  test('a page that cannot be loaded while the server is away says so, and comes afterwards', async () => {
    const { page } = await signedIn(at);
    const startAgain = await at.server.kill();
    await page.getByRole('link', { name: 'Activity' }).click();
    await sees(page, 'Something went wrong on our side');
    await startAgain();
    await button(page, 'Try again').click();
    await sees(page, 'Activity');
    at.forgive(/dynamically imported module/);
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
    await expect.poll(() => at.complaints.length).toBe(2);
    at.forgive(/Content Security Policy/);
  });
});

const TEXT_TWICE = 'html { font-size: 200% !important }';
withServer('every look', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const locale of ['en-GB', 'sv-SE']) {
      test(`each page and each step of the resync is accessible, ${colorScheme}, ${locale}`, async () => {
        const t = wordsOf(locale);
        const owner = await addOwner(at.server);
        owner.fob.fast = NINE_MINUTES_SLOW;
        const page = await at.open('/portal/', { colorScheme, locale, viewport: PHONE });
        const field = page.getByRole('textbox');
        const looks = async (name: string) => {
          await isAccessible(page);
          await fitsWidth(page);
          await shot(page, `${name}-${colorScheme}-${locale}`);
        };
        const enter = async (value: string) => {
          await field.fill(value);
          await page.keyboard.press('Enter');
        };
        await sees(page, t('sign_in.title'));
        expect(await page.evaluate(() => document.documentElement.lang)).toBe(locale.slice(0, 2));
        await looks('sign-in');
        await enter(owner.id);
        await sees(page, t('sign_in.passcode.title'));
        await looks('passcode');
        await enter(await shows(at, owner));
        await sees(page, t('sign_in.refused.head'));
        await looks('refused');
        await button(page, t('sign_in.use_email')).click();
        await field.waitFor();
        await looks('email');
        await enter(await mailedCode(at, owner));
        await sees(page, t('devices.title'));
        await page.locator('.device-actions').waitFor();
        await looks('devices');
        for (const path of [`/devices/${owner.fob.serial}/troubleshoot`, `/devices/${owner.fob.serial}/lost`, '/temporary-code', '/activity', '/help']) {
          await go(at, path);
          await page.getByRole('heading', { level: 1 }).waitFor();
          await looks(path.split('/').at(-1) ?? '');
        }
        await go(at, `/devices/${owner.fob.serial}/resync`);
        await page.getByLabel(t('resync.s1.field')).waitFor();
        await looks('resync-1');
        await enter(await shows(at, owner));
        await page.getByRole('timer').waitFor();
        await looks('resync-2');
        await at.server.clock.advance(30);
        await enter(await shows(at, owner));
        await page.getByText(locale.startsWith('sv') ? 'Den gick 9 minuter efter.' : 'It was 9 minutes slow.').waitFor();
        await looks('resync-3');
      });
    }
  }

  test('nothing sticks out at 320 pixels, with text twice as large, and in the pseudo-locale', async () => {
    const { page, owner } = await signedIn(at, '/', { viewport: { width: 320, height: 640 }, bypassCSP: true });
    const look = async (name: string) => {
      await fitsWidth(page);
      await shot(page, name);
    };
    await page.locator('.device-actions').waitFor();
    await look('devices-320');
    await go(at, `/devices/${owner.fob.serial}/resync`);
    await giveFirst(page, await shows(at, owner));
    await look('resync-320');
    await page.addStyleTag({ content: TEXT_TWICE });
    await look('resync-320-large');
    await at.server.clock.advance(30);
    await giveSecond(page, await shows(at, owner));
    await sees(page, 'Your token is in sync');
    await look('resync-done-320-large');
    await page.evaluate(() => localStorage.setItem('lockstep-language', 'en-XA'));
    await go(at, '/');
    await page.locator('.device-actions').waitFor();
    await look('devices-320-pseudo');
    const cut = await page.locator('button:visible').evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent));
    expect(cut).toEqual([]);
  });
});
