// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test, vi } from 'vitest';
import { api, lastAnswerAt } from './console';

afterEach(() => vi.unstubAllGlobals());

function answering(status: number, body: unknown, headers: Record<string, string> = {}) {
  const fetch = vi.fn((_request: Request) => Promise.resolve(new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } })));
  vi.stubGlobal('fetch', fetch);
  return () => fetch.mock.calls.at(-1)?.[0];
}

test('every call says that it comes from our pages', async () => {
  const sent = answering(204, undefined);
  await api.users.unlock('anna');
  expect(sent()?.headers.get('X-Lockstep')).toBe('1');
});

test('a change carries the version that it was made from', async () => {
  const sent = answering(200, { id: 'anna' }, { ETag: '"8"' });
  const saved = await api.users.put('anna', { email: 'a@example.org' }, '"7"');
  expect(sent()?.headers.get('If-Match')).toBe('"7"');
  expect(saved.tag).toBe('"8"');
});

test('parameters that say nothing are not sent', async () => {
  const sent = answering(200, { items: [] });
  await api.tokens.list({ q: '', state: undefined, assigned: 'false', limit: 50 });
  expect(new URL(sent()?.url ?? '').search).toBe('?assigned=false&limit=50');
});

test('a refusal keeps its evidence', async () => {
  answering(422, { type: 't', title: 'x', status: 422, reason: 'not_consecutive', evidence: { off: -5, gap: 2 } });
  await expect(api.tokens.resync('F1', { codes: ['1', '2'] })).rejects.toMatchObject({ reason: 'not_consecutive', evidence: { off: -5, gap: 2 } });
});

test('passcodes travel in bodies, never in the address', async () => {
  const sent = answering(200, {});
  await api.tokens.test('F1', '492039');
  expect(sent()?.url).not.toContain('492039');
});

test('a call that the server took keeps the session; one that it refused for want of a session does not', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 5000 });
  answering(200, { items: [] });
  await api.users.list({});
  vi.setSystemTime(9000);
  answering(401, { type: 't', title: 'x', status: 401, reason: 'unauthenticated' });
  await api.users.list({}).catch(() => undefined);
  expect(lastAnswerAt()).toBe(5000);
  vi.useRealTimers();
});
