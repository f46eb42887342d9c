// SPDX-License-Identifier: Apache-2.0
// The double as a server that can be stopped and started again with what it knows.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyOf, cookieOf, problem, Refusal, send, serveFile, type Reply } from './http';
import { routes } from './routes';
import { IDLE, World, type Session } from './world';

export class Double {
  readonly world = new World();
  /** Answers that a test wants instead of the next one for `METHOD path`. */
  readonly planted = new Map<string, Reply>();
  private server: Server | undefined;
  private port = 0;

  constructor(private readonly dist: string) {}

  get base(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(port = this.port): Promise<void> {
    const server = createServer((request, response) => void this.answer(request, response));
    this.server = server;
    await new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
    this.port = (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const server = this.server;
    server?.closeAllConnections();
    await new Promise((resolve) => {
      server?.close(resolve);
    });
  }

  private sessionOf(request: IncomingMessage): Session | undefined {
    const session = this.world.sessions.get(cookieOf(request) ?? '');
    if (session === undefined) return undefined;
    const now = this.world.clock.now();
    if (Math.min(session.idleUntil, session.endsAt) > now) return session;
    this.world.sessions.delete(session.token);
    return undefined;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = (request.url ?? '/').split('?')[0] ?? '/';
    this.world.log.push(`${request.method} ${request.url}`);
    try {
      if (url === '/') response.writeHead(302, { Location: '/lab/' }).end();
      else if (request.method !== 'GET' || !serveFile(url, response, this.dist)) send(response, await this.route(request, url));
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(500, 'unavailable', { reference: '01J-DOUBLE' });
      send(response, problem(refusal));
    }
  }

  private async route(request: IncomingMessage, url: string): Promise<Reply> {
    const method = request.method ?? 'GET';
    const planted = this.planted.get(`${method} ${url.replace('/api/v1', '')}`);
    if (planted !== undefined) return planted;
    const route = routes.find((one) => one.method === method && one.pattern.test(url));
    if (route === undefined) throw new Refusal(404, 'not_found');
    const session = this.sessionOf(request);
    if (method !== 'GET' && !url.includes('/lab/')) {
      const given = request.headers['x-lockstep-csrf'];
      if (given === undefined || (session !== undefined && given !== session.csrf)) throw new Refusal(403, 'not_allowed', { detail: 'X-Lockstep-CSRF' });
    }
    if (!route.open && session === undefined) throw new Refusal(401, 'unauthenticated');
    const now = this.world.clock.now();
    if (session !== undefined && url !== '/api/v1/portal/session') session.idleUntil = Math.min(session.endsAt, now + IDLE);
    if (route.stepUp && (session?.freshUntil ?? 0) <= now) throw new Refusal(401, 'step_up_required');
    const args = (route.pattern.exec(url) ?? []).slice(1).map(decodeURIComponent);
    const language = (request.headers['accept-language'] ?? 'en').slice(0, 2);
    return route.handle({ world: this.world, body: await bodyOf(request), args, language, session });
  }
}
