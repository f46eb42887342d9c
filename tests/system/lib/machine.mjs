// SPDX-License-Identifier: Apache-2.0
// A machine of its own, as far as network, mounts and processes go: namespaces without names, which are gone with
// the last process in them. What happens in there touches no link or route of this machine. For root only.
import dgram from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { Program, run, until } from './server.mjs';

const FAR_END = fileURLToPath(new URL('./far_end.mjs', import.meta.url));

/** The process that `pid` started, 0 if none. */
const childOf = (pid) => Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());

export class Machine {
  static async start() {
    const machine = new Machine();
    machine.sockets = [];
    // All in it ends when `cat` does, and `cat` when nobody holds the other end of its pipe any more.
    machine.holder = new Program('unshare',
      ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'cat'], { stdin: 'pipe' });
    try {
      machine.pid = await machine.holder.wait('it has namespaces', () => childOf(machine.holder.child.pid));
      await machine.holder.wait('it is there', () => readFileSync(`/proc/${machine.pid}/comm`, 'utf8') === 'cat\n');
      machine.run('ip', ['link', 'set', 'lo', 'up']);
      machine.run('mount', ['-t', 'tmpfs', 'tmpfs', '/run']);
    } catch (error) {
      await machine.stop();
      throw error;
    }
    return machine;
  }

  #enter(file, args) { return ['--target', String(this.pid), '--net', '--mount', '--pid', file, ...args]; }

  /** Runs a program in it, which must succeed. */
  run(file, args, options) { return run('nsenter', this.#enter(file, args), options); }

  /** Starts a program in it, which ends with the machine at the latest. */
  start(file, args, options) {
    const program = new Program('nsenter', this.#enter(file, args), options);
    program.name = file;
    return program;
  }

  /** Asks one that start() started to end, and waits. nsenter would keep the signal for itself. */
  async end(program) {
    process.kill(childOf(program.child.pid), 'SIGTERM');
    await program.ended;
  }

  /** Lets it see `source` at `target`. */
  mount(source, target) { this.run('mount', ['--bind', source, target]); }

  /** A cable from this one to `other`; the addresses of both ends, with their prefix. */
  cable(other, here, there) {
    // In the network of this one, but among the processes of all: `netns` names one of those.
    run('nsenter', ['--target', String(this.pid), '--net',
      'ip', 'link', 'add', 'wan', 'type', 'veth', 'peer', 'name', 'wan', 'netns', String(other.pid)]);
    for (const [machine, address] of [[this, here], [other, there]]) {
      machine.run('ip', ['address', 'add', address, 'dev', 'wan']);
      machine.run('ip', ['link', 'set', 'wan', 'up']);
    }
  }

  /**
   * Gives it `address`, and what is sent there over UDP to ports of this machine: `ports` is [port in it,
   * port here], …. This process is on the way: no run() while somebody in there waits for an answer.
   */
  async relay(address, ports) {
    this.run('ip', ['address', 'add', `${address}/32`, 'dev', 'lo']);
    const far = this.start(process.execPath, [FAR_END, address, ...ports.map(([port]) => String(port))],
      { stdin: 'pipe' });
    const targets = new Map(ports);
    const sockets = new Map();
    createInterface({ input: far.child.stdout }).on('line', (line) => {
      const [port, from, bytes] = line.split(' ');
      if (!bytes) return;
      const key = `${port} ${from}`;
      if (!sockets.has(key)) {
        const socket = dgram.createSocket('udp4');
        socket.on('message', (answer) => far.child.stdin.write(`${key} ${answer.toString('hex')}\n`));
        sockets.set(key, socket);
        this.sockets.push(socket);
      }
      sockets.get(key).send(Buffer.from(bytes, 'hex'), targets.get(Number(port)), '127.0.0.1');
    });
    await until('the relay listens', () => far.out.startsWith('ready\n'));
  }

  async stop() {
    for (const socket of this.sockets) socket.close();
    this.holder.child.stdin.end();
    await this.holder.ended;
  }
}
