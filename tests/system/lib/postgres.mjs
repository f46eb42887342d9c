// SPDX-License-Identifier: Apache-2.0
// A PostgreSQL server of a test's own, from Debian's package, and a proxy in front of it that cuts
// connections where it hurts.
import assert from 'node:assert/strict';
import { chownSync, copyFileSync, existsSync, mkdirSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';

import { Program, run, temporaryDirectory } from './server.mjs';

const BINARIES = [17, 16, 15].map((version) => `/usr/lib/postgresql/${version}/bin`)
  .find((directory) => existsSync(path.join(directory, 'postgres')));

/** PostgreSQL does not run as root; setpriv replaces itself, so that the pid is the server's. */
const asPostgres = (file, args) => (process.getuid() === 0
  ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', '--pdeathsig=QUIT', file, ...args]]
  : [file, args]);

/** The data directory of another server with the key of the one `from`, as the guide says. */
export function anotherPlace(from) {
  const data = path.join(temporaryDirectory(), 'd');
  mkdirSync(data, { mode: 0o700 });
  copyFileSync(path.join(from, 'key'), path.join(data, 'key'));
  return data;
}

export class Postgres {
  /** A server with an empty database `lockstep`: a Unix socket and no other, commits synced. */
  static async start() {
    assert.ok(BINARIES, 'PostgreSQL is not installed: tools/packages.sh names its package');
    const server = new Postgres();
    server.directory = temporaryDirectory();
    server.data = path.join(server.directory, 'data');
    if (process.getuid() === 0) {
      chownSync(server.directory, Number(run('id', ['-u', 'postgres'])), Number(run('id', ['-g', 'postgres'])));
    }
    run(...asPostgres(`${BINARIES}/initdb`, ['-D', server.data, '-U', 'postgres', '-A', 'trust', '--locale=C',
      '--encoding=UTF8', '--no-sync']), { cwd: '/' });
    await server.serve();
    server.sql('CREATE DATABASE lockstep', 'postgres');
    return server;
  }

  async serve() {
    this.program = new Program(...asPostgres(`${BINARIES}/postgres`, ['-D', this.data, '-k', this.directory,
      '-c', 'listen_addresses=', '-c', 'fsync=on', '-c', 'shared_buffers=64MB', '-c', 'max_connections=100']), { cwd: '/' });
    await this.program.wait('it accepts', () => /ready to accept/.test(this.program.err));
  }

  /** `host`: another way to it, such as a proxy's directory. */
  url(host = this.directory) { return `postgresql://postgres@/lockstep?host=${host}`; }

  sql(text, database = 'lockstep') {
    return run(`${BINARIES}/psql`, ['-h', this.directory, '-U', 'postgres', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-c', text, database]).trim();
  }

  /** Ends every session but this one's. */
  cut() {
    this.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
  }

  kill(signal = 'SIGKILL') { return this.program.kill(signal); }

  async stop() {
    if (!this.program.end) await this.program.kill('SIGQUIT');  // nobody reads its files again
  }
}

/** The messages of PostgreSQL's protocol in a stream from a client, as [type, body]. */
class Messages {
  #rest = Buffer.alloc(0);
  #started = false;

  * of(chunk) {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const head = this.#started ? 1 : 0;  // the first message has no type
      if (this.#rest.length < head + 4) return;
      const length = this.#rest.readInt32BE(head);
      if (this.#rest.length < head + length) return;
      const type = head ? String.fromCharCode(this.#rest[0]) : 'startup';
      yield [type, this.#rest.subarray(head + 4, head + length)];
      this.#rest = this.#rest.subarray(head + length);
      this.#started = true;
    }
  }
}

const text = (body, from) => body.toString('latin1', from, body.indexOf(0, from));

/** Stands between clients and a server, and can cut a line while a commit is under way. */
export class CuttingProxy {
  static async start(postgres) {
    const proxy = new CuttingProxy();
    proxy.target = path.join(postgres.directory, '.s.PGSQL.5432');
    proxy.host = temporaryDirectory();
    proxy.lines = new Set();
    proxy.cuts = 0;
    proxy.server = net.createServer((client) => proxy.#join(client));
    await new Promise((resolve) => { proxy.server.listen(path.join(proxy.host, '.s.PGSQL.5432'), resolve); });
    return proxy;
  }

  /**
   * Cuts the next line over which a commit is sent. 'delivered': the server gets it, and nobody
   * hears what came of it; 'withheld': it never gets it.
   */
  cutNextCommit(how) { this.armed = how; }

  #join(client) {
    const server = net.connect(this.target);
    const messages = new Messages();
    const commits = new Set();  // prepared statements that are a COMMIT
    this.lines.add(client);
    let deaf = false;
    const end = () => { this.lines.delete(client); client.destroy(); server.destroy(); };
    for (const side of [client, server]) side.on('error', end).on('close', end);
    server.on('data', (chunk) => { if (!deaf) client.write(chunk); });
    client.on('data', (chunk) => {
      let isCommit = false;
      for (const [type, body] of messages.of(chunk)) {
        if (type === 'P' && text(body, body.indexOf(0) + 1) === 'COMMIT') commits.add(text(body, 0));
        if (type === 'B' && commits.has(text(body, body.indexOf(0) + 1))) isCommit = true;
      }
      if (!isCommit || !this.armed || deaf) {
        if (!deaf) server.write(chunk);
        return;
      }
      const how = this.armed;
      this.armed = undefined;
      ++this.cuts;
      deaf = true;
      if (how === 'withheld') { end(); return; }
      // Long enough for the commit: the server answers it, and only then the line is cut.
      server.removeAllListeners('data');
      server.once('data', end);
      server.write(chunk);
    });
  }

  stop() {
    for (const client of this.lines) client.destroy();
    return new Promise((resolve) => { this.server.close(resolve); });
  }
}
