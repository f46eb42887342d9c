// SPDX-License-Identifier: Apache-2.0
// Each operation of the console as a function: it answers data or throws a Problem. Imported apart from the
// portal's, so that neither carries the other.
import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from './api.gen';
import { answered, take, type Answer } from './take';

type Schemas = components['schemas'];
export type Permission = Schemas['Permission'];
export type Role = Schemas['Role'];
export type OwnSession = Schemas['OwnSession'];
export type User = Schemas['User'];
export type ListedUser = Schemas['ListedUser'];
export type UserChange = Schemas['UserChange'];
export type Token = Schemas['Token'];
export type UserDetails = Schemas['UserDetails'];
export type TokenState = Schemas['TokenState'];
export type TokenLife = Schemas['TokenLife'];
export type TokenKind = Schemas['TokenKind'];
export type TokenChange = Schemas['TokenChange'];
export type NewToken = Schemas['NewToken'];
export type CreatedToken = Schemas['CreatedToken'];
export type TokenModel = Schemas['TokenModel'];
export type Sync = Schemas['Sync'];
export type Group = Schemas['GroupList']['items'][number];
export type Resynchronised = Schemas['Resynchronised'];
export type ResyncRequest = Schemas['ResyncRequest'];
export type CallerVerified = NonNullable<ResyncRequest['caller_verified']>;
export type ImportFile = Schemas['ImportFile'];
export type ImportReport = Schemas['ImportReport'];
export type UserImportReport = Schemas['UserImportReport'];
export type SeedFormat = Schemas['SeedFormat'];
export type Operator = Schemas['Operator'];
export type NewOperator = Schemas['NewOperator'];
export type OperatorChange = Schemas['OperatorChange'];
export type OperatorSession = Schemas['OperatorSession'];
export type SetupLink = Schemas['SetupLink'];
export type Approval = Schemas['Approval'];
export type ExplainedValues = Schemas['ExplainedValues'];
export type UserPolicy = Schemas['UserPolicy'];
export type WhenFound = Schemas['WhenFound'];
export type PolicyDocument = Schemas['PolicyDocument'];
export type PolicyComparison = Schemas['PolicyComparison'];
export type ActivityRecord = Schemas['AuditList']['items'][number];
export type Snapshot = Schemas['Snapshot'];
export type UserMetrics = Schemas['UserMetrics'];

/** A page of a list: with `next` there is more behind it. */
export interface Page<T> {
  items: T[];
  next?: string;
}
/** What can be edited, with the version it was read in. */
export interface Versioned<T> {
  value: T;
  tag: string;
}
export interface Paging {
  limit?: number;
  after?: string | undefined;
}
export interface UserQuery extends Paging {
  q?: string | undefined;
  group?: string | undefined;
}
export interface TokenQuery extends Paging {
  q?: string | undefined;
  state?: TokenState | undefined;
  assigned?: 'true' | 'false' | undefined;
  kind?: TokenKind | undefined;
  model?: string | undefined;
  batch?: string | undefined;
  sync?: Sync | undefined;
}
export interface ActivityQuery extends Paging {
  user?: string | undefined;
  serial?: string | undefined;
}

const options = {
  baseUrl: new URL('/api/v1', globalThis.location.href).href,
  // Looked up at each call, so that tests can put another one into its place.
  fetch: (request: Request) => globalThis.fetch(request),
  // A page of another site cannot send it.
  headers: { 'X-Lockstep': '1' },
};
const client = createClient<paths>(options);

let answeredAt = 0;
/** When the server took a call of this page last, in milliseconds of this clock: from then on it counts idleness. */
export const lastAnswerAt = () => answeredAt;
const noticing: Middleware = {
  onResponse({ response }) {
    if (response.status !== 401 && response.status < 500) answeredAt = Date.now();
    return undefined;
  },
};
client.use(noticing);

