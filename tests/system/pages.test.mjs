// SPDX-License-Identifier: Apache-2.0
// The pages as a browser gets them, over a real socket.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

import { lockstep, Program, LOCKSTEP, Served, temporaryDirectory } from './lib/server.mjs';

const HTML = '<!doctype html><meta property="csp-nonce" nonce="__CSP_NONCE__"><style nonce="__CSP_NONCE__"></style>';
const SCRIPT = 'export const one = 1;\n'.repeat(100);

let server;
let web;

before(async () => {
  web = path.join(temporaryDirectory(), 'web');
  mkdirSync(path.join(web, 'assets'), { recursive: true });
  writeFileSync(path.join(web, 'portal.html'), `${HTML}portal`);
  writeFileSync(path.join(web, 'lab.html'), `${HTML}lab`);
  writeFileSync(path.join(web, 'assets/a-1.js'), SCRIPT);
  writeFileSync(path.join(web, 'assets/a-1.js.br'), zlib.brotliCompressSync(SCRIPT));
  writeFileSync(path.join(web, 'assets/a-1.js.gz'), zlib.gzipSync(SCRIPT));
  writeFileSync(path.join(path.dirname(web), 'secret.txt'), 'secret');
  server = await Served.start({ config: `\n---\n[web]\ndirectory = "${web}"` });
});
after(() => server?.stop());

async function ask(target, { method = 'GET', headers = {} } = {}) {
  const client = server.client();
  const answer = await client.raw(method, target, { headers });
  client.close();
  return answer;
}
const get = (target, headers) => ask(target, { headers });

test('every address of the portal is its page, with a nonce of its own that the policy names', async () => {
  const seen = new Set();
  for (const target of ['/portal', '/portal/', '/portal/devices/FT1/resync?x=1', '/portal']) {
    const page = await get(target);
    assert.equal(page.status, 200, target);
    assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
    assert.equal(page.headers['cache-control'], 'no-store');
    const nonces = [...page.text.matchAll(/nonce="([^"]+)"/g)].map(([, nonce]) => nonce);
    assert.equal(nonces.length, 2);
    assert.equal(nonces[0], nonces[1]);
    assert.equal(Buffer.from(nonces[0], 'base64').length, 16);
    assert.ok(page.headers['content-security-policy'].includes(`'nonce-${nonces[0]}'`));
    assert.match(page.headers['content-security-policy'], /^default-src 'none'; script-src 'self'; /);
    assert.equal(page.headers['x-content-type-options'], 'nosniff');
    assert.equal(page.headers['referrer-policy'], 'no-referrer');
    seen.add(nonces[0]);
  }
  assert.equal(seen.size, 4, 'no nonce twice');
});

test('the root leads to the portal; the lab and the console that are not there are nowhere', async () => {
  const root = await get('/');
  assert.equal(root.status, 303);
  assert.equal(root.headers.location, '/portal/');
  assert.equal((await get('/lab/')).status, 404, 'a lab only in a demo');
  assert.equal((await get('/console/')).status, 404, 'no such page was built');
});

test('an asset comes in the form that is asked for, and from then on from the browser\'s cache', async () => {
  const plain = await get('/assets/a-1.js');
  assert.equal(plain.text, SCRIPT);
  assert.equal(plain.headers['content-type'], 'text/javascript; charset=utf-8');
  assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable');
  const packed = await get('/assets/a-1.js', { 'accept-encoding': 'gzip, deflate, br' });
  assert.equal(packed.headers['content-encoding'], 'br');
  assert.equal(Number(packed.headers['content-length']), zlib.brotliCompressSync(SCRIPT).length);
  assert.equal((await get('/assets/a-1.js', { 'accept-encoding': 'gzip' })).headers['content-encoding'], 'gzip');
  const again = await get('/assets/a-1.js', { 'if-none-match': plain.headers.etag });
  assert.equal(again.status, 304);
  assert.equal(again.text, '');
  assert.notEqual(packed.headers.etag, plain.headers.etag);
});

test('HEAD tells what GET would', async () => {
  for (const target of ['/portal', '/assets/a-1.js']) {
    const [head, whole] = [await ask(target, { method: 'HEAD' }), await get(target)];
    assert.equal(head.status, 200);
    assert.equal(head.text, '');
    assert.equal(head.headers['content-length'], whole.headers['content-length']);
    assert.equal(head.headers['content-type'], whole.headers['content-type']);
  }
});

test('no path leads out of the directory', async () => {
  for (const target of ['/assets/../secret.txt', '/assets/..%2f..%2fsecret.txt', '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets//etc/passwd', '/assets/....//secret.txt', '/assets/a-1.js%00', '/portal.html', '/assets/portal.html']) {
    const answer = await get(target);
    assert.equal(answer.status, 404, target);
    assert.doesNotMatch(answer.text, /secret/);
  }
});

test('pages take no changes, and the API is where it was', async () => {
  assert.equal((await ask('/portal', { method: 'POST' })).status, 405);
  assert.equal((await server.admin.get('/users')).status, 200);
  assert.equal((await get('/api/v1/users')).status, 401);
  assert.equal((await get('/healthz')).status, 200);
});

test('a directory without pages is a mistake that is told; without pages the API is served alone', async () => {
  const data = path.join(temporaryDirectory(), 'd');
  Served.init(data);
  const file = path.join(path.dirname(data), 'test.toml');
  writeFileSync(file, `data = "d"\n[web]\ndirectory = "nowhere"\n[listen]\nport = 0\n`);
  const wrong = lockstep(['serve', '--config', file]);
  assert.notEqual(wrong.status, 0);
  assert.match(wrong.stderr, /nowhere holds no built pages/);
  const bare = await Served.start({ config: '\n---\n[web]\npages = false' });
  const client = bare.client();
  assert.equal((await client.raw('GET', '/portal/')).status, 404);
  assert.equal((await client.raw('GET', '/healthz')).status, 200);
  client.close();
  await bare.stop();
});

test('a demo serves the built portal and the lab, and names them', async () => {
  const demo = new Program(LOCKSTEP, ['demo', '--json']);
  try {
    await demo.wait('the guide', () => demo.out.includes('\n'));
    const guide = JSON.parse(demo.out.split('\n')[0]);
    for (const address of [guide.portal, guide.lab]) {
      const page = await fetch(address);
      assert.equal(page.status, 200, `${address}: is web/ built? ./dev build does it`);
      const html = await page.text();
      assert.doesNotMatch(html, /__CSP_NONCE__/);
      for (const [, asset] of html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
        const loaded = await fetch(new URL(asset, address));
        assert.equal(loaded.status, 200, asset);
        assert.match(loaded.headers.get('content-encoding') ?? 'br', /^(?:br|gzip)$/);
        await loaded.arrayBuffer();
      }
    }
  } finally {
    await demo.stop();
  }
});
