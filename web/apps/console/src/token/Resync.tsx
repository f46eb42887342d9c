// SPDX-License-Identifier: Apache-2.0
// One form, for somebody who hears the passcodes on the phone.
import { api, Problem, type CallerVerified, type Resynchronised, type Token } from '@lockstep/api/console';
import { Button, cleanCode, CodeField, Countdown, Dialog, faultOf, Note, Radios, Select, TextField, useSecondsLeft } from '@lockstep/ui';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { ProblemNote } from '../ProblemNote';
import { useMay } from '../session';
import { useText } from '../text';
import { EMPTY, faultsOf, movedBy, requestOf, verifyOf, type Faults, type Field, type Form, type Method } from './resync';
import type { Task } from './tasks';
import { refresh } from './TokenTask';

const VERIFIED: readonly CallerVerified[] = ['call_back', 'manager', 'question', 'in_person'];
const ADMIN_HELPS = new Set(['outside_window', 'no_match']);

interface Props {
  token: Token;
  userName?: string | undefined;
  onClose: () => void;
  onTask: (task: Task) => void;
}

/** The policy that holds for the owner, for those who may read it. */
export function useOwnerPolicy(token: Token) {
  const may = useMay();
  const owner = token.owner ?? '';
  return useQuery({
    queryKey: ['users', owner, 'policy'], queryFn: () => api.users.policy(owner), enabled: owner !== '' && may('policy.read') && may('users.read'), staleTime: 60_000,
  });
}

/** How long the next passcode may take, from when the first one was whole. An upper bound: where in its step the token is, nobody knows. */
function NextIn({ deadline, total }: { deadline: number; total: number }) {
  const { t } = useText();
  const left = useSecondsLeft(deadline);
  return (
    <Countdown left={left} total={total} label={t('resync.countdown')}
      spoken={(seconds) => (seconds === 0 ? t('resync.ready') : t('resync.within', { count: seconds }))}>
      <span className="small">{left === 0 ? t('resync.ready') : t('resync.within', { count: left })}</span>
    </Countdown>
  );
}

function Done({ moved, onTest, onClose }: { moved: Resynchronised; onTest: (() => void) | undefined; onClose: () => void }) {
  const { t, duration } = useText();
  const was = () => {
    if (moved.direction === 'none') return t('resync.was_none');
    if (moved.unit === 'codes') return t('resync.was_codes', { count: moved.moved });
    const time = duration(moved.seconds ?? 0);
    return t('resync.was_steps', { off: movedBy(moved), clock: t(moved.direction === 'ahead' ? 'offset.fast' : 'offset.slow', { time }) });
  };
  return (
    <div className="stack">
      <Note tone="ok" heading={t('resync.done')} focus level={3}>
        <p>{was()}</p>
        <p>{t('resync.ask_to_sign_in')}</p>
      </Note>
      <div className="actions-apart">
        {onTest === undefined ? <span /> : <Button onClick={onTest}>{t('task.test')}</Button>}
        <Button kind="primary" onClick={onClose}>{t('action.done')}</Button>
      </div>
    </div>
  );
}

interface CodeProps {
  field: 'first' | 'second' | 'third';
  form: Form;
  faults: Faults;
  digits: number;
  onType: (field: Field, value: string) => void;
  label: string;
  focus?: boolean;
  aside?: ReactNode;
}
function Code({ field, form, faults, digits, onType, label, focus = false, aside }: CodeProps) {
  const { t } = useText();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focus) input.current?.focus();
  }, [focus]);
  const fault = faults[field];
  return (
    <div className="code-side">
      <CodeField ref={input} digits={digits} label={label} value={form[field]} onChange={(value) => onType(field, value)}
        {...(focus ? { 'data-autofocus': true } : {})} autoComplete="off"
        error={fault === undefined ? undefined : t(`fault.${fault}`, { count: digits })} />
      {aside}
    </div>
  );
}

function FailedNote({ error, form, setForm, children }: { error: Error; form: Form; setForm: (form: Form) => void; children?: ReactNode }) {
  const { t } = useText();
  const may = useMay();
  const further = error instanceof Problem && ADMIN_HELPS.has(error.reason) && may('tokens.resync.admin') && !form.admin;
  return (
    <ProblemNote error={error} level={3} focus>
      {further ? <div className="actions"><Button onClick={() => setForm({ ...form, admin: true })}>{t('resync.further')}</Button></div> : null}
      {children}
    </ProblemNote>
  );
}

interface FieldsProps {
  form: Form;
  faults: Faults;
  token: Token;
  wantsThird: boolean;
  deadline: number | undefined;
  onType: (field: Field, value: string) => void;
}

function CodeFields({ form, faults, token, wantsThird, deadline, onType }: FieldsProps) {
  const { t } = useText();
  const common = { form, faults, digits: token.digits, onType };
  return (
    <>
      <blockquote className="script">
        <span className="dim small">{t('resync.read_aloud')}</span>
        <p>{t(`resync.script_${token.kind}`)}</p>
      </blockquote>
      <div className="two">
        <Code {...common} field="first" label={t('resync.first')} focus />
        <Code {...common} field="second" label={t('resync.second')}
          aside={deadline === undefined ? undefined : <NextIn deadline={deadline} total={token.step_seconds ?? 0} />} />
        {wantsThird ? <Code {...common} field="third" label={t('resync.third')} focus /> : null}
      </div>
    </>
  );
}

