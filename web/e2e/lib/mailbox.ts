// SPDX-License-Identifier: Apache-2.0
// A real mail server (Debian's python3-aiosmtpd, as the system tests have it), and what came to whom.
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ended, firstLine } from './server';

const SCRIPT = fileURLToPath(new URL('../../../tests/system/lib/smtp_server.py', import.meta.url));
const PATIENCE_MS = 60_000;

interface Mail {
  to: string;
  text: string;
}

/** The lines of a mail without the soft ends that quoted-printable (RFC 2045, section 6.7) makes. */
const unfolded = (message: string) => message.replaceAll('=\r\n', '').replaceAll('\r\n', '\n');

export class Mailbox {
  private readonly mails: Mail[] = [];
  private arrived: () => void = () => undefined;
  private constructor(private readonly child: ChildProcess, readonly port: number) {}

  static async start(): Promise<Mailbox> {
    const child = spawn('/usr/bin/python3', ['-Wignore', SCRIPT], { stdio: ['pipe', 'pipe', 'pipe'] });
    const { port } = JSON.parse(await firstLine(child, 'the mail server')) as { port: number };
    const made = new Mailbox(child, port);
    let rest = '';
    child.stdout.on('data', (chunk: Buffer) => {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) made.take(JSON.parse(line) as { to: string[]; message: string });
    });
    return made;
  }

  private take({ to, message }: { to: string[]; message: string }): void {
    this.mails.push({ to: to.join(), text: unfolded(message) });
    this.arrived();
  }

  /** What `pattern` catches in the next mail to `to` that has it, which is then taken away. */
  async next(to: string, pattern: RegExp): Promise<string> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const index = this.mails.findIndex((mail) => mail.to === to && pattern.test(mail.text));
      if (index >= 0) return pattern.exec(this.mails.splice(index, 1)[0]?.text ?? '')?.[1] ?? '';
      if (Date.now() >= deadline) throw new Error(`no mail to ${to} with ${pattern}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now());
        this.arrived = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  code = (to: string) => this.next(to, /^(\d{6})$/m);
  count = (to: string) => this.mails.filter((mail) => mail.to === to).length;
  stop = () => ended(this.child, 'SIGTERM');
}
