// SPDX-License-Identifier: Apache-2.0
// Who there is and what they hold, with a clock that tests steer.
import { createHash, randomBytes, randomInt } from 'node:crypto';
import type { Activity } from '@lockstep/api';
import { Outbox } from './mails';
import type { Refusal } from './http';
import { Token, type Moved, type TokenFacts } from './token';

export class DoubleClock {
  private ahead = 0;
  /** Seconds since 1970. */
  now = (): number => Date.now() / 1000 + this.ahead;
  advance(seconds: number): void {
    this.ahead += seconds;
  }
}

export interface User {
  id: string;
  name: string;
  email: string;
  language?: string;
  temporary?: { codes: string[]; until: number };
  activity: Activity[];
}

export interface Session {
  token: string;
  csrf: string;
  user: string;
  by: 'passcode' | 'email_code' | 'link';
  freshUntil: number;
  idleUntil: number;
  endsAt: number;
  task?: { kind: 'resync'; serial: string };
}

export interface MailTicket {
  state: string;
  user: string | undefined;
  code: string;
  expires: number;
  tries: number;
  by: 'email_code' | 'link';
  serial?: string;
}

export interface Conversation {
  id: string;
  user: string;
  serial: string;
  expires: number;
  given: { code: string; at: number }[];
  /** What was decided, for the code that is sent again because its answer was lost. */
  decided?: { code: string; moved?: Moved; refusal?: Refusal };
}

const HOUR = 3600;
const YEAR = 365 * 24 * HOUR;
export const FRESH = 600;
export const IDLE = 15 * 60;
export const ABSOLUTE = 8 * HOUR;
export const CONVERSATION = 180;
export const MAIL_CODE = 600;

const seedOf = (name: string) => createHash('sha1').update(`seed of ${name}`).digest();
const MODELS = {
  fob: { model: 'Key fob', form: 'hardware', spec: { kind: 'totp', algorithm: 'sha1', digits: 6, step: 30 }, accept: 1, pair: 70, resync: 1440 },
  card: { model: 'Display card', form: 'hardware', spec: { kind: 'hotp', algorithm: 'sha1', digits: 6, step: 30 }, accept: 2, pair: 100, resync: 1000 },
  buttonFob: { model: 'Button fob', form: 'hardware', spec: { kind: 'hotp', algorithm: 'sha1', digits: 8, step: 30 }, accept: 10, pair: 100, resync: 1000, shownSeconds: 15 },
} as const satisfies Record<string, Omit<TokenFacts, 'serial' | 'user' | 'seed'>>;

export class World {
  readonly clock = new DoubleClock();
  readonly outbox = new Outbox();
  readonly users = new Map<string, User>();
  readonly tokens = new Map<string, Token>();
  readonly sessions = new Map<string, Session>();
  readonly mailTickets = new Map<string, MailTicket>();
  readonly links = new Map<string, { user: string; serial: string; expires: number }>();
  readonly conversations = new Map<string, Conversation>();
  /** Every address line that was asked for, for tests that look for codes in it. */
  readonly log: string[] = [];
  private records = 1000;

  constructor() {
    this.addUser('anna.berg', 'Anna Berg', 'anna.berg@example.org');
    this.addUser('erik.lind', 'Erik Lind', 'erik.lind@example.org');
    const fob = this.addToken('FT2604411', 'anna.berg', MODELS.fob);
    fob.name = 'Office key fob';
    fob.primary = true;
    this.addToken('BF7730208', 'anna.berg', MODELS.buttonFob).sync = 'unused';
    this.addToken('DC1842207', 'erik.lind', MODELS.card).primary = true;
  }

  addUser(id: string, name: string, email: string): User {
    const user: User = { id, name, email, activity: [] };
    this.users.set(id, user);
    return user;
  }

  addToken(serial: string, user: string, kind: Omit<TokenFacts, 'serial' | 'user' | 'seed'>): Token {
    const now = this.clock.now();
    const token = new Token({ serial, user, seed: seedOf(serial), ...kind }, now - 2 * YEAR, now);
    this.tokens.set(serial, token);
    return token;
  }

