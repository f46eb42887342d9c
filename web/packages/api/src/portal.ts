// SPDX-License-Identifier: Apache-2.0
// Each operation of the portal and the lab as a function: it answers data or throws a Problem.
import createClient from 'openapi-fetch';
import type { components, paths } from './api.gen';
import { take } from './take';

type Schemas = components['schemas'];
export type Settings = Schemas['Settings'];
export type Session = Schemas['Session'];
export type SessionState = Schemas['SessionState'];
export type Device = Schemas['Device'];
export type DeviceList = Schemas['DeviceList'];
export type DeviceAction = Schemas['DeviceAction'];
export type Trouble = Schemas['Trouble'];
export type Sync = Schemas['Sync'];
export type Activity = Schemas['Activity'];
export type ResyncStarted = Schemas['ResyncStarted'];
export type FirstTaken = Schemas['FirstTaken'];
export type Resynchronised = Schemas['Resynchronised'];
export type OneMoreCode = Schemas['OneMoreCode'];
export type LabToken = Schemas['LabToken'];
export type LabWorld = Schemas['LabWorld'];
export type LabDecision = Schemas['LabDecision'];
export type Belief = Schemas['Belief'];
export type Mail = Schemas['Mail'];
export type EmailCodeSent = components['responses']['EmailCodeSent']['content']['application/json'];
export type EmailCodeAnswer = Schemas['EmailCodeAnswer'];

const client = createClient<paths>({
  baseUrl: new URL('/api/v1', globalThis.location.href).href,
  // Looked up at each call, so that tests can put another one into its place.
  fetch: (request) => globalThis.fetch(request),
});

let csrf = 'none';
/** The value that every call but GET has to carry: the session's, or none. */
export function rememberCsrf(session: SessionState): void {
  csrf = session.state === 'signed_in' ? session.csrf : 'none';
}
const header = () => ({ 'X-Lockstep-CSRF': csrf });

export const portal = {
  settings: () => take(client.GET('/portal/settings')),
  session: () => take(client.GET('/portal/session')),
  signIn: (body: { user: string; code: string; password?: string }) =>
    take(client.POST('/portal/session', { params: { header: header() }, body })),
  signOut: () => take(client.DELETE('/portal/session', { params: { header: header() } })),
  signOutEverywhere: () => take(client.DELETE('/portal/sessions', { params: { header: header() } })),
  keepSession: () => take(client.POST('/portal/session/keep', { params: { header: header() } })),
  sendEmailCode: (user: string) =>
    take(client.POST('/portal/session/email-code', { params: { header: header() }, body: { user } })),
  confirmEmailCode: (state: string, code: string) =>
    take(client.PUT('/portal/session/email-code', { params: { header: header() }, body: { state, code } })),
  sendStepUp: () => take(client.POST('/portal/session/step-up', { params: { header: header() } })),
  confirmStepUp: (state: string, code: string) =>
    take(client.PUT('/portal/session/step-up', { params: { header: header() }, body: { state, code } })),
  followLink: (token: string) =>
    take(client.POST('/portal/session/link', { params: { header: header() }, body: { token } })),
  keepLanguage: (language: string) =>
    take(client.PUT('/portal/language', { params: { header: header() }, body: { language } })),

  devices: () => take(client.GET('/portal/devices')),
  rename: (serial: string, name: string) =>
    take(client.PATCH('/portal/devices/{serial}', { params: { header: header(), path: { serial } }, body: { name } })),
  makePrimary: (serial: string) =>
    take(client.PUT('/portal/devices/{serial}/primary', { params: { header: header(), path: { serial } } })),
  test: (serial: string, code: string) =>
    take(client.POST('/portal/devices/{serial}/test', { params: { header: header(), path: { serial } }, body: { code } })),
  reportLost: (serial: string, body: { how: 'lost' | 'stolen'; note?: string }) =>
    take(client.POST('/portal/devices/{serial}/lost', { params: { header: header(), path: { serial } }, body })),

  startResync: (serial: string) =>
    take(client.POST('/resync', { params: { header: header() }, body: { serial } })),
  giveFirst: (id: string, code: string) =>
    take(client.PUT('/resync/{id}/first', { params: { header: header(), path: { id } }, body: { code } })),
  completeResync: (id: string, code2: string) =>
    take(client.POST('/resync/{id}/complete', { params: { header: header(), path: { id } }, body: { code2 } })),
  giveNext: (id: string, code: string) =>
    take(client.PUT('/resync/{id}/next', { params: { header: header(), path: { id } }, body: { code } })),

  giveTemporaryCode: () => take(client.POST('/portal/temporary-code', { params: { header: header() } })),
  endTemporaryCode: () => take(client.DELETE('/portal/temporary-code', { params: { header: header() } })),
  activity: () => take(client.GET('/portal/activity')),
  notMe: (id: string) =>
    take(client.POST('/portal/activity/{id}/not-me', { params: { header: header(), path: { id } } })),
  askForHelp: (body: { about: 'replacement' | 'resync' | 'other'; serial?: string; note?: string }) =>
    take(client.POST('/portal/help', { params: { header: header() }, body })),
};

export const lab = {
  world: () => take(client.GET('/lab/world')),
  belief: (serial: string) => take(client.GET('/lab/tokens/{serial}', { params: { path: { serial } } })),
  signIn: (user: string, code: string) =>
    take(client.POST('/lab/sign-in', { params: { header: { 'X-Lockstep-CSRF': 'none' } }, body: { user, code } })),
  outbox: () => take(client.GET('/lab/outbox')),
};
