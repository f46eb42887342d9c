// SPDX-License-Identifier: Apache-2.0
// A RADIUS client of our own, for what no real one would send, and radclient, which is a real one.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import dgram from 'node:dgram';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { temporaryDirectory } from './server.mjs';

export const CODES = { 2: 'accept', 3: 'reject', 11: 'challenge' };
const TYPES = { userName: 1, userPassword: 2, replyMessage: 18, state: 24, callingStation: 31, proxyState: 33, mac: 80 };

const md5 = (...parts) => createHash('md5').update(Buffer.concat(parts)).digest();
const hmac = (secret, bytes) => createHmac('md5', secret).update(bytes).digest();
const attribute = (type, value) => Buffer.concat([Buffer.from([type, value.length + 2]), value]);

/** RADIUS is served on a port of its own; what clients there are stands behind it. */
export const RADIUS_SECTION = '[radius]\naddress = "127.0.0.1"\nport = 0\n';

/** A [radius] section with these clients; their secrets are written to files. */
export function radiusConfig(clients) {
  const directory = temporaryDirectory();
  const lines = [];
  for (const { name, secret, networks = ['127.0.0.1'], more = '' } of clients) {
    const file = path.join(directory, `${name}.secret`);
    writeFileSync(file, `${secret}\n`, { mode: 0o600 });
    lines.push('[[radius.client]]', `name = "${name}"`, `networks = ${JSON.stringify(networks)}`,
      `secret_file = "${file}"`, more);
  }
  return `${RADIUS_SECTION}${lines.join('\n')}\n`;
}

function hide(secret, authenticator, password) {
  const plain = Buffer.alloc(Math.max(Math.ceil(Buffer.byteLength(password) / 16), 1) * 16);
  plain.write(password);
  let before = authenticator;
  for (let at = 0; at < plain.length; at += 16) {
    const mask = md5(Buffer.from(secret), before);
    for (let i = 0; i < 16; ++i) plain[at + i] ^= mask[i];
    before = plain.subarray(at, at + 16);
  }
  return plain;
}

/** An Access-Request; `attributes`: further ones, as [type, Buffer]. */
export function request(secret, { user, password = '', state, station, id, authenticator, signed = true, attributes = [] }) {
  const random = authenticator ?? randomBytes(16);
  const parts = [attribute(TYPES.userName, Buffer.from(user)),
    attribute(TYPES.userPassword, hide(secret, random, password))];
  if (state) parts.push(attribute(TYPES.state, state));
  if (station) parts.push(attribute(TYPES.callingStation, Buffer.from(station)));
  for (const [type, value] of attributes) parts.push(attribute(type, value));
  if (signed) parts.unshift(attribute(TYPES.mac, Buffer.alloc(16)));
  const body = Buffer.concat(parts);
  const head = Buffer.from([1, id ?? randomBytes(1)[0], 0, 0]);
  head.writeUInt16BE(20 + body.length, 2);
  const packet = Buffer.concat([head, random, body]);
  if (signed) hmac(secret, packet).copy(packet, 22);
  return packet;
}

/** Whether the server lives: RFC 5997. It holds nothing but its Message-Authenticator. */
export function statusRequest(secret, id = randomBytes(1)[0]) {
  const packet = Buffer.concat([Buffer.from([12, id, 0, 38]), randomBytes(16), attribute(TYPES.mac, Buffer.alloc(16))]);
  hmac(secret, packet).copy(packet, 22);
  return packet;
}

/** An Accounting-Request, RFC 2866; `status`: 1 start, 2 stop, 3 in between. */
export function accountingRequest(secret, { user, status, session, id = randomBytes(1)[0] }) {
  const kind = Buffer.alloc(4);
  kind.writeUInt32BE(status);
  const body = Buffer.concat([attribute(TYPES.userName, Buffer.from(user)), attribute(40, kind),
    attribute(44, Buffer.from(session))]);
  const head = Buffer.from([4, id, 0, 0]);
  head.writeUInt16BE(20 + body.length, 2);
  const digest = md5(head, Buffer.alloc(16), body, Buffer.from(secret));
  return Buffer.concat([head, digest, body]);
}

