// SPDX-License-Identifier: Apache-2.0
// The real programs, started in directories of their own and taken down whatever happens.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { Client } from './client.mjs';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const BUILD = path.resolve(process.env.LOCKSTEP_BUILD ?? path.join(ROOT, 'build/dev'));
export const LOCKSTEP = path.join(BUILD, 'src/app/lockstep');
export const TESTD = path.join(BUILD, 'src/testd/lockstep_testd');

/** How long a program may take to start or stop; with sanitizers on a busy machine. */
const PATIENCE_MILLISECONDS = 60_000;

const running = new Set();
const directories = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** A directory that is gone when the test process is. Short: socket paths hold 107 bytes. */
export function temporaryDirectory() {
  const directory = mkdtempSync(path.join(tmpdir(), 'lst-'));
  directories.add(directory);
  return directory;
}

/** Asks `question` again and again until it answers; fails with `what` when it never does. */
export async function until(what, question, { milliseconds = PATIENCE_MILLISECONDS } = {}) {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    assert.ok(Date.now() < deadline, `waited in vain for: ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
}

/** A child process with what it wrote. */
export class Program {
  constructor(file, args, { env = {}, cwd, stdin = 'ignore' } = {}) {
    this.name = path.basename(file);
    this.out = '';
    this.err = '';
    this.child = spawn(file, args, { stdio: [stdin, 'pipe', 'pipe'], env: { ...process.env, ...env }, cwd });
    running.add(this.child);
    this.child.stdout.on('data', (chunk) => { this.out += chunk; });
    this.child.stderr.on('data', (chunk) => { this.err += chunk; });
    this.ended = new Promise((resolve) => {
      this.child.on('error', (error) => { this.err += error; resolve({ code: -1 }); });
      this.child.on('close', (code, signal) => {
        running.delete(this.child);
        this.end = { code, signal };
        resolve(this.end);
      });
    });
  }

  /** Waits for `question` while the program lives. */
  wait(what, question) {
    return until(`${this.name}: ${what}`, () => {
      assert.ok(!this.end, `${this.name} ended (${JSON.stringify(this.end)}) before ${what}:\n${this.err}`);
      return question();
    });
  }

  kill(signal = 'SIGKILL') {
    this.child.kill(signal);
    return this.ended;
  }

  /** Asks it to stop and waits. A report of a sanitizer makes the exit code a failure. */
  async stop() {
    if (this.end) return;
    const timer = setTimeout(() => this.child.kill('SIGKILL'), PATIENCE_MILLISECONDS);
    const end = await this.kill('SIGTERM');
    clearTimeout(timer);
    assert.equal(end.code, 0, `${this.name} ended with ${JSON.stringify(end)}:\n${this.err}`);
  }
}

/** The clock of lockstep_testd (src/testd/clock_control.h): one line of text, one line of JSON. */
class SteeredClock {
  constructor(socketPath) {
    this.socket = net.connect(socketPath);
    this.socket.setEncoding('utf8');
    this.socket.unref();
    this.rest = '';
    this.waiting = [];
    this.socket.on('error', (error) => this.waiting.splice(0).forEach(([, reject]) => reject(error)));
    this.socket.on('data', (text) => {
      const lines = (this.rest + text).split('\n');
      this.rest = lines.pop();
      for (const line of lines) this.waiting.shift()[0](JSON.parse(line));
    });
  }

  async #steer(line) {
    this.socket.ref();
    const answer = await new Promise((resolve, reject) => {
      this.waiting.push([resolve, reject]);
      this.socket.write(`${line}\n`);
    });
    this.socket.unref();
    assert.ok(!answer.error, `the clock says: ${answer.error}`);
    return Date.parse(answer.wall) / 1000;
  }

  /** Each returns the wall clock's new time in seconds since 1970. */
  now() { return this.#steer('get'); }
  advance(seconds) { return this.#steer(`advance ${Math.round(seconds * 1000)}ms`); }
  jump(seconds) { return this.#steer(`jump ${Math.round(seconds * 1000)}ms`); }
  reboot() { return this.#steer('reboot'); }
  close() { this.socket.destroy(); }
}

/** lockstep_testd, serving. `api` holds every permission; `admin` is the owner on the socket. */
export class Testd {
  /** `start`: what its clock shows, seconds since 1970; `config`: sections of a configuration file. */
  static async start({ start = 1_700_000_000, data = path.join(temporaryDirectory(), 'd'), config } = {}) {
    const server = new Testd();
    server.data = data;
    const options = ['--data', data, '--start', new Date(start * 1000).toISOString()];
    if (config) {
      writeFileSync(`${data}.toml`, `data = "not looked at"\n${config}`);
      options.push('--config', `${data}.toml`);
    }
    server.program = new Program(TESTD, options);
    await server.program.wait('it serves', () => server.program.out.includes('\n'));
    server.facts = JSON.parse(server.program.out.split('\n')[0]);
    server.port = server.facts.port;
    server.clock = new SteeredClock(server.facts.clock_socket);
    server.api = new Client({ port: server.port }, server.facts.api_key);
    server.admin = new Client({ socketPath: server.facts.admin_socket });
    return server;
  }

  /** Another client with `key`, or none, and so many connections. */
  client(key, connections = 8) { return new Client({ port: this.port }, key, { connections }); }

  async stop() {
    this.api.close();
    this.admin.close();
    this.clock.close();
    await this.program.stop();
    assert.doesNotMatch(this.program.err, /ERROR: |runtime error:/, 'a sanitizer reported something');
  }
}

/** `lockstep serve` on real time, with a data directory of its own or the one given. */
export class Served {
  static async start({ data, config = '', port = 0, env = {} } = {}) {
    const server = new Served();
    server.data = data ?? path.join(temporaryDirectory(), 'd');
    if (!existsSync(server.data)) Served.init(server.data);
    server.configFile = path.join(path.dirname(server.data), 'lockstep.toml');
    const [listen, rest] = config.split('\n---\n');
    writeFileSync(server.configFile,
      `data = ${JSON.stringify(server.data)}\n${rest ?? ''}\n[listen]\nport = ${port}\n${listen}\n`);
    server.program = new Program(LOCKSTEP, ['serve', '--config', server.configFile], { env });
    await server.program.wait('it serves', () => /event=listening.*\n/.test(server.program.err));
    server.port = Number(/event=listening .*?port=(\d+)/.exec(server.program.err)[1]);
    server.adminSocket = path.join(server.data, 'admin.sock');
    server.admin = new Client({ socketPath: server.adminSocket });
    return server;
  }

  static init(data) {
    const run = spawnSync(LOCKSTEP, ['init', '--data', data], { encoding: 'utf8' });
    assert.equal(run.status, 0, `lockstep init: ${run.stderr}`);
  }

  client(key, connections = 8) { return new Client({ port: this.port }, key, { connections }); }

  async kill() {
    this.admin.close();
    await this.program.kill('SIGKILL');
  }

  async stop() {
    this.admin.close();
    await this.program.stop();
  }
}

/** Runs a command line of `lockstep` to its end: {status, stdout, stderr}. */
export function lockstep(args, { input = '', env = {} } = {}) {
  return spawnSync(LOCKSTEP, args, { input, encoding: 'utf8', env: { ...process.env, ...env } });
}

/** Runs any program, which must succeed. Returns its standard output. */
export function run(file, args, options = {}) {
  const done = spawnSync(file, args, { encoding: 'utf8', maxBuffer: 64 << 20, ...options });
  assert.equal(done.status, 0, `${file} ${args.join(' ')}: ${done.error ?? done.stderr}`);
  return done.stdout;
}
