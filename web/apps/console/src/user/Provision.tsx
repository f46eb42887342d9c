// SPDX-License-Identifier: Apache-2.0
// An authenticator app is enrolled: a QR code that is shown once, and the first passcode proves that it arrived.
import { api, type CreatedToken, type UserDetails } from '@lockstep/api/console';
import { Button, Dialog, Note, Select, TextField } from '@lockstep/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { nameOf } from '../parts';
import { ProblemNote } from '../ProblemNote';
import { useMay } from '../session';
import { useText } from '../text';
import { TestForm } from '../token/TestPasscode';
import { refresh } from '../token/TokenTask';

interface Props {
  user: UserDetails;
  onClose: () => void;
}
const DIGITS = ['6', '8'] as const;
const MODEL_MAX = 128;

/** "ABCD EFGH": as people type it. */
const inFours = (text: string) => text.match(/.{1,4}/g)?.join(' ') ?? text;

function Enrolled({ created, onClose }: { created: CreatedToken; onClose: () => void }) {
  const { t } = useText();
  const may = useMay();
  const { token, seed } = created;
  const [copied, setCopied] = useState(false);
  if (seed === undefined) return null;
  const copy = () => void navigator.clipboard.writeText(seed.base32).then(() => setCopied(true), () => undefined);
  return (
    <div className="stack">
      <Note tone="warn" level={3} heading={t('provision.once')} focus><p>{t('provision.once_text')}</p></Note>
      <div className="enrol">
        <img src={`data:image/svg+xml;base64,${btoa(seed.qr_svg)}`} width={208} height={208} alt={t('provision.qr', { serial: token.serial })} />
        <div className="stack-small">
          <p>{t('provision.scan')}</p>
          <p className="small dim">{t('provision.by_hand')}</p>
          <p className="secret" translate="no">{inFours(seed.base32)}</p>
          <div className="actions"><Button onClick={copy}>{t(copied ? 'provision.copied' : 'provision.copy')}</Button></div>
        </div>
      </div>
      {may('tokens.resync') && may('diagnose') ? <TestForm token={token} label={t('provision.first_code')} /> : null}
      <div className="actions"><Button onClick={onClose}>{t('action.done')}</Button></div>
    </div>
  );
}

export function Provision({ user, onClose }: Props) {
  const { t } = useText();
  const queries = useQueryClient();
  const [model, setModel] = useState('');
  const [digits, setDigits] = useState<(typeof DIGITS)[number]>('6');
  const go = useMutation({
    mutationFn: () => api.tokens.create({ kind: 'totp', owner: user.id, digits: Number(digits), ...(model.trim() === '' ? {} : { model: model.trim() }) }),
    onSuccess: () => refresh(queries),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    go.mutate();
  };
  return (
    <Dialog opened onClose={onClose} title={t('provision.head', { name: nameOf(user) })} closeLabel={t('action.close')} busy={go.isPending} wide>
      {go.data !== undefined ? <Enrolled created={go.data} onClose={onClose} /> : (
        <form className="stack" onSubmit={submit}>
          {go.error === null ? null : <ProblemNote error={go.error} level={3} focus />}
          <p>{t('provision.text')}</p>
          <div className="two">
            <TextField label={t('provision.model')} hint={t('provision.model_hint')} value={model} onChange={setModel} maxLength={MODEL_MAX} autoComplete="off" data-autofocus />
            <Select label={t('provision.digits')} value={digits} onChange={(value) => { if (value !== '') setDigits(value); }}
              choices={DIGITS.map((value) => ({ value, label: t('facts.digits_of', { count: Number(value) }) }))} />
          </div>
          <div className="actions-apart">
            <Button onClick={onClose}>{t('action.cancel')}</Button>
            <Button kind="primary" type="submit" loading={go.isPending}>{t('provision.go')}</Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
