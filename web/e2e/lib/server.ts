// SPDX-License-Identifier: Apache-2.0
// lockstep_testd: the server as it is, but for its clock, which stands still until it is told to move. It serves
// our pages itself, those that were built beside it.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const BUILD = path.resolve(process.env['LOCKSTEP_BUILD'] ?? path.join(ROOT, 'build/dev'));
const TESTD = path.join(BUILD, 'src/testd/lockstep_testd');
const PATIENCE_MS = 60_000;
const STEP = 30;
/** Into a step at the beginning, so that no page that reckons with seconds of its own comes to its end. */
const INTO_STEP = 5;

/** Whether there is a server to test against. Who works on pages alone has none and leaves such tests out; who
 * names a build has to have one. */
export const isBuilt = () => process.env['LOCKSTEP_BUILD'] !== undefined || existsSync(TESTD);

/** What the program prints: the demo says where its data is, and its clock listens beside it. */
interface Facts {
  api: string;
  api_key: string | null;
  data: string;
  clock_socket?: string;
}

/** A child that has printed a line of JSON. What it writes to its standard error goes into `log`. */
export function firstLine(child: ChildProcess, name: string, log: string[] = []): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = '';
    const timer = setTimeout(() => reject(new Error(`${name} says nothing: ${log.join('')}`)), PATIENCE_MS);
    child.stderr?.on('data', (chunk: Buffer) => log.push(String(chunk)));
    child.stdout?.on('data', (chunk: Buffer) => {
      out += String(chunk);
      if (!out.includes('\n')) return;
      clearTimeout(timer);
      resolve(out.split('\n')[0] ?? '');
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${name} ended with ${code}: ${log.join('')}`)));
  });
}

export async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = new Promise((resolve) => {
    child.on('exit', resolve);
  });
  child.kill(signal);
  await end;
}

/** One line asked, one line of JSON answered. */
class Clock {
  private readonly waiting: ((line: string) => void)[] = [];
  private rest = '';
  constructor(private readonly socket: Socket) {
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
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

interface Options {
  /** What its clock shows at first, seconds since 1970; the time of now where nobody says. */
  start?: number | undefined;
  /** The demo with its lab instead of an empty store. */
  demo?: boolean | undefined;
  /** Sections of a configuration file. */
  config?: string | undefined;
}

export class Server {
  /** `log`: what it writes into its log. */
  private constructor(
    private readonly directory: string, private readonly options: readonly string[], private child: ChildProcess,
    private running: Clock, private readonly port: string, private readonly key: string, readonly log: string[],
  ) {}

  static async start({ start = Date.now() / 1000, demo = false, config = '' }: Options = {}): Promise<Server> {
    const directory = mkdtempSync(path.join(tmpdir(), 'lsc-'));
    const file = path.join(directory, 'test.toml');
    writeFileSync(file, `data = "not looked at"\n${config}`);
    const options = ['--data', path.join(directory, 'd'), ...(demo ? ['--demo'] : ['--config', file])];
    const begin = Math.floor(start / STEP) * STEP + INTO_STEP;
    const log: string[] = [];
    const [child, facts] = await Server.run([...options, '--start', Server.time(begin)], log);
    return new Server(directory, options, child, Server.clockOf(facts), new URL(facts.api).port, facts.api_key ?? '', log);
  }

  private static time = (seconds: number) => new Date(seconds * 1000).toISOString();
  private static clockOf = (facts: Facts) => new Clock(connect(facts.clock_socket ?? `${facts.data}.clock`));
  private static async run(options: readonly string[], log: string[]): Promise<[ChildProcess, Facts]> {
    const child = spawn(TESTD, options, { stdio: ['ignore', 'pipe', 'pipe'] });
    return [child, JSON.parse(await firstLine(child, 'lockstep_testd', log)) as Facts];
  }

  get clock(): Clock {
    return this.running;
  }

  /** "localhost": a browser keeps a cookie with Secure from there without TLS. */
  get base(): string {
    return `http://localhost:${this.port}`;
  }

  /** Gone in the middle of whatever it does, as in a power cut. Answers a way to start it again. */
  async kill(): Promise<() => Promise<void>> {
    const now = await this.clock.now();
    this.clock.close();
    await ended(this.child, 'SIGKILL');
    return async () => {
      const [child, facts] = await Server.run([...this.options, '--port', this.port, '--start', Server.time(now)], this.log);
      this.child = child;
      this.running = Server.clockOf(facts);
    };
  }

  /** A call with all permissions, apart from any browser. Throws on a refusal. */
  async api<T = unknown>(method: string, target: string, body?: unknown): Promise<T> {
    const { status, json } = await this.call<T>(method, target, body, { Authorization: `Bearer ${this.key}` });
    if (status >= 400) throw new Error(`${method} ${target}: ${status} ${JSON.stringify(json)}`);
    return json;
  }

  async call<T = unknown>(method: string, target: string, body?: unknown, headers: Record<string, string> = {}): Promise<{ status: number; json: T; cookie: string }> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/api/v1${target}`, {
      method, headers: { ...headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, json: (text === '' ? undefined : JSON.parse(text)) as T, cookie: answer.headers.get('Set-Cookie')?.split(';')[0] ?? '' };
  }

  async stop(): Promise<void> {
    this.clock.close();
    await ended(this.child, 'SIGTERM');
    rmSync(this.directory, { recursive: true, force: true });
    const log = this.log.join('');
    if (/ERROR: |runtime error:/.test(log)) throw new Error(`a sanitizer reported something: ${log}`);
  }
}
