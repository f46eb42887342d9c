// SPDX-License-Identifier: Apache-2.0
import { Problem, problemOf } from './problem';

export interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer as it came; a refusal, and no answer at all, are thrown as a Problem. */
export async function answered<T>(answer: Promise<Answer<T>>): Promise<Answer<T>> {
  let got: Answer<T>;
  try {
    got = await answer;
  } catch {
    throw new Problem({});
  }
  if (!got.response.ok) throw problemOf(got.response.status, got.error);
  return got;
}

/** The data of an answer. Throws as `answered` does. */
export async function take<T>(answer: Promise<Answer<T>>): Promise<T> {
  return (await answered(answer)).data as T;
}
