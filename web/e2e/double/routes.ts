// SPDX-License-Identifier: Apache-2.0
// The routes of the portal and the lab (api/openapi.yaml), one function each.
import { randomBytes, randomInt } from 'node:crypto';
import type { Activity, Device, Settings } from '@lockstep/api';
import { Refusal, type Json, type Reply } from './http';
import type { Token } from './token';
import { CONVERSATION, IDLE, type Conversation, type Session, type World } from './world';

export interface Call {
  world: World;
  body: Json;
  args: string[];
  language: string;
  session: Session | undefined;
}
type Handler = (call: Call) => Reply;
export interface Route {
  method: string;
  pattern: RegExp;
  handle: Handler;
  open: boolean;
  stepUp: boolean;
}
export const routes: Route[] = [];
function on(method: string, path: string, handle: Handler, more: { open?: boolean; stepUp?: boolean } = {}): void {
  const pattern = new RegExp(`^/api/v1${path.replace(/\{\w+\}/g, '([^/]+)')}$`);
  routes.push({ method, pattern, handle, open: more.open ?? false, stepUp: more.stepUp ?? false });
}

const time = (seconds: number) => new Date(seconds * 1000).toISOString();
const masked = (email: string) => email.replace(/^(.).*@/, '$1•••@');
const text = (body: Json, name: string) => {
  const value = body[name];
  if (typeof value !== 'string') throw new Refusal(400, 'invalid_input', { detail: name });
  return value;
};
function need(call: Call): Session {
  if (call.session === undefined) throw new Refusal(401, 'unauthenticated');
  return call.session;
}
function userOf(call: Call) {
  const user = call.world.users.get(need(call).user);
  if (user === undefined) throw new Refusal(401, 'unauthenticated');
  return user;
}
function tokenOf(call: Call, serial = call.args[0] ?? ''): Token {
  const token = call.world.tokens.get(serial);
  if (token === undefined || token.facts.user !== need(call).user) throw new Refusal(404, 'not_assigned');
  return token;
}

export function sessionBody(world: World, session: Session): Json {
  const user = world.users.get(session.user);
  const fresh = session.freshUntil > world.clock.now();
  return {
    state: 'signed_in',
    user: { id: session.user, name: user?.name ?? '', email: masked(user?.email ?? ''), ...(user?.language === undefined ? {} : { language: user.language }) },
    by: session.by,
    csrf: session.csrf,
    ...(fresh ? { fresh_until: time(session.freshUntil) } : {}),
    idle_until: time(session.idleUntil),
    ends_at: time(session.endsAt),
    server_time: time(world.clock.now()),
    ...(session.task === undefined ? {} : { task: session.task }),
  };
}
function signedIn(world: World, session: Session): Reply {
  return { status: 200, body: { decision: 'accept', session: sessionBody(world, session) }, cookie: session.token };
}

const ALLOW: Settings['allow'] = {
  resync: true, report_lost: true, temporary_code: true, rename: true, make_primary: true, test: true, not_me: true,
};
on('GET', '/portal/settings', ({ world }) => ({
  status: 200,
  body: {
    organisation: 'Northwind', languages: ['en', 'sv'], default_language: 'en', sign_in: { password: false, email_code: true },
    allow: ALLOW, troubleshoot: ['not_accepted', 'broken', 'left_behind', 'lost'], temporary_code: { seconds: 86_400, codes: 0 },
    help: { phone: '+46 8 555 01 00', email: 'helpdesk@example.org', hours: '07–18' }, demo: true, server_time: time(world.clock.now()),
  },
}), { open: true });

on('GET', '/portal/session', ({ world, session }) => ({
  status: 200, body: session === undefined ? { state: 'signed_out' } : sessionBody(world, session),
}), { open: true });
on('POST', '/portal/session', ({ world, body }) => {
  const user = text(body, 'user').toLowerCase().trim();
  const result = world.logIn(user, text(body, 'code'));
  if (!result.accepted) {
    world.record(user, 'portal_sign_in', 'refused', { reason: result.reason ?? 'no_match', client: 'portal' });
    return { status: 200, body: { decision: 'reject' } };
  }
  return signedIn(world, world.startSession(user, 'passcode'));
}, { open: true });
on('DELETE', '/portal/session', ({ world, session }) => {
  if (session !== undefined) world.sessions.delete(session.token);
  return { status: 204, cookie: '' };
}, { open: true });
on('DELETE', '/portal/sessions', (call) => {
  const { user } = need(call);
  for (const one of call.world.sessions.values()) if (one.user === user) call.world.sessions.delete(one.token);
  return { status: 204, cookie: '' };
});
on('POST', '/portal/session/keep', (call) => {
  const session = need(call);
  session.idleUntil = Math.min(session.endsAt, call.world.clock.now() + IDLE);
  return { status: 200, body: sessionBody(call.world, session) };
});

