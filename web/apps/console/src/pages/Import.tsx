// SPDX-License-Identifier: Apache-2.0
// Seed files: choose one, see what it would do, do it. Nothing is added before the last step.
import { api, Problem, type ImportFile, type ImportReport, type SeedFormat, type TokenKind } from '@lockstep/api/console';
import { Button, DataTable, Note, Select, Steps, TextField } from '@lockstep/ui';
import { IconDownload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState, type FormEvent } from 'react';
import { useLocation } from 'wouter';
import { csvOf, download } from '../csv';
import { Page } from '../parts';
import { ProblemNote } from '../ProblemNote';
import { useText } from '../text';

export const FILE_MAX = 15 * 1024 * 1024;
const FORMATS: readonly SeedFormat[] = ['pskc', 'csv', 'pingid', 'entra', 'oath', 'multiotp', 'feitian', 'yubico', 'yubico-traditional', 'netiq'];
const SHOWN_MAX = 200;

interface Form {
  name: string;
  content: string;
  format: SeedFormat | '';
  secret: string;
  secretIs: 'password' | 'key';
  kind: TokenKind | '';
  digits: '' | '6' | '8';
  model: string;
}
const EMPTY: Form = { name: '', content: '', format: '', secret: '', secretIs: 'password', kind: '', digits: '', model: '' };

/** What is sent: only what was said. */
export function fileOf(form: Form): ImportFile {
  const spec = { ...(form.kind === '' ? {} : { kind: form.kind }), ...(form.digits === '' ? {} : { digits: Number(form.digits) }) };
  return {
    content: form.content,
    ...(form.format === '' ? {} : { format: form.format }),
    ...(form.secret === '' ? {} : { [form.secretIs]: form.secret }),
    ...(Object.keys(spec).length === 0 ? {} : { spec }),
    ...(form.model.trim() === '' ? {} : { model: form.model.trim() }),
  };
}

function FileField({ form, onChange, error }: { form: Form; onChange: (name: string, content: string) => void; error: string | undefined }) {
  const { t, number } = useText();
  const id = useId();
  const [tooLarge, setTooLarge] = useState(false);
  const take = (file: File | undefined) => {
    setTooLarge(file !== undefined && file.size > FILE_MAX);
    if (file === undefined || file.size > FILE_MAX) onChange('', '');
    else void file.text().then((content) => onChange(file.name, content));
  };
  const said = tooLarge ? t('import.too_large', { size: number(FILE_MAX / 1024 / 1024) }) : error;
  return (
    <div className="field file">
      <label htmlFor={id}>{t('import.file')}</label>
      <span className="hint" id={`${id}-hint`}>{t('import.file_hint', { size: number(FILE_MAX / 1024 / 1024) })}</span>
      <input id={id} type="file" aria-describedby={`${id}-hint${said === undefined ? '' : ` ${id}-error`}`} aria-invalid={said !== undefined}
        onChange={(event) => take(event.currentTarget.files?.[0])} />
      {form.name === '' ? null : <span className="small">{t('import.chosen', { name: form.name })}</span>}
      {said === undefined ? null : <span className="field-error" id={`${id}-error`}>{said}</span>}
    </div>
  );
}

function Choose({ form, setForm, onStaged }: { form: Form; setForm: (form: Form) => void; onStaged: (report: ImportReport) => void }) {
  const { t } = useText();
  const [, navigate] = useLocation();
  const [missing, setMissing] = useState(false);
  const go = useMutation({ mutationFn: () => api.imports.stage(fileOf(form)), onSuccess: onStaged });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(form.content === '');
    if (form.content !== '' && !go.isPending) go.mutate();
  };
  return (
    <form className="stack" onSubmit={submit}>
      {go.error === null ? null : <ProblemNote error={go.error} focus />}
      <FileField form={form} error={missing && form.content === '' ? t('import.no_file') : undefined} onChange={(name, content) => setForm({ ...form, name, content })} />
      <div className="two">
        <Select label={t('import.format')} none={t('import.format_any')} value={form.format} onChange={(format) => setForm({ ...form, format })}
          choices={FORMATS.map((value) => ({ value, label: t(`format.${value}`) }))} />
        <TextField label={t('facts.model')} hint={t('import.model_hint')} value={form.model} onChange={(model) => setForm({ ...form, model })} maxLength={128} autoComplete="off" />
        <Select label={t('import.secret_is')} value={form.secretIs} onChange={(value) => { if (value !== '') setForm({ ...form, secretIs: value }); }}
          choices={[{ value: 'password', label: t('import.password') }, { value: 'key', label: t('import.key') }]} />
        <TextField label={t('import.secret')} hint={t('import.secret_hint')} type="password" value={form.secret} onChange={(secret) => setForm({ ...form, secret })} autoComplete="off" />
        <Select label={t('import.kind')} none={t('import.by_file')} value={form.kind} onChange={(kind) => setForm({ ...form, kind })}
          choices={[{ value: 'totp', label: t('kind.totp') }, { value: 'hotp', label: t('kind.hotp') }]} />
        <Select label={t('import.digits')} none={t('import.by_file')} value={form.digits} onChange={(digits) => setForm({ ...form, digits })}
          choices={[{ value: '6', label: '6' }, { value: '8', label: '8' }]} />
      </div>
      <div className="actions-apart">
        <Button onClick={() => navigate('/tokens')}>{t('action.cancel')}</Button>
        <Button kind="primary" type="submit" loading={go.isPending}>{t('import.check')}</Button>
      </div>
    </form>
  );
}