  tokensOf(user: string): Token[] {
    return [...this.tokens.values()].filter((token) => token.facts.user === user)
      .toSorted((a, b) => Number(b.primary) - Number(a.primary));
  }

  /** One code of `user`, tried on all tokens, and on the temporary codes. */
  logIn(userId: string, code: string): { accepted: boolean; reason?: string; off?: number; moved?: boolean; serial?: string } {
    const user = this.users.get(userId.toLowerCase().trim());
    if (user === undefined) return { accepted: false, reason: 'unknown_user' };
    if (this.useTemporary(user, code)) return { accepted: true };
    let best: ReturnType<World['logIn']> = { accepted: false, reason: 'not_assigned' };
    for (const token of this.tokensOf(user.id)) {
      const attempt = token.attempt(code, this.clock.now());
      if (attempt.accepted) return { ...attempt, serial: token.facts.serial };
      if (best.off === undefined) best = { ...attempt, serial: token.facts.serial };
    }
    return best;
  }

  private useTemporary(user: User, code: string): boolean {
    const given = user.temporary;
    return given !== undefined && this.clock.now() < given.until && given.codes.includes(code);
  }

  record(userId: string, what: Activity['what'], result: Activity['result'], more: Partial<Activity> = {}): void {
    this.records += 1;
    const entry: Activity = {
      id: `1-${this.records}`, at: new Date(this.clock.now() * 1000).toISOString(), what, result, by: 'user',
      not_me: result === 'ok' && what !== 'suspended' ? 'possible' : 'no', source: '192.0.2.17', ...more,
    };
    const user = this.users.get(userId);
    user?.activity.unshift(entry);
    user?.activity.splice(20);
  }

  mail(user: User, event: Parameters<Outbox['send']>[1], language: string, values: Record<string, string>): void {
    const at = new Date(this.clock.now() * 1000);
    this.outbox.send(user.email, event, user.language ?? language, at, { time: at.toISOString().slice(11, 16), ...values });
  }

  startSession(user: string, by: Session['by'], serial?: string): Session {
    const now = this.clock.now();
    const session: Session = {
      token: randomBytes(16).toString('base64url'),
      csrf: randomBytes(16).toString('base64url'),
      user, by,
      freshUntil: by === 'passcode' ? 0 : now + FRESH,
      idleUntil: now + IDLE,
      endsAt: now + ABSOLUTE,
      ...(serial === undefined ? {} : { task: { kind: 'resync' as const, serial } }),
    };
    this.sessions.set(session.token, session);
    this.record(user, by === 'passcode' ? 'portal_sign_in' : 'email_code', 'ok', { client: 'portal' });
    return session;
  }

  /** A code by email; `user` may be nobody, and then no mail goes out. */
  sendCode(user: User | undefined, language: string, link?: { serial: string }): MailTicket {
    const ticket: MailTicket = {
      state: randomBytes(16).toString('base64url'),
      user: user?.id,
      code: String(randomInt(1_000_000)).padStart(6, '0'),
      expires: this.clock.now() + MAIL_CODE,
      tries: 5,
      by: link === undefined ? 'email_code' : 'link',
      ...link,
    };
    this.mailTickets.set(ticket.state, ticket);
    if (user !== undefined) this.mail(user, 'email_code', language, { code: ticket.code });
    return ticket;
  }

  /** IT sends a link to the owner of `serial`; what stands behind the `#`. */
  sendLink(serial: string, base: string): string {
    const token = this.tokens.get(serial);
    const user = this.users.get(token?.facts.user ?? '');
    if (token === undefined || user === undefined) throw new Error(`no owner of ${serial}`);
    const secret = randomBytes(24).toString('base64url');
    this.links.set(secret, { user: user.id, serial, expires: this.clock.now() + 24 * HOUR });
    this.mail(user, 'link', 'en', { url: `${base}/portal/link#${secret}` });
    return secret;
  }
}
