// SPDX-License-Identifier: Apache-2.0
// A server, a browser, and people with tokens whose clocks and counters are where a test wants them.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { hotp } from '../double/codes';
import { Double } from '../double/server';
import type { Token } from '../double/token';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const SHOTS = fileURLToPath(new URL('../shots', import.meta.url));
export const PHONE = { width: 390, height: 844 };
export const KEYBOARD_OPEN = { width: 390, height: 430 };
const WAIT_MS = 10_000;

export const FOB = 'FT2604411';
export const BUTTON_FOB = 'BF7730208';
export const CARD = 'DC1842207';

/** A token as its owner has it in hand. */
export class Held {
  constructor(private readonly token: Token, readonly offset: number, private presses = token.next) {}

  /** What a fob shows `later` seconds from now. */
  shows(now: number, later = 0): string {
    return this.token.codeAt(this.token.stepAt(now + this.offset + later));
  }

  press(times = 1): string {
    this.presses += times;
    return hotp(this.token.facts.spec, this.token.facts.seed, this.presses - 1);
  }
}

export interface Stage {
  readonly double: Double;
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser complained about: violations of the CSP, errors in the console. */
  readonly complaints: string[];
  open: (path: string, options?: BrowserContextOptions) => Promise<Page>;
  held: (serial: string, offset?: number) => Held;
  now: () => number;
}

/** One browser for the file; a server and a page for each test. */
export function stage(): Stage {
  let browser: Browser | undefined;
  let context: BrowserContext | undefined;
  let page: Page | undefined;
  let double: Double | undefined;
  let complaints: string[] = [];
  const there = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('the stage is not set');
    return value;
  };

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    complaints = [];
    double = new Double(DIST);
    await double.start(0);
  });
  afterEach(async () => {
    await context?.close();
    context = undefined;
    await double?.stop();
  });

  return {
    get double() {
      return there(double);
    },
    get page() {
      return there(page);
    },
    get context() {
      return there(context);
    },
    get complaints() {
      return complaints;
    },
    async open(path, options = {}) {
      await context?.close();
      const made = await there(browser).newContext({ viewport: PHONE, locale: 'en-GB', timezoneId: 'Europe/Stockholm', ...options });
      made.setDefaultTimeout(WAIT_MS);
      await made.grantPermissions(['clipboard-read', 'clipboard-write']);
      const opened = await made.newPage();
      opened.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      opened.on('pageerror', (error) => complaints.push(String(error)));
      context = made;
      page = opened;
      await opened.goto(`${there(double).base}${path}`);
      return opened;
    },
    held(serial, offset = 0) {
      return new Held(there(there(double).world.tokens.get(serial)), offset);
    },
    now: () => there(double).world.clock.now(),
  };
}

/** The newest mail to `to`, which has to be there. */
export function newestMail(double: Double, to: string) {
  const mail = double.world.outbox.items.find((one) => one.to.startsWith(to));
  if (mail === undefined) throw new Error(`no mail to ${to}`);
  return mail;
}

export const codeIn = (text: string) => /^\d{6}$/m.exec(text)?.[0] ?? '';

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name });
export const sees = (page: Page, name: string | RegExp) => heading(page, name).waitFor();

/** Signs in with a code by email, which leaves the session fresh. */
export async function signInByEmail(at: Stage, user: string): Promise<void> {
  const { page } = at;
  await page.getByLabel('User ID').fill(user);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Use a code by email' }).click();
  await page.getByLabel('Code from the email').fill(codeIn(newestMail(at.double, user).text));
  await page.getByRole('button', { name: 'Confirm' }).click();
}

const ANNA = 'anna.berg';

/** Anna's devices, after she has signed in with a code by email. */
export async function annaSignedIn(at: Stage, options?: BrowserContextOptions): Promise<Page> {
  const page = await at.open('/portal/', options);
  await signInByEmail(at, ANNA);
  await sees(page, 'Devices');
  return page;
}

export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });

export async function giveFirst(page: Page, code: string): Promise<void> {
  await page.getByLabel('Passcode on the token').fill(code);
  await button(page, 'Next').click();
  await page.getByLabel('New passcode').waitFor();
}

export async function giveSecond(page: Page, code: string): Promise<void> {
  await page.getByLabel('New passcode').fill(code);
  await button(page, 'Sync').click();
}

/** No violation on the page as it is now. */
export async function isAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const said = violations.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary ?? ''}`).join(' | ')}`);
  expect(said).toEqual([]);
}

/** Nothing sticks out to the side; what does is named. */
export async function fitsWidth(page: Page): Promise<void> {
  const out = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > width + 1);
    return [`${document.documentElement.scrollWidth} of ${width}`, ...wide.slice(0, 8).map((one) => `${one.tagName} ${one.getAttribute('class') ?? ''}`)];
  });
  expect(out).toEqual([]);
}

/** A picture for eyes, where `SHOTS` is set; of the whole page, or as much of it as a window shows. */
export async function shot(page: Page, name: string, whole = true): Promise<void> {
  if (process.env['SHOTS'] === undefined) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: whole });
}