async function versioned<T>(answer: Promise<Answer<T>>): Promise<Versioned<T>> {
  const got = await answered(answer);
  return { value: got.data as T, tag: got.response.headers.get('ETag') ?? '' };
}
const ifMatch = (tag?: string) => (tag === undefined || tag === '' ? {} : { 'If-Match': tag });
/** `values` without those that are undefined or empty: a parameter that says nothing is not sent. */
function said<T extends object>(values: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== '')) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
}

const session = {
  current: (): Promise<OwnSession> => take(client.GET('/operator-sessions/current')),
  signIn: (body: { name: string; password: string; code: string }): Promise<OwnSession> =>
    take(client.POST('/operator-sessions', { body })),
  signOut: () => take(client.DELETE('/operator-sessions/current')),
  signOutEverywhere: () => take(client.DELETE('/operator-sessions')),
  setUp: (body: { secret: string; password: string; code: string }) => take(client.POST('/operator-setup', { body })),
};

const users = {
  list: (query: UserQuery): Promise<Page<ListedUser>> => take(client.GET('/users', { params: { query: said(query) } })),
  get: (id: string): Promise<Versioned<UserDetails>> => versioned(client.GET('/users/{id}', { params: { path: { id } } })),
  put: (id: string, body: UserChange, tag?: string): Promise<Versioned<User>> =>
    versioned(client.PUT('/users/{id}', { params: { path: { id }, header: ifMatch(tag) }, body })),
  remove: (id: string, tag?: string) => take(client.DELETE('/users/{id}', { params: { path: { id }, header: ifMatch(tag) } })),
  unlock: (id: string) => take(client.POST('/users/{id}/unlock', { params: { path: { id } } })),
  givePin: (id: string) => take(client.POST('/users/{id}/pin', { params: { path: { id } } })),
  policy: (id: string): Promise<UserPolicy> => take(client.GET('/users/{id}/policy', { params: { path: { id } } })),
  makePrimary: (id: string, serial: string) => take(client.PUT('/users/{id}/primary', { params: { path: { id } }, body: { serial } })),
  giveTemporary: (id: string, body: { one_time_codes?: number; seconds: number; when_found: WhenFound }) =>
    take(client.POST('/users/{id}/temporary-access', { params: { path: { id } }, body })),
  endTemporary: (id: string) => take(client.DELETE('/users/{id}/temporary-access', { params: { path: { id } } })),
  assign: (id: string, serial: string) => take(client.PUT('/users/{id}/tokens/{serial}', { params: { path: { id, serial } } })),
  unassign: (id: string, serial: string) => take(client.DELETE('/users/{id}/tokens/{serial}', { params: { path: { id, serial } } })),
  metrics: (id: string): Promise<UserMetrics> => take(client.GET('/users/{id}/metrics', { params: { path: { id } } })),
};

const groups = {
  list: (query: Paging): Promise<Schemas['GroupList']> => take(client.GET('/groups', { params: { query: said(query) } })),
  create: (id: string) => take(client.PUT('/groups/{id}', { params: { path: { id } } })),
  remove: (id: string) => take(client.DELETE('/groups/{id}', { params: { path: { id } } })),
  add: (id: string, user: string) => take(client.PUT('/groups/{id}/members/{user}', { params: { path: { id, user } } })),
  drop: (id: string, user: string) => take(client.DELETE('/groups/{id}/members/{user}', { params: { path: { id, user } } })),
};

const tokens = {
  list: (query: TokenQuery): Promise<Page<Token>> => take(client.GET('/tokens', { params: { query: said(query) } })),
  get: (serial: string): Promise<Versioned<Token>> => versioned(client.GET('/tokens/{serial}', { params: { path: { serial } } })),
  create: (body: NewToken): Promise<CreatedToken> => take(client.POST('/tokens', { body })),
  change: (serial: string, body: TokenChange, tag?: string): Promise<Versioned<Token>> =>
    versioned(client.PATCH('/tokens/{serial}', { params: { path: { serial }, header: ifMatch(tag) }, body })),
  remove: (serial: string, tag?: string) =>
    take(client.DELETE('/tokens/{serial}', { params: { path: { serial }, header: ifMatch(tag) } })),
  replace: (serial: string, body: { by: string; old: 'stock' | 'lost' | 'faulty' | 'revoked' }) =>
    take(client.POST('/tokens/{serial}/replace', { params: { path: { serial } }, body })),
  resync: (serial: string, body: ResyncRequest): Promise<Resynchronised> =>
    take(client.POST('/tokens/{serial}/resync', { params: { path: { serial } }, body })),
  test: (serial: string, code: string): Promise<Resynchronised> =>
    take(client.POST('/tokens/{serial}/test', { params: { path: { serial } }, body: { code } })),
  bulk: (body: { serials: string[]; state?: TokenState; delete?: boolean }): Promise<{ changed: number } | { approval: Approval }> =>
    take(client.POST('/tokens/bulk', { body })),
  models: (query: Paging): Promise<Page<TokenModel>> => take(client.GET('/token-models', { params: { query: said(query) } })),
};