const RESEND = 30;
function sent(world: World, state: string, expires: number, address?: string): Reply {
  return {
    status: 202,
    body: { state, ...(address === undefined ? {} : { address: masked(address) }), expires_at: time(expires), resend_at: time(world.clock.now() + RESEND), server_time: time(world.clock.now()) },
  };
}
on('POST', '/portal/session/email-code', ({ world, body, language }) => {
  const ticket = world.sendCode(world.users.get(text(body, 'user').toLowerCase().trim()), language);
  return sent(world, ticket.state, ticket.expires);
}, { open: true });
function confirm({ world, body, session }: Call): Reply {
  const ticket = world.mailTickets.get(text(body, 'state'));
  if (ticket === undefined || ticket.tries === 0 || ticket.expires < world.clock.now()) throw new Refusal(410, 'conversation_expired');
  if (ticket.user === undefined || ticket.code !== text(body, 'code')) {
    ticket.tries -= 1;
    return { status: 200, body: { decision: 'reject', attempts_left: ticket.tries } };
  }
  world.mailTickets.delete(ticket.state);
  if (session !== undefined) world.sessions.delete(session.token);
  return signedIn(world, world.startSession(ticket.user, ticket.by, ticket.serial));
}
on('PUT', '/portal/session/email-code', confirm, { open: true });
on('POST', '/portal/session/step-up', (call) => {
  const user = userOf(call);
  const ticket = call.world.sendCode(user, call.language);
  return sent(call.world, ticket.state, ticket.expires, user.email);
});
on('PUT', '/portal/session/step-up', confirm);
on('POST', '/portal/session/link', ({ world, body, language }) => {
  const secret = text(body, 'token');
  const link = world.links.get(secret);
  if (link === undefined || link.expires < world.clock.now()) throw new Refusal(410, 'conversation_expired');
  world.links.delete(secret);
  const user = world.users.get(link.user);
  const ticket = world.sendCode(user, language, { serial: link.serial });
  return sent(world, ticket.state, ticket.expires, user?.email);
}, { open: true });
on('PUT', '/portal/language', (call) => {
  userOf(call).language = text(call.body, 'language');
  return { status: 204 };
});

function actionsOf(token: Token): Device['actions'] {
  if (token.life === 'lost' || token.life === 'revoked') return [];
  if (token.life === 'suspended') return ['report_lost', 'rename'];
  return ['resync', 'troubleshoot', 'report_lost', 'rename', 'test', ...(token.primary ? [] : ['make_primary' as const])];
}
function deviceBody(token: Token): Json {
  const { serial, model, form, spec } = token.facts;
  return {
    serial, name: token.name, kind: spec.kind, form, model, digits: spec.digits, primary: token.primary, life: token.life,
    sync: token.sync, added_at: time(token.addedAt), ...(token.lastUsed === undefined ? {} : { last_used_at: time(token.lastUsed) }),
    actions: actionsOf(token),
  };
}
on('GET', '/portal/devices', (call) => {
  const user = userOf(call);
  const given = user.temporary;
  return {
    status: 200,
    body: {
      items: call.world.tokensOf(user.id).map(deviceBody), email: masked(user.email),
      ...(given === undefined || given.until < call.world.clock.now() ? {} : { temporary_code: { codes: 0, until: time(given.until) } }),
    },
  };
});
on('PATCH', '/portal/devices/{serial}', (call) => {
  const token = tokenOf(call);
  token.name = text(call.body, 'name').trim() || token.facts.model;
  return { status: 200, body: deviceBody(token) };
});
on('PUT', '/portal/devices/{serial}/primary', (call) => {
  const token = tokenOf(call);
  for (const other of call.world.tokensOf(token.facts.user)) other.primary = other === token;
  call.world.record(token.facts.user, 'primary', 'ok', { serial: token.facts.serial });
  call.world.mail(userOf(call), 'primary', call.language, { end: token.facts.serial.slice(-4) });
  return { status: 204 };
}, { stepUp: true });
on('POST', '/portal/devices/{serial}/test', (call) => {
  const token = tokenOf(call);
  checkForm(token, text(call.body, 'code'));
  const now = call.world.clock.now();
  const expected = token.expected(now);
  const near = [0, 1, 2, -1].find((off) => off <= token.facts.accept && expected + off >= token.next && token.codeAt(expected + off) === call.body['code']);
  if (near === undefined) throw new Refusal(422, 'no_match', { attempts_left: 4 });
  return { status: 200, body: { ...token.inWords(near) } };
});
on('POST', '/portal/devices/{serial}/lost', (call) => {
  const token = tokenOf(call);
  const { user, serial } = token.facts;
  token.life = 'lost';
  call.world.record(user, 'lost', 'ok', { serial });
  call.world.mail(userOf(call), 'lost', call.language, { end: serial.slice(-4), how: text(call.body, 'how') });
  return { status: 200, body: deviceBody(token) };
}, { stepUp: true });