/** Whether `bytes` answers the Accounting-Request `asked`: RFC 2866 section 3. */
export function isAccountingResponse(secret, asked, bytes) {
  const digest = md5(bytes.subarray(0, 4), asked.subarray(4, 20), bytes.subarray(20), Buffer.from(secret));
  return bytes[0] === 5 && bytes[1] === asked[1] && digest.equals(bytes.subarray(4, 20));
}

/** A reply, taken apart; fails when it does not prove itself to who sent `asked`. */
export function readReply(secret, asked, bytes) {
  const authenticator = asked.subarray(4, 20);
  assert.equal(bytes[1], asked[1], 'the identifier');
  assert.equal(bytes.readUInt16BE(2), bytes.length, 'the length');
  const open = Buffer.concat([bytes.subarray(0, 4), authenticator, bytes.subarray(20)]);
  assert.deepEqual(bytes.subarray(4, 20), md5(open, Buffer.from(secret)), 'the Response Authenticator');
  const attributes = [];
  for (let at = 20; at < bytes.length; at += bytes[at + 1]) {
    attributes.push([bytes[at], bytes.subarray(at + 2, at + bytes[at + 1])]);
  }
  assert.equal(attributes[0][0], TYPES.mac, 'Message-Authenticator stands first');
  const blank = Buffer.from(open);
  blank.fill(0, 22, 38);
  assert.deepEqual(attributes[0][1], hmac(secret, blank), 'the Message-Authenticator');
  const all = (type) => attributes.filter(([one]) => one === type).map(([, value]) => value);
  return {
    decision: CODES[bytes[0]], attributes, all,
    state: all(TYPES.state)[0], message: Buffer.concat(all(TYPES.replyMessage)).toString(), bytes,
  };
}

export const PROXY_STATE = TYPES.proxyState;

/** One socket of a client. */
export class RadiusPeer {
  static async open(port, secret) {
    const peer = new RadiusPeer();
    Object.assign(peer, { port, secret, heard: [], waiting: [] });
    peer.socket = dgram.createSocket('udp4');
    peer.socket.on('message', (bytes) => {
      const next = peer.waiting.shift();
      if (next) next(bytes); else peer.heard.push(bytes);
    });
    await new Promise((resolve) => { peer.socket.bind(0, '127.0.0.1', resolve); });
    return peer;
  }

  close() { this.socket.close(); }
  send(packet) { this.socket.send(packet, this.port, '127.0.0.1'); }

  /** The next datagram; undefined when none comes within the time. */
  next(milliseconds = 20_000) {
    if (this.heard.length > 0) return Promise.resolve(this.heard.shift());
    return new Promise((resolve) => {
      const take = (bytes) => { clearTimeout(timer); resolve(bytes); };
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(take), 1);
        resolve(undefined);
      }, milliseconds);
      this.waiting.push(take);
    });
  }

  /** A log-in: what the reply says. */
  async ask(how) {
    const packet = request(this.secret, how);
    this.send(packet);
    const reply = await this.next();
    assert.ok(reply, 'no reply came');
    return { ...readReply(this.secret, packet, reply), packet };
  }
}

/** radclient: its exit status and all that it printed. `attributes` in FreeRADIUS' notation. */
export function radclient(port, kind, secret, attributes, options = []) {
  const child = spawn('radclient', ['-x', '-t', '20', '-r', '1', ...options, `127.0.0.1:${port}`, kind, secret]);
  let text = '';
  child.stdout.on('data', (chunk) => { text += chunk; });
  child.stderr.on('data', (chunk) => { text += chunk; });
  child.stdin.end(`${attributes.join('\n')}\n`);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, text }));
  });
}
