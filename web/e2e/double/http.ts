// SPDX-License-Identifier: Apache-2.0
// The parts of HTTP that the double needs: bodies, problems, cookies, files with the CSP and its nonce.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';

export type Json = Record<string, unknown>;
export interface Reply {
  status: number;
  body?: Json;
  cookie?: string;
}
export const COOKIE = 'lockstep_portal';
const BODY_MAX = 64 * 1024;

export class Refusal extends Error {
  constructor(readonly status: number, readonly reason: string, readonly more: Json = {}) {
    super(reason);
  }
}

export async function bodyOf(request: IncomingMessage): Promise<Json> {
  let text = '';
  for await (const part of request) {
    text += String(part);
    if (text.length > BODY_MAX) throw new Refusal(413, 'body_too_large');
  }
  if (text === '') return {};
  if (!request.headers['content-type']?.startsWith('application/json')) throw new Refusal(415, 'invalid_input');
  return JSON.parse(text) as Json;
}

export function cookieOf(request: IncomingMessage): string | undefined {
  const found = (request.headers.cookie ?? '').split(';').map((one) => one.trim().split('='))
    .find(([name]) => name === COOKIE);
  return found?.[1];
}

export function send(response: ServerResponse, reply: Reply): void {
  if (reply.cookie !== undefined) {
    const end = reply.cookie === '' ? '; Max-Age=0' : '';
    response.setHeader('Set-Cookie', `${COOKIE}=${reply.cookie}; Path=/; HttpOnly; SameSite=Strict${end}`);
  }
  response.setHeader('Cache-Control', 'no-store');
  if (reply.body === undefined) {
    response.writeHead(reply.status).end();
    return;
  }
  const type = reply.status >= 400 ? 'application/problem+json' : 'application/json';
  response.writeHead(reply.status, { 'Content-Type': type }).end(JSON.stringify(reply.body));
}

export function problem(refusal: Refusal): Reply {
  const { status, reason, more } = refusal;
  return { status, body: { type: `urn:lockstep:reason:${reason}`, title: reason, status, reason, ...more } };
}

const TYPES: Record<string, string> = {
  '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2',
};
const PAGES: [RegExp, string][] = [[/^\/console(?:\/|$)/, 'console.html'], [/^\/portal(?:\/|$)/, 'portal.html'], [/^\/lab(?:\/|$)/, 'lab.html']];

function page(response: ServerResponse, file: string): void {
  const nonce = randomBytes(16).toString('base64');
  const html = readFileSync(file, 'utf8').replaceAll('__CSP_NONCE__', nonce);
  response.writeHead(200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': [
      "default-src 'none'", "script-src 'self'", `style-src 'self' 'nonce-${nonce}'`, "img-src 'self' data:",
      "font-src 'self'", "connect-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
    ].join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  }).end(html);
}

/** Answers pages and assets below `dist`; whether it did. */
export function serveFile(url: string, response: ServerResponse, dist: string): boolean {
  const found = PAGES.find(([pattern]) => pattern.test(url));
  if (found !== undefined) {
    page(response, path.join(dist, found[1]));
    return true;
  }
  if (!/^\/assets\/[\w.-]+$/.test(url)) return false;
  const file = path.join(dist, url);
  if (!existsSync(file)) return false;
  const packed = existsSync(`${file}.br`);
  response.writeHead(200, {
    'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream',
    'Cache-Control': 'public, max-age=31536000, immutable',
    'X-Content-Type-Options': 'nosniff',
    ...(packed ? { 'Content-Encoding': 'br' } : {}),
  }).end(readFileSync(packed ? `${file}.br` : file));
  return true;
}
