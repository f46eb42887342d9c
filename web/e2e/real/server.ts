// SPDX-License-Identifier: Apache-2.0
// The real server (lockstep_testd: the server with a clock that is told the time), and in front of it what a
// browser talks to: our pages, and everything else handed on.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveFile } from '../double/http';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const BUILD = path.resolve(process.env['LOCKSTEP_BUILD'] ?? path.join(ROOT, 'build/dev'));
const TESTD = path.join(BUILD, 'src/testd/lockstep_testd');
const DIST = path.join(ROOT, 'web/dist');
const PATIENCE_MS = 60_000;

/** Whether there is a server to test against. Who works on pages alone has none and leaves such tests out; who
 * names a build has to have one. */
export const isBuilt = () => process.env['LOCKSTEP_BUILD'] !== undefined || existsSync(TESTD);

interface Facts {
  port: number;
  api_key: string;
  clock_socket: string;
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = '';
    let err = '';
    const timer = setTimeout(() => reject(new Error(`lockstep_testd says nothing: ${err}`)), PATIENCE_MS);
    child.stderr?.on('data', (chunk: Buffer) => {
      err += String(chunk);
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      out += String(chunk);
      if (!out.includes('\n')) return;
      clearTimeout(timer);
      resolve(out.split('\n')[0] ?? '');
    });
    child.on('exit', (code) => reject(new Error(`lockstep_testd ended with ${code}: ${err}`)));
  });
}

/** One line asked, one line of JSON answered. */
class Clock {
  private readonly waiting: ((line: string) => void)[] = [];
  private rest = '';
  constructor(private readonly socket: Socket) {
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      const lines = (this.rest + text).split('\n');
      this.rest = lines.pop() ?? '';
      for (const line of lines) this.waiting.shift()?.(line);
    });
  }
  private async ask(line: string): Promise<number> {
    const answer = await new Promise<string>((resolve) => {
      this.waiting.push(resolve);
      this.socket.write(`${line}\n`);
    });
    return Date.parse((JSON.parse(answer) as { wall: string }).wall) / 1000;
  }
  /** Each answers the time in seconds since 1970. */
  now = () => this.ask('get');
  advance = (seconds: number) => this.ask(`advance ${Math.round(seconds * 1000)}ms`);
  close = () => this.socket.destroy();
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function handOn(port: number, request: IncomingMessage, response: ServerResponse): void {
  const onward = httpRequest({ host: '127.0.0.1', port, method: request.method, path: request.url, headers: request.headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.writeHead(502).end());
  request.pipe(onward);
}

export class Real {
  /** Requests that are answered here instead, as "GET /api/v1/tokens": what a test wants to go wrong. */
  readonly planted = new Map<string, { status: number; body: unknown }>();
  /** How long each answer is held back. */
  delayMs = 0;
  /** Every request line, for what must not be in one. */
  readonly log: string[] = [];
  private constructor(
    private readonly child: ChildProcess, private readonly directory: string, private readonly front: Server,
    private readonly facts: Facts, readonly clock: Clock, readonly base: string,
  ) {}

  /** `start`: what its clock shows, seconds since 1970. */
  static async start(start = Date.now() / 1000): Promise<Real> {
    const directory = mkdtempSync(path.join(tmpdir(), 'lsc-'));
    const child = spawn(TESTD, ['--data', path.join(directory, 'd'), '--start', new Date(Math.floor(start) * 1000).toISOString()], { stdio: ['ignore', 'pipe', 'pipe'] });
    const facts = JSON.parse(await firstLine(child)) as Facts;
    const front = createServer((request, response) => made.answer(request, response));
    const port = await listening(front);
    // "localhost": a browser keeps a cookie with Secure from there without TLS.
    const made: Real = new Real(child, directory, front, facts, new Clock(connect(facts.clock_socket)), `http://localhost:${port}`);
    return made;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const line = `${request.method} ${request.url}`;
    this.log.push(line);
    const planted = this.planted.get(line.split('?')[0] ?? '');
    if (planted !== undefined) {
      response.writeHead(planted.status, { 'Content-Type': planted.status >= 400 ? 'application/problem+json' : 'application/json' }).end(JSON.stringify(planted.body));
    } else if (request.method !== 'GET' || !serveFile((request.url ?? '/').split('?')[0] ?? '/', response, DIST)) {
      setTimeout(() => handOn(this.facts.port, request, response), this.delayMs);
    }
  }

  /** A call with all permissions, apart from any browser. Throws on a refusal. */
  async api<T = unknown>(method: string, target: string, body?: unknown): Promise<T> {
    const { status, json } = await this.call<T>(method, target, body, { Authorization: `Bearer ${this.facts.api_key}` });
    if (status >= 400) throw new Error(`${method} ${target}: ${status} ${JSON.stringify(json)}`);
    return json;
  }

  async call<T = unknown>(method: string, target: string, body?: unknown, headers: Record<string, string> = {}): Promise<{ status: number; json: T; cookie: string }> {
    const answer = await fetch(`http://127.0.0.1:${this.facts.port}/api/v1${target}`, {
      method, headers: { ...headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, json: (text === '' ? undefined : JSON.parse(text)) as T, cookie: answer.headers.get('Set-Cookie')?.split(';')[0] ?? '' };
  }

  async stop(): Promise<void> {
    this.clock.close();
    this.front.closeAllConnections();
    await new Promise((resolve) => {
      this.front.close(resolve);
    });
    if (this.child.exitCode === null) {
      const ended = new Promise((resolve) => {
        this.child.on('exit', resolve);
      });
      this.child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}