function checkForm(token: Token, code: string): void {
  if (!/^[0-9]*$/.test(code)) throw new Refusal(422, 'malformed', { attempts_left: 4 });
  if (code.length !== token.facts.spec.digits) throw new Refusal(422, 'wrong_length', { attempts_left: 4 });
}
function conversationOf(call: Call) {
  const conversation = call.world.conversations.get(call.args[0] ?? '');
  if (conversation === undefined || conversation.user !== need(call).user || conversation.expires < call.world.clock.now()) {
    throw new Refusal(410, 'conversation_expired');
  }
  return { conversation, token: tokenOf(call, conversation.serial) };
}
on('POST', '/resync', (call) => {
  const token = tokenOf(call, text(call.body, 'serial'));
  const now = call.world.clock.now();
  if (token.life !== 'active') throw new Refusal(403, token.life === 'locked' ? 'token_locked' : token.life);
  if (token.pausedUntil > now) throw new Refusal(429, 'too_many_attempts', { retry_after: Math.ceil(token.pausedUntil - now) });
  const id = randomBytes(16).toString('base64url');
  const { spec, serial, shownSeconds } = token.facts;
  call.world.conversations.set(id, { id, user: need(call).user, serial, expires: now + CONVERSATION, given: [] });
  return {
    status: 201,
    body: {
      id, method: 'two_codes', kind: spec.kind, digits: spec.digits, expires_at: time(now + CONVERSATION), server_time: time(now),
      attempts_left: 5 - token.failures, ...(token.isTime ? { step_seconds: spec.step } : {}),
      ...(shownSeconds === undefined ? {} : { display_seconds: shownSeconds }),
    },
  };
}, { stepUp: true });
on('PUT', '/resync/{id}/first', (call) => {
  const { conversation, token } = conversationOf(call);
  checkForm(token, text(call.body, 'code'));
  conversation.given = [{ code: text(call.body, 'code'), at: call.world.clock.now() }];
  return { status: 202, body: { accept_until: time(conversation.expires), ...(token.isTime ? { next_within_seconds: token.facts.spec.step } : {}) } };
});
function outcome({ moved, refusal }: NonNullable<Conversation['decided']>): Reply {
  if (refusal !== undefined) throw refusal;
  return { status: 200, body: { ...moved } };
}
function decide(call: Call, name: string): Reply {
  const { conversation, token } = conversationOf(call);
  const code = text(call.body, name);
  if (conversation.decided?.code === code) return outcome(conversation.decided);
  if (conversation.decided !== undefined || conversation.given.length === 0) throw new Refusal(410, 'conversation_expired');
  checkForm(token, code);
  if (conversation.given.at(-1)?.code === code) throw new Refusal(422, 'same_code', { attempts_left: 5 - token.failures });
  const { user, serial } = token.facts;
  conversation.given.push({ code, at: call.world.clock.now() });
  const result = token.resynchronise(conversation.given, call.world.clock.now());
  if (!result.ok && result.reason === 'one_more_code') {
    return { status: 200, body: { reason: 'one_more_code', attempts_left: 5 - token.failures } };
  }
  call.world.record(user, 'resync', result.ok ? 'ok' : 'refused', { serial, ...(result.ok ? {} : { reason: result.reason }) });
  if (result.ok) {
    call.world.mail(userOf(call), 'resynchronised', call.language, { end: serial.slice(-4) });
    conversation.decided = { code, moved: result.moved };
  } else {
    const more = { attempts_left: 5 - token.failures, ...(result.retryAfter === undefined ? {} : { retry_after: result.retryAfter }) };
    conversation.decided = { code, refusal: new Refusal(result.reason === 'too_many_attempts' ? 429 : 422, result.reason, more) };
  }
  return outcome(conversation.decided);
}
on('POST', '/resync/{id}/complete', (call) => decide(call, 'code2'));
on('PUT', '/resync/{id}/next', (call) => decide(call, 'code'));

