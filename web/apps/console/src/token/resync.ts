// SPDX-License-Identifier: Apache-2.0
// The form of a resynchronisation as a value: what is sent and what is said follow from it.
import type { CallerVerified, ExplainedValues, ResyncRequest, Resynchronised, Token } from '@lockstep/api/console';
import { cleanCode, faultOf, type CodeFault } from '@lockstep/ui';
import { signed } from '../text';

export type Method = 'codes' | 'counter';
export interface Form {
  method: Method;
  first: string;
  second: string;
  third: string;
  /** The counter value that a display card shows, and the serial number once more. */
  counter: string;
  serial: string;
  verified: CallerVerified | '';
  note: string;
  /** Look as far as only some may, with a reason. */
  admin: boolean;
}
export const EMPTY: Form = { method: 'codes', first: '', second: '', third: '', counter: '', serial: '', verified: '', note: '', admin: false };

export type Field = 'first' | 'second' | 'third' | 'counter' | 'serial' | 'verified' | 'note';
export type Fault = CodeFault | 'serial' | 'counter' | 'needed';
export type Faults = Partial<Record<Field, Fault>>;

/** Whether the policy that holds for the user asks an operator before a resync how the caller was verified. */
export type Verify = 'may' | 'must';
export function verifyOf(values: ExplainedValues | undefined): Verify {
  return values?.find((one) => one.key === 'resync.caller_verified')?.value === true ? 'must' : 'may';
}

/** `serial` as it is compared: as printed or typed, in one case. */
const plain = (serial: string) => serial.replace(/\s/g, '').toUpperCase();

/** What is missing or wrong, so that nothing is sent yet. `wantsThird`: the server asked for one more. */
export function faultsOf(form: Form, token: Token, verify: Verify, wantsThird: boolean): Faults {
  const faults: Faults = {};
  const add = (field: Field, fault: Fault | undefined) => {
    if (fault !== undefined) faults[field] = fault;
  };
  add('first', faultOf(form.first, token.digits));
  if (form.method === 'codes') {
    add('second', faultOf(form.second, token.digits, cleanCode(form.first)));
    if (wantsThird) add('third', faultOf(form.third, token.digits, cleanCode(form.second)));
  } else {
    add('serial', plain(form.serial) === plain(token.serial) ? undefined : 'serial');
    add('counter', /^[0-9]{1,15}$/.test(form.counter.trim()) ? undefined : 'counter');
  }
  if (form.admin && form.note.trim() === '') add('note', 'needed');
  if (verify === 'must' && form.verified === '') add('verified', 'needed');
  return faults;
}

/** What is sent. */
export function requestOf(form: Form, wantsThird: boolean): ResyncRequest {
  const codes = form.method === 'counter' ? [form.first] : [form.first, form.second, ...(wantsThird ? [form.third] : [])];
  const note = form.note.trim();
  return {
    codes: codes.map(cleanCode),
    ...(form.method === 'counter' ? { counter: Number(form.counter.trim()) } : {}),
    ...(form.admin ? { reach: 'admin' as const } : {}),
    ...(note === '' ? {} : { note }),
    ...(form.verified !== '' ? { caller_verified: form.verified } : {}),
  };
}

/** How far the token was off, with its sign: "+8". */
export function movedBy(moved: Resynchronised): string {
  return signed(moved.direction === 'behind' ? -moved.moved : moved.moved);
}
