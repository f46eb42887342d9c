// SPDX-License-Identifier: Apache-2.0
import { portal, Problem } from '@lockstep/api';
import { useTranslation } from '@lockstep/i18n';
import { Button, PageHeader } from '@lockstep/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { ConfirmIdentity } from '../ConfirmIdentity';
import { endOf, useTitle } from '../parts';
import { ProblemNote } from '../ProblemNote';
import { DEVICES, useDevices } from '../session';

function PrimaryTask({ serial, ask }: { serial: string; ask: () => void }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const devices = useDevices();
  useTitle(t('device.make_primary'));
  const name = devices.data?.items.find((device) => device.serial === serial)?.name ?? `…${endOf(serial)}`;
  const make = useMutation({
    mutationFn: () => portal.makePrimary(serial),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: DEVICES });
      navigate(`/devices/${serial}`);
    },
    onError: (error) => {
      if (error instanceof Problem && error.reason === 'step_up_required') ask();
    },
  });
  return (
    <div className="panel stack">
      <PageHeader title={t('primary.title', { name })} aside={`…${endOf(serial)}`} />
      <p>{t('primary.text')}</p>
      {make.error === null ? null : <ProblemNote error={make.error} end={endOf(serial)} onRetry={() => make.mutate()} />}
      <div className="actions-apart">
        <Button onClick={() => navigate('/')}>{t('action.cancel')}</Button>
        <Button kind="primary" loading={make.isPending} onClick={() => make.mutate()}>{t('device.make_primary')}</Button>
      </div>
    </div>
  );
}

export function MakePrimary({ serial }: { serial: string }) {
  return <ConfirmIdentity>{(ask) => <PrimaryTask serial={serial} ask={ask} />}</ConfirmIdentity>;
}