const imports = {
  stage: (body: ImportFile): Promise<ImportReport> => take(client.POST('/imports', { body })),
  commit: (id: string): Promise<ImportReport | { approval: Approval }> => take(client.POST('/imports/{id}/commit', { params: { path: { id } } })),
  users: (content: string, dryRun: boolean): Promise<UserImportReport> =>
    take(client.POST('/user-imports', { body: { content, dry_run: dryRun } })),
};

const operators = {
  list: (query: Paging): Promise<Page<Operator>> => take(client.GET('/operators', { params: { query: said(query) } })),
  get: (name: string): Promise<Versioned<Operator>> => versioned(client.GET('/operators/{name}', { params: { path: { name } } })),
  create: (body: NewOperator): Promise<{ operator: Operator; setup: SetupLink }> => take(client.POST('/operators', { body })),
  change: (name: string, body: OperatorChange, tag?: string): Promise<Operator> =>
    take(client.PATCH('/operators/{name}', { params: { path: { name }, header: ifMatch(tag) }, body })),
  remove: (name: string, tag?: string) =>
    take(client.DELETE('/operators/{name}', { params: { path: { name }, header: ifMatch(tag) } })),
  renewSetup: (name: string): Promise<SetupLink> => take(client.POST('/operators/{name}/setup', { params: { path: { name } } })),
  sessions: (name: string): Promise<Page<OperatorSession>> =>
    take(client.GET('/operators/{name}/sessions', { params: { path: { name } } })),
  endSession: (name: string, id: string) =>
    take(client.DELETE('/operators/{name}/sessions/{session}', { params: { path: { name, session: id } } })),
};

const approvals = {
  list: (): Promise<Page<Approval>> => take(client.GET('/approvals')),
  approve: (id: string) => take(client.POST('/approvals/{id}/approve', { params: { path: { id } } })),
  refuse: (id: string) => take(client.POST('/approvals/{id}/refuse', { params: { path: { id } } })),
};

const activity = {
  list: (query: ActivityQuery): Promise<Page<ActivityRecord>> => take(client.GET('/activity', { params: { query: said(query) } })),
};

const policy = {
  current: () => take(client.GET('/policy')),
  draft: () => versioned(client.GET('/policy/draft')),
  writeDraft: (body: PolicyDocument, tag?: string) => versioned(client.PUT('/policy/draft', { params: { header: ifMatch(tag) }, body })),
  dropDraft: (tag?: string) => take(client.DELETE('/policy/draft', { params: { header: ifMatch(tag) } })),
  diff: (from: string, to: string): Promise<PolicyComparison> => take(client.GET('/policy/diff', { params: { query: { from, to } } })),
  apply: (tag?: string) => take(client.POST('/policy/apply', { params: { header: ifMatch(tag) } })),
  revert: (revision: number) => take(client.POST('/policy/revert', { body: { revision } })),
  revisions: (query: Paging) => take(client.GET('/policy/revisions', { params: { query: said(query) } })),
};

const reports = {
  snapshot: (): Promise<Snapshot> => take(client.GET('/reports/snapshot')),
};

export const api = { session, users, groups, tokens, imports, operators, approvals, activity, policy, reports };
export { Problem, problemOf, type Evidence } from './problem';
