// SPDX-License-Identifier: Apache-2.0
// A browser before a server: one of each for a file, a window for each test.
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page, type Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { Mailbox } from './mailbox';
import { PASSWORD, seenCodes, type Card } from './people';
import { isBuilt, Server } from './server';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
/** How long a page may take to show what a test waits for, on a machine that has other work. */
const PATIENCE_MS = 60_000;
/** So many times slower than it is: for finding out who does not wait for what it judges. */
const SLOWER = Number(process.env['CPU_SLOWER'] ?? 1);
export const DESK = { width: 1360, height: 860 };
export const PHONE = { width: 390, height: 844 };
export const KEYBOARD_OPEN = { width: 390, height: 430 };

/** For what needs a server: left out where none is built. */
export const withServer = isBuilt() ? describe : describe.skip;

interface Planted {
  status: number;
  body: unknown;
}
type Handler = (route: Route) => Promise<void>;

export interface Stage {
  readonly server: Server;
  readonly mailbox: Mailbox;
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser complained about, as violations of the CSP. Any that is left fails its test. A refusal by
   * the server is none, nor is one that is away. */
  readonly complaints: readonly string[];
  /** Complaints with `pattern` were meant to be. */
  forgive: (pattern: RegExp) => void;
  /** Every address that was asked for, with its method. */
  readonly asked: string[];
  open: (path: string, options?: BrowserContextOptions) => Promise<Page>;
  /** Another tab of the same browser, at `path`. */
  also: (path: string) => Promise<Page>;
  /** Opens `path` as an operator: the sign-in itself is done without the page. */
  openAs: (operator: string, card: Card, path: string, options?: BrowserContextOptions) => Promise<Page>;
  /** The same in a browser of its own, beside the one that is open. */
  beside: (operator: string, card: Card, path: string) => Promise<Page>;
  /** From now on `method` `path` of the API is answered so, in this test; `undefined`: by the server again. */
  plant: (method: string, path: string, answer: Planted | undefined) => Promise<void>;
  /** Keeps answers to `method` `path` of the API back until what this answers is called. */
  hold: (method: string, path: string) => Promise<() => void>;
}

interface StageOptions {
  /** What the server's clock shows at first. */
  start?: number;
  demo?: boolean;
}

const HELP = '[portal.help]\nphone = "+46 8 555 00 10"\nemail = "helpdesk@example.org"\n';
const mailTo = (port: number) => `[mail]\nhost = "localhost"\nport = ${port}\nfrom = "otp@example.org"\ntls = "opportunistic"\n${HELP}`;

/** The codes in `text` that anybody was shown. */
export const codesIn = (text: string) => (text.match(/(?<!\d)\d{6}(?!\d)/g) ?? []).filter((digits) => seenCodes().has(digits));

/** A window that says what it complained about and asked for. */
async function windowOf(context: BrowserContext, complaints: string[]): Promise<Page> {
  const page = await context.newPage();
  if (SLOWER > 1) await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return page;
}

export function stage({ start, demo = false }: StageOptions = {}): Stage {
  let browser: Browser | undefined;
  let server: Server | undefined;
  let mailbox: Mailbox | undefined;
  let context: BrowserContext | undefined;
  let second: BrowserContext | undefined;
  let page: Page | undefined;
  const complaints: string[] = [];
  const asked: string[] = [];
  const planted = new Map<string, Handler>();
  const there = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('the stage is not set');
    return value;
  };
  beforeAll(async () => {
    mailbox = await Mailbox.start();
    server = await Server.start({ start, demo, config: mailTo(mailbox.port) });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await mailbox?.stop();
  });
  afterEach(async () => {
    await Promise.all([context?.close(), second?.close()]);
    context = undefined;
    second = undefined;
    planted.clear();
    const said = complaints.splice(0);
    const addresses = asked.splice(0).join('\n');
    expect(said).toEqual([]);
    expect(codesIn(addresses)).toEqual([]);
  });
  const address = (path: string) => `${there(server).base}${path}`;
  const api = (path: string) => `${address(`/api/v1${path}`)}*`;
  const contextOf = async (options: BrowserContextOptions) => {
    const made = await there(browser).newContext({ viewport: DESK, locale: 'en-GB', timezoneId: 'Europe/Stockholm', ...options });
    made.setDefaultTimeout(PATIENCE_MS);
    made.on('request', (request) => asked.push(`${request.method()} ${request.url()}`));
    await made.grantPermissions(['clipboard-read', 'clipboard-write']);
    return made;
  };
  const enter = async (opened: Page, operator: string, card: Card, path: string) => {
    // Signed in by the browser itself, so that it decides about the cookie.
    await opened.goto(address('/healthz'));
    const status = await opened.evaluate((body) => fetch('/api/v1/operator-sessions', {
      method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Lockstep': '1' }, body: JSON.stringify(body),
    }).then((answer) => answer.status), { name: operator, password: PASSWORD, code: card.press() });
    if (status !== 201) throw new Error(`sign-in of ${operator}: ${status}`);
    await opened.goto(address(path));
    return opened;
  };
  const begin = async (options: BrowserContextOptions) => {
    await context?.close();
    context = await contextOf(options);
    for (const [path, handler] of planted) await context.route(api(path), handler);
    page = await windowOf(context, complaints);
    return page;
  };
  return {
    get server() {
      return there(server);
    },
    get mailbox() {
      return there(mailbox);
    },
    get page() {
      return there(page);
    },
    get context() {
      return there(context);
    },
    complaints,
    forgive: (pattern) => {
      for (const said of complaints.splice(0)) if (!pattern.test(said)) complaints.push(said);
    },
    asked,
    async open(path, options = {}) {
      const opened = await begin(options);
      await opened.goto(address(path));
      return opened;
    },
    async also(path) {
      const opened = await windowOf(there(context), complaints);
      await opened.goto(address(path));
      return opened;
    },
    async openAs(operator, card, path, options = {}) {
      return enter(await begin(options), operator, card, path);
    },
    async beside(operator, card, path) {
      second = await contextOf({});
      return enter(await windowOf(second, complaints), operator, card, path);
    },
    async plant(method, path, answer) {
      if (answer === undefined) {
        planted.delete(path);
        await context?.unroute(api(path));
        return;
      }
      const contentType = answer.status >= 400 ? 'application/problem+json' : 'application/json';
      const handler: Handler = (route) => (route.request().method() === method
        ? route.fulfill({ status: answer.status, contentType, body: JSON.stringify(answer.body) })
        : route.fallback());
      planted.set(path, handler);
      await context?.route(api(path), handler);
    },
    async hold(method, path) {
      let release: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => {
        release = resolve;
      });
      await there(context).route(api(path), async (route) => {
        if (route.request().method() === method) await gate;
        await route.fallback();
      });
      return release;
    },
  };
}
