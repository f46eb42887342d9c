// SPDX-License-Identifier: Apache-2.0
// A browser before the real server.
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { PASSWORD, type Card } from './people';
import { Real } from './server';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const WAIT_MS = 15_000;
export const DESK = { width: 1360, height: 860 };

export interface RealStage {
  readonly real: Real;
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser complained about. A refusal by the server is none. */
  readonly complaints: string[];
  open: (path: string, options?: BrowserContextOptions) => Promise<Page>;
  /** Opens `path` as an operator: the sign-in itself is done without the page. */
  openAs: (operator: string, card: Card, path: string, options?: BrowserContextOptions) => Promise<Page>;
}

/** One browser and one server for the file; a window for each test. `start`: what the server's clock shows at first. */
export function realStage(start?: number): RealStage {
  let browser: Browser | undefined;
  let real: Real | undefined;
  let context: BrowserContext | undefined;
  let page: Page | undefined;
  let complaints: string[] = [];
  const there = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('the stage is not set');
    return value;
  };
  beforeAll(async () => {
    real = await Real.start(start);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  });
  afterAll(async () => {
    await browser?.close();
    await real?.stop();
  });
  afterEach(async () => {
    there(real).planted.clear();
    there(real).delayMs = 0;
    await context?.close();
    context = undefined;
  });
  const begin = async (options: BrowserContextOptions) => {
    await context?.close();
    complaints = [];
    context = await there(browser).newContext({ viewport: DESK, locale: 'en-GB', timezoneId: 'Europe/Stockholm', ...options });
    context.setDefaultTimeout(WAIT_MS);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const opened = await context.newPage();
    opened.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
    });
    opened.on('pageerror', (error) => complaints.push(String(error)));
    page = opened;
    return opened;
  };
  return {
    get real() {
      return there(real);
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
      const opened = await begin(options);
      await opened.goto(`${there(real).base}${path}`);
      return opened;
    },
    async openAs(operator, card, path, options = {}) {
      const opened = await begin(options);
      const { base } = there(real);
      // Signed in by the browser itself, so that it decides about the cookie.
      await opened.goto(`${base}/healthz`);
      const status = await opened.evaluate((body) => fetch('/api/v1/operator-sessions', {
        method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Lockstep': '1' }, body: JSON.stringify(body),
      }).then((answer) => answer.status), { name: operator, password: PASSWORD, code: card.press() });
      if (status !== 201) throw new Error(`sign-in of ${operator}: ${status}`);
      await opened.goto(`${base}${path}`);
      return opened;
    },
  };
}