const DAY = 86_400;
on('POST', '/portal/temporary-code', (call) => {
  const user = userOf(call);
  const until = call.world.clock.now() + DAY;
  user.temporary = { codes: [String(randomInt(100_000_000)).padStart(8, '0')], until };
  call.world.record(user.id, 'temporary_code', 'ok');
  call.world.mail(user, 'temporary_code', call.language, {});
  return { status: 201, body: { codes: user.temporary.codes, until: time(until) } };
}, { stepUp: true });
on('DELETE', '/portal/temporary-code', (call) => {
  delete userOf(call).temporary;
  return { status: 204 };
});
on('GET', '/portal/activity', (call) => ({ status: 200, body: { items: userOf(call).activity } }));
on('POST', '/portal/activity/{id}/not-me', (call) => {
  const user = userOf(call);
  const entry = user.activity.find((one: Activity) => one.id === call.args[0]);
  if (entry === undefined) throw new Refusal(404, 'not_found');
  const hit = call.world.tokensOf(user.id).filter((token) => entry.serial === undefined || token.facts.serial === entry.serial);
  entry.not_me = 'reported';
  for (const token of hit) if (token.life === 'active') token.life = 'suspended';
  for (const other of call.world.sessions.values()) {
    if (other.user === user.id && other !== call.session) call.world.sessions.delete(other.token);
  }
  const suspended = hit.map((token) => token.facts.serial);
  call.world.mail(user, 'suspended', call.language, { list: suspended.join(', ') });
  return { status: 200, body: { suspended } };
});
on('POST', '/portal/help', (call) => {
  const user = userOf(call);
  const { world, body } = call;
  world.outbox.send('helpdesk@example.org', 'help_desk', 'en', new Date(world.clock.now() * 1000), {
    user: user.name, about: text(body, 'about'), serial: String(body['serial'] ?? ''), note: String(body['note'] ?? ''),
  });
  return { status: 202 };
});

on('GET', '/lab/world', ({ world }) => ({
  status: 200,
  body: {
    tokens: [...world.tokens.values()].map(({ facts, next }) => ({
      serial: facts.serial, user: facts.user, user_name: world.users.get(facts.user)?.name ?? '', model: facts.model,
      kind: facts.spec.kind, algorithm: facts.spec.algorithm, digits: facts.spec.digits, seed: facts.seed.toString('hex'), counter: next,
      ...(facts.spec.kind === 'totp' ? { step_seconds: facts.spec.step } : {}),
    })),
    server_time: time(world.clock.now()),
  },
}), { open: true });
on('GET', '/lab/tokens/{serial}', ({ world, args }) => {
  const token = world.tokens.get(args[0] ?? '');
  if (token === undefined) throw new Refusal(404, 'not_found');
  const kept = token.remembered;
  const waits = kept !== undefined && kept.until > world.clock.now();
  return {
    status: 200,
    body: {
      next: token.next, accept: token.facts.accept, pair: token.facts.pair, server_time: time(world.clock.now()),
      ...(token.isTime ? { offset: token.offset } : {}),
      ...(waits ? { remembered: kept.position, remembered_until: time(kept.until) } : {}),
    },
  };
}, { open: true });
on('POST', '/lab/sign-in', ({ world, body }) => {
  const user = text(body, 'user');
  const { accepted, reason, off, moved, serial } = world.logIn(user, text(body, 'code'));
  const more = { client: 'lab-vpn', ...(serial === undefined ? {} : { serial }) };
  if (accepted) world.record(user, moved === true ? 'auto_resync' : 'sign_in', 'ok', more);
  else world.record(user, 'sign_in', 'refused', { ...more, reason: reason ?? 'no_match' });
  return {
    status: 200,
    body: {
      decision: accepted ? 'accept' : 'reject', ...(reason === undefined ? {} : { reason }), ...(off === undefined ? {} : { off }),
      ...(moved === undefined ? {} : { moved }),
    },
  };
}, { open: true });
on('GET', '/lab/outbox', ({ world }) => ({ status: 200, body: { items: world.outbox.items.slice(0, 50) } }), { open: true });
