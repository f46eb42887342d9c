// SPDX-License-Identifier: Apache-2.0
import { api, type UserDetails, type WhenFound } from '@lockstep/api/console';
import { Button, Dialog, grouped, Note, Radios, Select } from '@lockstep/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { nameOf } from '../parts';
import { ProblemNote } from '../ProblemNote';
import { say } from '../toast';
import { useText } from '../text';
import { refresh } from '../token/TokenTask';

interface Props {
  user: UserDetails;
  onClose: () => void;
}
const HOUR = 3600;
const DAY = 24 * HOUR;
const LASTS = [4 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY];
const ONE_TIME = 5;
const WHEN_FOUND: readonly WhenFound[] = ['deny', 'allow', 'allow_after'];

/** Codes that stand in for a token that is lost or at home. */
export function Temporary({ user, onClose }: Props) {
  const { t, duration, moment } = useText();
  const queries = useQueryClient();
  const [use, setUse] = useState<'until' | 'once'>('until');
  const [seconds, setSeconds] = useState(DAY);
  const [found, setFound] = useState<WhenFound>('deny');
  const go = useMutation({
    mutationFn: () => api.users.giveTemporary(user.id, { seconds, when_found: found, ...(use === 'once' ? { one_time_codes: ONE_TIME } : {}) }),
    onSuccess: () => refresh(queries),
  });
  const end = useMutation({
    mutationFn: () => api.users.endTemporary(user.id),
    onSuccess: async () => {
      say(t('temporary.ended'));
      onClose();
      await refresh(queries);
    },
  });
  const error = go.error ?? end.error;
  return (
    <Dialog opened onClose={onClose} title={t('temporary.head', { name: nameOf(user) })} closeLabel={t('action.close')} busy={go.isPending || end.isPending}>
      {go.data !== undefined ? (
        <div className="stack">
          <Note tone="ok" level={3} heading={t('temporary.given')} focus><p>{t('temporary.given_text', { until: moment(go.data.until) })}</p></Note>
          <ul className="shown-codes bare-list">{go.data.codes.map((code) => <li key={code} className="code-text">{grouped(code)}</li>)}</ul>
          <div className="actions"><Button kind="primary" onClick={onClose}>{t('action.done')}</Button></div>
        </div>
      ) : (
        <div className="stack">
          {error === null ? null : <ProblemNote error={error} level={3} focus />}
          <p>{t('temporary.text')}</p>
          <Radios legend={t('temporary.use')} name="use" value={use} onChange={setUse}
            choices={[{ value: 'until', label: t('temporary.use_until') }, { value: 'once', label: t('temporary.use_once', { count: ONE_TIME }) }]} />
          <Select label={t('temporary.lasts')} value={String(seconds)} onChange={(value) => setSeconds(Number(value))}
            choices={LASTS.map((one) => ({ value: String(one), label: duration(one) }))} />
          <Select label={t('temporary.when_found')} value={found} onChange={(value) => { if (value !== '') setFound(value); }}
            choices={WHEN_FOUND.map((value) => ({ value, label: t(`when_found.${value}`) }))} />
          <div className="actions-apart">
            {user.temporary_access === undefined
              ? <Button onClick={onClose}>{t('action.cancel')}</Button>
              : <Button kind="danger" loading={end.isPending} onClick={() => end.mutate()}>{t('temporary.end')}</Button>}
            <Button kind="primary" loading={go.isPending} onClick={() => go.mutate()}>{t('temporary.go')}</Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}