function CounterFields({ form, faults, token, onType }: FieldsProps) {
  const { t } = useText();
  return (
    <>
      <ol className="script-list">
        <li>{t('resync.counter_1')}</li>
        <li>{t('resync.counter_2')}</li>
      </ol>
      <div className="two">
        <TextField label={t('resync.serial')} hint={t('resync.serial_hint')} value={form.serial} onChange={(value) => onType('serial', value)} autoComplete="off" data-autofocus
          error={faults.serial === undefined ? undefined : t('fault.serial')} />
        <TextField label={t('resync.counter')} hint={t('resync.counter_hint')} inputMode="numeric" value={form.counter} onChange={(value) => onType('counter', value)} autoComplete="off"
          error={faults.counter === undefined ? undefined : t('fault.counter')} />
        <Code form={form} faults={faults} digits={token.digits} onType={onType} field="first" label={t('resync.proof')} />
      </div>
    </>
  );
}

/** When the next passcode shows at the latest: counted from when the first one was whole, anew when it is another one. */
function useDeadline(token: Token, first: string) {
  const [whole, setWhole] = useState({ code: '', at: 0 });
  const isWhole = (typed: string) => token.kind === 'totp' && faultOf(typed, token.digits) === undefined;
  const typed = (code: string) => {
    if (isWhole(code) && whole.code !== cleanCode(code)) setWhole({ code: cleanCode(code), at: Date.now() });
  };
  return { deadline: isWhole(first) ? whole.at + (token.step_seconds ?? 0) * 1000 : undefined, typed };
}

function ResyncForm({ token, onClose, onMoved }: Props & { onMoved: (moved: Resynchronised) => void }) {
  const { t } = useText();
  const queries = useQueryClient();
  const [form, setForm] = useState<Form>(EMPTY);
  const [faults, setFaults] = useState<Faults>({});
  const verify = verifyOf(useOwnerPolicy(token).data?.values);
  const { deadline, typed } = useDeadline(token, form.first);
  const go = useMutation({
    mutationFn: (wantsThird: boolean) => api.tokens.resync(token.serial, requestOf(form, wantsThird)),
    onSuccess: (moved) => {
      onMoved(moved);
      void refresh(queries);
    },
    onError: () => void queries.invalidateQueries({ queryKey: ['activity'] }),
  });
  const [third, setThird] = useState(false);
  const wantsThird = form.method === 'codes' && (third || (go.error instanceof Problem && go.error.reason === 'one_more_code'));
  if (wantsThird && !third) setThird(true);
  const type = (field: Field, value: string) => {
    setForm({ ...form, [field]: value });
    if (field === 'first') typed(value);
    const { [field]: _, ...rest } = faults;
    setFaults(rest);
  };
  const clear = () => {
    setForm({ ...EMPTY, method: form.method, verified: form.verified, note: form.note });
    setFaults({});
    setThird(false);
    go.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = faultsOf(form, token, verify, wantsThird);
    setFaults(found);
    if (Object.keys(found).length === 0 && !go.isPending) go.mutate(wantsThird);
  };
  const methods: readonly Method[] = token.kind === 'hotp' ? ['codes', 'counter'] : ['codes'];
  const props = { form, faults, token, wantsThird, deadline, onType: type };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      {go.error === null ? null : <FailedNote error={go.error} form={form} setForm={setForm} />}
      {methods.length === 1 ? null : (
        <Radios legend={t('resync.method')} name="method" value={form.method} onChange={(method) => setForm({ ...form, method })}
          choices={methods.map((value) => ({ value, label: t(`resync.method_${value}`) }))} />
      )}
      {form.method === 'codes' ? <CodeFields {...props} /> : <CounterFields {...props} />}
      <div className="two">
        <Select label={t(verify === 'must' ? 'resync.verified_must' : 'resync.verified')} none={t('resync.verified_none')} value={form.verified} onChange={(value) => type('verified', value)}
          choices={VERIFIED.map((value) => ({ value, label: t(`verified.${value}`) }))}
          {...(faults.verified === undefined ? {} : { hint: <span className="bad-text">{t('fault.needed')}</span> })} />
        <TextField label={t(form.admin ? 'resync.reason' : 'resync.note')} value={form.note} onChange={(value) => type('note', value)} maxLength={400} autoComplete="off"
          error={faults.note === undefined ? undefined : t('fault.needed')} />
      </div>
      {form.admin ? <p className="small">{t('resync.further_text')}</p> : null}
      <div className="actions-apart">
        <div className="actions">
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button onClick={clear}>{t('action.clear')}</Button>
        </div>
        <Button kind="primary" type="submit" loading={go.isPending}>{t(form.method === 'counter' ? 'resync.set_counter' : 'task.resync')}</Button>
      </div>
      <span className="heard" role="status">{go.isPending ? t('resync.checking') : ''}</span>
    </form>
  );
}

export function Resync(props: Props) {
  const { t } = useText();
  const may = useMay();
  const { token, userName, onClose, onTask } = props;
  const [moved, setMoved] = useState<Resynchronised>();
  const title = [t('task.resync'), token.serial, userName ?? token.owner ?? ''].filter((part) => part !== '').join(' · ');
  return (
    <Dialog opened onClose={onClose} title={title} closeLabel={t('action.close')} wide>
      {moved === undefined
        ? <ResyncForm {...props} onMoved={setMoved} />
        : <Done moved={moved} onClose={onClose} onTest={may('diagnose') ? () => onTask('test') : undefined} />}
    </Dialog>
  );
}
