// SPDX-License-Identifier: Apache-2.0
import { Problem } from '@lockstep/api';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, type ReactNode } from 'react';
import { Redirect, Route, Router, Switch, useLocation } from 'wouter';
import { Broken } from './Broken';
import { Frame } from './Frame';
import { Devices } from './pages/Devices';
import { SignIn } from './pages/SignIn';
import { SessionEnd } from './SessionEnd';
import { takeSession, useSession } from './session';
import { LoadingCards } from './parts';

// Each page comes when it is asked for; the first two are what nearly everybody sees.
const Resync = lazy(() => import('./pages/Resync').then((m) => ({ default: m.Resync })));
const Troubleshoot = lazy(() => import('./pages/Troubleshoot').then((m) => ({ default: m.Troubleshoot })));
const ReportLost = lazy(() => import('./pages/ReportLost').then((m) => ({ default: m.ReportLost })));
const TestPasscode = lazy(() => import('./pages/TestPasscode').then((m) => ({ default: m.TestPasscode })));
const MakePrimary = lazy(() => import('./pages/MakePrimary').then((m) => ({ default: m.MakePrimary })));
const TemporaryCode = lazy(() => import('./pages/TemporaryCode').then((m) => ({ default: m.TemporaryCode })));
const ActivityPage = lazy(() => import('./pages/Activity').then((m) => ({ default: m.ActivityPage })));
const Help = lazy(() => import('./pages/Help').then((m) => ({ default: m.Help })));
const LinkFromIt = lazy(() => import('./pages/LinkFromIt').then((m) => ({ default: m.LinkFromIt })));

function noticeSignedOut(error: unknown): void {
  if (error instanceof Problem && error.reason === 'unauthenticated') takeSession(queries, { state: 'signed_out' });
}

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeSignedOut }),
  mutationCache: new MutationCache({ onError: noticeSignedOut }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A refusal stays one; only a server that is away is asked again.
      retry: (count, error) => count < 2 && error instanceof Problem && (error.status === 0 || error.status >= 500),
      retryDelay: 400,
    },
    mutations: { networkMode: 'always' },
  },
});

/** Pages for those who are signed in; others are sent to sign in, and come back here afterwards. */
function Inside({ children }: { children: ReactNode }) {
  const session = useSession();
  const [location] = useLocation();
  if (session.data === undefined) return <LoadingCards />;
  if (session.data.state === 'signed_out') return <Redirect to="/sign-in" replace state={{ goal: location }} />;
  return (
    <>
      {children}
      <SessionEnd session={session.data} />
    </>
  );
}

/** After a step to another page, those who listen or use keys begin at its top. */
function FocusOnPage() {
  const [location] = useLocation();
  const before = useRef(location);
  useEffect(() => {
    const isSamePage = before.current.split('/')[1] === 'devices' && /^\/(?:devices\/[^/]+)?$/.test(location);
    const main = document.getElementById('main');
    // A field of the new page that took the focus for itself keeps it.
    const isTaken = main?.contains(document.activeElement) === true && document.activeElement !== main;
    if (before.current !== location && !isSamePage && !isTaken) main?.focus({ preventScroll: true });
    before.current = location;
  }, [location]);
  return null;
}

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <Router base="/portal">
        <FocusOnPage />
        <Frame>
          <Broken>
            <Suspense fallback={<LoadingCards />}>
              <Switch>
                <Route path="/sign-in/*?"><SignIn /></Route>
                <Route path="/link"><LinkFromIt /></Route>
                <Route path="/help"><Help /></Route>
                <Route>
                  <Inside>
                    <Switch>
                      <Route path="/devices/:serial/resync">{({ serial }) => <Resync serial={serial} />}</Route>
                      <Route path="/devices/:serial/troubleshoot">{({ serial }) => <Troubleshoot serial={serial} />}</Route>
                      <Route path="/devices/:serial/lost">{({ serial }) => <ReportLost serial={serial} />}</Route>
                      <Route path="/devices/:serial/test">{({ serial }) => <TestPasscode serial={serial} />}</Route>
                      <Route path="/devices/:serial/primary">{({ serial }) => <MakePrimary serial={serial} />}</Route>
                      <Route path="/temporary-code"><TemporaryCode /></Route>
                      <Route path="/activity"><ActivityPage /></Route>
                      <Route path="/devices/:serial">{({ serial }) => <Devices opened={serial} />}</Route>
                      <Route path="/"><Devices /></Route>
                      <Route><Redirect to="/" replace /></Route>
                    </Switch>
                  </Inside>
                </Route>
              </Switch>
            </Suspense>
          </Broken>
        </Frame>
      </Router>
    </QueryClientProvider>
  );
}
