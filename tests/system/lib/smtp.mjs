// SPDX-License-Identifier: Apache-2.0
// A real mail server, Debian's python3-aiosmtpd, and what it took.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { Program, run, temporaryDirectory } from './server.mjs';

const SCRIPT = fileURLToPath(new URL('smtp_server.py', import.meta.url));

/** What Python's own reader makes of a message: {subject, from, to, language, plain, html}. */
const READ = `
import email, email.policy, json, sys
m = email.message_from_string(sys.stdin.read(), policy=email.policy.default)
print(json.dumps({"subject": m["subject"], "from": str(m["from"]), "to": str(m["to"]), "id": m["message-id"],
  "language": m["content-language"], "defects": [str(d) for d in m.defects],
  "plain": m.get_body(("plain",)).get_content(), "html": m.get_body(("html",)).get_content()}))`;

export class SmtpServer {
  static async start({ tls, auth, port = 0, certificate } = {}) {
    const server = new SmtpServer();
    const args = ['-Wignore', SCRIPT, '--port', String(port)];
    if (tls) args.push('--tls', tls, '--cert', certificate.cert, '--key', certificate.key);
    if (auth) args.push('--auth', auth);
    server.program = new Program('/usr/bin/python3', args, { stdin: 'pipe' });
    await server.program.wait('it serves', () => server.program.out.includes('\n'));
    server.port = JSON.parse(server.program.out.split('\n')[0]).port;
    return server;
  }

  /** Every mail that was taken so far, as Python reads it, with the envelope. */
  mails() {
    return this.program.out.trim().split('\n').slice(1).map((line) => {
      const { message, ...envelope } = JSON.parse(line);
      return { ...envelope, ...JSON.parse(execFileSync('/usr/bin/python3', ['-c', READ], { input: message, encoding: 'utf8' })) };
    });
  }

  /** Waits until there are `count` mails; returns the newest. */
  async mail(count = 1) {
    await this.program.wait(`mail number ${count}`, () => this.program.out.split('\n').length > count + 1);
    return this.mails().at(-1);
  }

  stop() { return this.program.kill('SIGTERM'); }
}

/** A certificate for localhost that signs itself: {cert, key}, paths. */
export function certificate() {
  const directory = temporaryDirectory();
  const cert = path.join(directory, 'cert.pem');
  const key = path.join(directory, 'key.pem');
  run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
    '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert]);
  return { cert, key };
}
