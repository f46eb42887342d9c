// SPDX-License-Identifier: Apache-2.0
import { Problem } from '@lockstep/api/console';
import { Dialog, Skeleton } from '@lockstep/ui';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, type ReactNode } from 'react';
import { Redirect, Route, Router, Switch, useLocation } from 'wouter';
import { Frame } from './Frame';
import { SignIn, SignInForm } from './pages/SignIn';
import { Users } from './pages/Users';
import { Needs, Page } from './parts';
import { ProblemNote } from './ProblemNote';
import { SessionEnd } from './SessionEnd';
import { leave, noticeOver, useSession } from './session';
import { useText } from './text';

// Each page comes when it is asked for; the list of users is where everybody begins.
const UserPage = lazy(() => import('./pages/User').then((m) => ({ default: m.UserPage })));
const Tokens = lazy(() => import('./pages/Tokens').then((m) => ({ default: m.Tokens })));
const TokenPage = lazy(() => import('./pages/Token').then((m) => ({ default: m.TokenPage })));
const Import = lazy(() => import('./pages/Import').then((m) => ({ default: m.Import })));
const Groups = lazy(() => import('./pages/Groups').then((m) => ({ default: m.Groups })));
const Operators = lazy(() => import('./pages/Operators').then((m) => ({ default: m.Operators })));
const OperatorPage = lazy(() => import('./pages/Operator').then((m) => ({ default: m.OperatorPage })));
const Snapshot = lazy(() => import('./pages/Snapshot').then((m) => ({ default: m.Snapshot })));
const Setup = lazy(() => import('./pages/Setup').then((m) => ({ default: m.Setup })));

function notice(error: unknown): void {
  if (error instanceof Problem && error.reason === 'unauthenticated') noticeOver(queries);
}

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: notice }),
  mutationCache: new MutationCache({ onError: notice }),
  defaultOptions: {
    queries: {
      staleTime: 5000,
      // A refusal stays one; only a server that is away is asked again.
      retry: (count, error) => count < 1 && error instanceof Problem && (error.status === 0 || error.status >= 500),
      retryDelay: 400,
    },
    mutations: { networkMode: 'always' },
  },
});

function Loading() {
  return <div className="stack"><Skeleton height={32} width={240} /><Skeleton height={240} /></div>;
}

function NotFound() {
  const { t } = useText();
  return <Page title={t('not_found.head')}><p>{t('not_found.text')}</p></Page>;
}

function Pages() {
  return (
    <Suspense fallback={<Loading />}>
      <Switch>
        <Route path="/snapshot"><Needs permission="reports.read"><Snapshot /></Needs></Route>
        <Route path="/assignment"><Needs permission="users.read"><Users /></Needs></Route>
        <Route path="/users/:id">{({ id }) => <Needs permission="users.read"><UserPage key={id} id={decodeURIComponent(id)} /></Needs>}</Route>
        <Route path="/tokens"><Needs permission="tokens.read"><Tokens /></Needs></Route>
        <Route path="/tokens/import"><Needs permission="tokens.write"><Import /></Needs></Route>
        <Route path="/tokens/:serial">
          {({ serial }) => <Needs permission="tokens.read"><TokenPage key={serial} serial={decodeURIComponent(serial)} /></Needs>}
        </Route>
        <Route path="/groups"><Needs permission="users.read"><Groups /></Needs></Route>
        <Route path="/operators"><Needs permission="operators.read"><Operators /></Needs></Route>
        <Route path="/operators/:name">
          {({ name }) => <Needs permission="operators.read"><OperatorPage key={name} name={decodeURIComponent(name)} /></Needs>}
        </Route>
        <Route path="/"><Redirect to="/assignment" replace /></Route>
        <Route path="/sign-in"><Redirect to="/assignment" replace /></Route>
        <Route><NotFound /></Route>
      </Switch>
    </Suspense>
  );
}

/** The page of a session that ended stays where it is, with what was typed, until its operator is back. */
function SignInAgain() {
  const { t } = useText();
  return (
    <Dialog opened onClose={() => leave(queries)} title={t('session.over_head')} closeLabel={t('menu.sign_out')}>
      <div className="stack">
        <p>{t('session.over_text')}</p>
        <SignInForm />
      </div>
    </Dialog>
  );
}

function Inside() {
  const session = useSession();
  const { t } = useText();
  if (session.data === undefined) {
    if (session.error === null) return null;
    return <main className="alone"><h1 className="heard">{t('app.name')}</h1><ProblemNote error={session.error} onRetry={() => void session.refetch()} /></main>;
  }
  const shown = session.data.own ?? session.data.over;
  if (shown === undefined) return <SignIn />;
  return (
    <Frame key={shown.operator.name} session={shown}>
      <Pages />
      {session.data.own === undefined ? <SignInAgain /> : <SessionEnd session={session.data.own} />}
    </Frame>
  );
}

/** After a step to another page, those who listen or use keys begin at its top. */
function FocusOnPage({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  const before = useRef(location);
  useEffect(() => {
    if (before.current !== location) document.getElementById('main')?.focus({ preventScroll: true });
    before.current = location;
  }, [location]);
  return children;
}

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <Router base="/console">
        <FocusOnPage>
          <Switch>
            <Route path="/setup"><Suspense fallback={null}><Setup /></Suspense></Route>
            <Route><Inside /></Route>
          </Switch>
        </FocusOnPage>
      </Router>
    </QueryClientProvider>
  );
}
