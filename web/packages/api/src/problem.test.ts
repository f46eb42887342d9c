// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test, vi } from 'vitest';
import { portal, rememberCsrf } from './portal';
import { Problem } from './problem';

afterEach(() => vi.unstubAllGlobals());

function answering(status: number, body: string, type = 'application/problem+json') {
  const fetch = vi.fn((_request: Request) => Promise.resolve(new Response(body === '' ? null : body, { status, headers: { 'Content-Type': type } })));
  vi.stubGlobal('fetch', fetch);
  return fetch;
}
const refusal = (call: Promise<unknown>) => call.then(() => undefined, (error: unknown) => error as Problem);

test('a problem keeps what the server said', async () => {
  answering(429, JSON.stringify({ type: 't', title: 'x', status: 429, reason: 'too_many_attempts', retry_after: 900, attempts_left: 0 }));
  const problem = await refusal(portal.devices());
  expect(problem).toMatchObject({ reason: 'too_many_attempts', status: 429, retryAfter: 900, attemptsLeft: 0 });
});

test('what is no problem of ours, as a gateway’s page, is unavailable', async () => {
  answering(502, '<html>Bad gateway</html>', 'text/html');
  expect(await refusal(portal.devices())).toMatchObject({ reason: 'unavailable', status: 502 });
});

test('no answer at all is offline', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed')));
  expect(await refusal(portal.devices())).toMatchObject({ reason: 'offline', status: 0 });
});

test('a change carries the session’s CSRF value, or none without a session', async () => {
  const fetch = answering(204, '');
  const sent = () => fetch.mock.calls.at(-1)?.[0].headers.get('X-Lockstep-CSRF');
  rememberCsrf({ state: 'signed_out' });
  await portal.signOut();
  expect(sent()).toBe('none');
  rememberCsrf({
    state: 'signed_in', user: { id: 'a', name: 'A' }, by: 'passcode', csrf: 'secret', idle_until: '', ends_at: '', server_time: '',
  });
  await portal.signOut();
  expect(sent()).toBe('secret');
});

test('codes travel in bodies, never in the address', async () => {
  const fetch = answering(202, '{}', 'application/json');
  await portal.giveFirst('conversation', '492039');
  const request = fetch.mock.calls[0]?.[0];
  expect(request?.url).not.toContain('492039');
  expect(await request?.text()).toBe('{"code":"492039"}');
});
