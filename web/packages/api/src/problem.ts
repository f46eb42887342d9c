// SPDX-License-Identifier: Apache-2.0
import type { components } from './api.gen';

export type Evidence = components['schemas']['Evidence'];
/** A server may be newer than the page, and say what this one has not heard of. */
type Body = Omit<components['schemas']['Problem'], 'reason'> & {
  reason: string;
  reference?: string;
  detail?: string;
  evidence?: Evidence;
};

/** Why a call did not succeed: the server's Problem, or `offline` where there was no answer at all. */
export class Problem extends Error {
  readonly reason: string;
  /** 0 where there was no answer. */
  readonly status: number;
  readonly attemptsLeft: number | undefined;
  /** Seconds until trying again makes sense. */
  readonly retryAfter: number | undefined;
  readonly reference: string | undefined;
  /** For who wrote the client: English, not for translation. */
  readonly detail: string | undefined;
  /** For operators who may see it. */
  readonly evidence: Evidence | undefined;

  constructor(body: Partial<Body>) {
    super(body.title ?? body.reason ?? 'no answer');
    this.name = 'Problem';
    this.reason = body.reason ?? 'offline';
    this.status = body.status ?? 0;
    this.attemptsLeft = body.attempts_left;
    this.retryAfter = body.retry_after;
    this.reference = body.reference;
    this.detail = body.detail;
    this.evidence = body.evidence;
  }
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && 'reason' in value && typeof value.reason === 'string';
}

/** What `value`, the body of an answer of `status`, says; a gateway's HTML counts as `unavailable`. */
export function problemOf(status: number, value: unknown): Problem {
  return new Problem(isBody(value) ? { ...value, status } : { reason: 'unavailable', status });
}
