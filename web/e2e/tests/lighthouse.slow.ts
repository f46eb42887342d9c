// SPDX-License-Identifier: Apache-2.0
// Lighthouse's judgement of the main pages: `npm run lighthouse`. Apart from the other tests, since npx fetches it.
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Server } from '../lib/server';

const LIGHTHOUSE = 'lighthouse@12.8.2'; // 13 needs Node 22
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const CSRF = { 'X-Lockstep-CSRF': 'none' };
let server: Server;
let cookie = '';

interface Judgement {
  categories: { accessibility: { score: number } };
  audits: Record<string, { score: number | null; title: string }>;
}

/** A session at the portal, by the code in the demo's outbox. */
async function signedIn(user: string): Promise<string> {
  const { json: { state } } = await server.call<{ state: string }>('POST', '/portal/session/email-code', { user }, CSRF);
  const { items } = await server.api<{ items: { text: string }[] }>('GET', '/lab/outbox');
  const code = /^\d{6}$/m.exec(items[0]?.text ?? '')?.[0];
  return (await server.call('PUT', '/portal/session/email-code', { state, code }, CSRF)).cookie;
}

beforeAll(async () => {
  server = await Server.start({ demo: true });
  const { tokens } = await server.api<{ tokens: { user: string }[] }>('GET', '/lab/world');
  cookie = await signedIn(tokens[0]?.user ?? '');
});
afterAll(() => server.stop());

function judged(path: string): Judgement {
  const out = execFileSync('npx', ['--yes', LIGHTHOUSE, `${server.base}${path}`, '--quiet', '--output=json', '--only-categories=accessibility',
    '--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage', `--extra-headers=${JSON.stringify({ Cookie: cookie })}`],
  { encoding: 'utf8', env: { ...process.env, CHROME_PATH: CHROMIUM }, maxBuffer: 64 << 20 });
  return JSON.parse(out) as Judgement;
}

test.each(['/portal/sign-in', '/portal/', '/portal/help', '/lab/', '/lab/#card'])('%s is accessible to the full', (path) => {
  const { categories, audits } = judged(path);
  expect(Object.values(audits).filter(({ score }) => score !== null && score < 1).map(({ title }) => title)).toEqual([]);
  expect(categories.accessibility.score).toBe(1);
});
