// SPDX-License-Identifier: Apache-2.0
// Routes that a server may not have: asked for once, and what belongs to one that is not there is left out.
import { Problem } from '@lockstep/api/console';

const missing = new Set<string>();
const NOT_THERE = new Set([404, 405]);

/** What `ask` answers; undefined where the server has no such route. `route` names it. */
export async function offered<T>(route: string, ask: () => Promise<T>): Promise<T | null> {
  if (missing.has(route)) return null;
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Problem) || !NOT_THERE.has(error.status)) throw error;
    missing.add(route);
    return null;
  }
}

/** For tests: every route may be there again. */
export function forgetMissing(): void {
  missing.clear();
}