/** The numbers of a report, and what was wrong with which line. */
function Report({ report }: { report: ImportReport }) {
  const { t, number } = useText();
  const rows: readonly (readonly [string, number])[] = [
    [t(report.committed ? 'import.added' : 'import.to_add'), report.added], [t('import.there'), report.already_there], [t('import.rejected'), report.rejected],
  ];
  const csv = () => download('import-errors.csv', csvOf([
    [t('import.line'), t('tokens.serial'), t('import.why')], ...report.rejected_list.map((one) => [String(one.line), one.serial, one.why]),
  ]));
  return (
    <>
      <p className="dim small">{t('import.taken_as', { format: t(`format.${report.format}`) })}</p>
      <dl className="counts">{rows.map(([name, count]) => <div key={name}><dt>{name}</dt><dd>{number(count)}</dd></div>)}</dl>
      {report.notes.length === 0 ? null : <Note tone="info" level={3} heading={t('import.notes')}><ul lang="en">{report.notes.map((one) => <li key={one}>{one}</li>)}</ul></Note>}
      {report.rejected_list.length === 0 ? null : (
        <>
          <div className="row-apart">
            <h2>{t('import.rejected_list')}</h2>
            <Button icon={<IconDownload size={16} aria-hidden />} onClick={csv}>{t('import.download')}</Button>
          </div>
          <DataTable label={t('import.rejected_list')} rows={report.rejected_list.slice(0, SHOWN_MAX)} rowKey={(row) => `${row.line} ${row.serial}`}
            columns={[
              { key: 'line', head: t('import.line'), numeric: true, cell: (row) => row.line },
              { key: 'serial', head: t('tokens.serial'), cell: (row) => row.serial },
              { key: 'why', head: t('import.why'), cell: (row) => <span lang="en">{row.why}</span> },
            ]} />
        </>
      )}
    </>
  );
}

function DryRun({ report, onBack, onDone }: { report: ImportReport; onBack: () => void; onDone: (report: ImportReport) => void }) {
  const { t, moment } = useText();
  const queries = useQueryClient();
  const go = useMutation({
    mutationFn: () => api.imports.commit(report.id),
    onSuccess: async (done) => {
      if ('approval' in done) return;
      onDone(done);
      await queries.invalidateQueries({ queryKey: ['tokens'] });
    },
  });
  const gone = go.error instanceof Problem && go.error.status === 404;
  if (go.data !== undefined && 'approval' in go.data) {
    return <Note tone="info" heading={t('bulk.waits')} focus><p>{t('bulk.waits_text')}</p></Note>;
  }
  return (
    <div className="stack">
      {go.error === null ? null : <ProblemNote error={go.error} focus>{gone ? <p>{t('import.expired')}</p> : null}</ProblemNote>}
      <Note tone={report.rejected === 0 ? 'ok' : 'warn'} heading={t(report.added === 0 ? 'import.nothing' : 'import.dry')} focus><p>{t('import.dry_text', { until: moment(report.expires_at) })}</p></Note>
      <Report report={report} />
      <div className="actions-apart">
        <Button onClick={onBack}>{t('action.back')}</Button>
        <Button kind="primary" disabled={report.added === 0} loading={go.isPending} onClick={() => go.mutate()}>{t('import.go', { count: report.added })}</Button>
      </div>
    </div>
  );
}

export function Import() {
  const { t } = useText();
  const [, navigate] = useLocation();
  const [form, setForm] = useState<Form>(EMPTY);
  const [staged, setStaged] = useState<ImportReport>();
  const [done, setDone] = useState<ImportReport>();
  const at = done !== undefined ? 2 : (staged !== undefined ? 1 : 0);
  return (
    <Page title={t('import.head')} crumbs={[{ to: '/tokens', text: t('nav.tokens') }]}>
      <div className="panel stack import">
        <Steps names={[t('import.step_1'), t('import.step_2'), t('import.step_3')]} current={at} label={t('import.steps')} />
        {done !== undefined ? (
          <div className="stack">
            <Note tone="ok" heading={t('import.done', { count: done.added })} focus><p>{t('import.done_text')}</p></Note>
            <Report report={done} />
            <div className="actions">
              <Button kind="primary" onClick={() => navigate('/tokens?assigned=false')}>{t('import.to_stock')}</Button>
              <Button onClick={() => { setForm(EMPTY); setStaged(undefined); setDone(undefined); }}>{t('import.another')}</Button>
            </div>
          </div>
        ) : (staged !== undefined
          ? <DryRun report={staged} onBack={() => setStaged(undefined)} onDone={(report) => { setDone(report); setForm(EMPTY); }} />
          : <Choose form={form} setForm={setForm} onStaged={setStaged} />)}
      </div>
    </Page>
  );
}
