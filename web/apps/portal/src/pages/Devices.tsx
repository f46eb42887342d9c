// SPDX-License-Identifier: Apache-2.0
import { portal, type Device } from '@lockstep/api';
import { ago, day, moment, useTranslation } from '@lockstep/i18n';
import { Button, Chip, Dialog, KindTile, Menu, Note, PageHeader, SyncMark, TextField } from '@lockstep/ui';
import { IconAlertTriangle, IconChevronDown, IconDots, IconHelpCircle, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState, type FormEvent } from 'react';
import { useLocation } from 'wouter';
import { endOf, kindOf, LoadingCards, useTitle } from '../parts';
import { ProblemNote } from '../ProblemNote';
import { DEVICES, useDevices, useSettings } from '../session';

const ICON = { size: 20, stroke: 1.8, 'aria-hidden': true } as const;
const NONE = '-';

function needsAttention(device: Device): boolean {
  return device.sync === 'out_of_sync' || device.life !== 'active';
}

function StateLine({ device }: { device: Device }) {
  const { t } = useTranslation();
  if (device.life === 'active' || device.life === 'assigned') return <SyncMark sync={device.sync} word={t(`sync.${device.sync}`)} />;
  return <Chip tone={device.life === 'suspended' ? 'warn' : 'bad'}>{t(`life.${device.life}`)}</Chip>;
}

function Rename({ device, onClose }: { device: Device; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState(device.name);
  const rename = useMutation({
    mutationFn: () => portal.rename(device.serial, name),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: DEVICES });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate();
  };
  return (
    <Dialog opened onClose={onClose} title={t('device.rename.head')} closeLabel={t('action.close')} busy={rename.isPending}>
      <form className="stack" onSubmit={submit}>
        {rename.error === null ? null : <ProblemNote error={rename.error} onRetry={() => rename.mutate()} />}
        <TextField label={t('device.rename.field')} hint={t('device.rename.hint')} value={name} maxLength={64} onChange={setName} data-autofocus />
        <div className="actions"><Button kind="primary" type="submit" loading={rename.isPending}>{t('action.save')}</Button></div>
      </form>
    </Dialog>
  );
}

function More({ device, onRename }: { device: Device; onRename: () => void }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const can = (action: Device['actions'][number]) => device.actions.includes(action);
  if (!can('rename') && !can('make_primary') && !can('test')) return null;
  return (
    <Menu>
      <Menu.Target>
        <button type="button" className="icon-button bordered" aria-label={t('device.more', { name: device.name })}>
          <IconDots {...ICON} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {can('test') ? <Menu.Item onClick={() => navigate(`/devices/${device.serial}/test`)}>{t('device.test')}</Menu.Item> : null}
        {can('rename') ? <Menu.Item onClick={onRename}>{t('device.rename')}</Menu.Item> : null}
        {can('make_primary') ? (
          <Menu.Item onClick={() => navigate(`/devices/${device.serial}/primary`)}>{t('device.make_primary')}</Menu.Item>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}

function Buttons({ device }: { device: Device }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const [renaming, setRenaming] = useState(false);
  const can = (action: Device['actions'][number]) => device.actions.includes(action);
  const go = (task: string) => () => navigate(`/devices/${device.serial}/${task}`);
  return (
    <div className="actions device-actions">
      {can('resync') ? (
        <Button kind={device.sync === 'out_of_sync' ? 'primary' : 'default'} icon={<IconRefresh {...ICON} />} onClick={go('resync')}>
          {t('action.resync')}
        </Button>
      ) : null}
      {can('troubleshoot') ? <Button icon={<IconHelpCircle {...ICON} />} onClick={go('troubleshoot')}>{t('device.troubleshoot')}</Button> : null}
      {can('report_lost') ? <Button icon={<IconAlertTriangle {...ICON} />} onClick={go('lost')}>{t('device.report_lost')}</Button> : null}
      <More device={device} onRename={() => setRenaming(true)} />
      {renaming ? <Rename device={device} onClose={() => setRenaming(false)} /> : null}
    </div>
  );
}

function lifeAdvice(life: Device['life']): 'suspended' | 'lost' | 'gone' {
  return life === 'suspended' || life === 'lost' ? life : 'gone';
}

function Details({ device }: { device: Device }) {
  const { t, i18n } = useTranslation();
  const facts = [
    device.model,
    t('device.serial', { end: endOf(device.serial) }),
    t('device.added', { day: day(i18n.language, new Date(device.added_at)) }),
    device.last_used_at === undefined ? t('device.never_used') : t('device.last_used', { ago: ago(i18n.language, new Date(device.last_used_at)) }),
  ];
  return (
    <div className="stack">
      {device.life === 'active' && device.sync === 'out_of_sync' ? <p>{t('device.out_of_sync')}</p> : null}
      {device.life === 'active' || device.life === 'assigned' ? null : <p>{t(`device.life_${lifeAdvice(device.life)}`)}</p>}
      <p className="dim facts">{facts.join(' · ')}</p>
      <Buttons device={device} />
    </div>
  );
}

function DeviceCard({ device, opened, onToggle }: { device: Device; opened: boolean; onToggle: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <li className="panel device" data-serial={device.serial}>
      <h2>
        <button type="button" className="device-head" aria-expanded={opened} aria-controls={id} onClick={onToggle}>
          <KindTile kind={kindOf(device)} on={device.primary} />
          <span className="device-name">
            <span className="row">
              <span>{device.name}</span>
              {device.primary ? <Chip tone="filled">{t('device.primary')}</Chip> : null}
            </span>
            <StateLine device={device} />
          </span>
          <IconChevronDown size={20} stroke={1.8} aria-hidden className="chevron" />
        </button>
      </h2>
      <div id={id} hidden={!opened} className="device-body">{opened ? <Details device={device} /> : null}</div>
    </li>
  );
}

function EmailMethod({ address }: { address: string }) {
  const { t } = useTranslation();
  return (
    <li className="panel device device-plain">
      <KindTile kind="email" />
      <span className="device-name">
        <span className="strong">{t('device.email')}</span>
        <span className="dim">{address}</span>
      </span>
    </li>
  );
}

function TemporaryNote({ until }: { until: string }) {
  const { t, i18n } = useTranslation();
  const [, navigate] = useLocation();
  return (
    <Note tone="info" heading={t('temporary.active.head')}>
      <p>{t('temporary.active.body', { until: moment(i18n.language, new Date(until)) })}</p>
      <div className="actions"><Button onClick={() => navigate('/temporary-code')}>{t('temporary.active.manage')}</Button></div>
    </Note>
  );
}

/** The user's devices as cards that open one at a time; the address says which. */
export function Devices({ opened }: { opened?: string }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const devices = useDevices();
  const settings = useSettings();
  useTitle(t('devices.title'));
  if (devices.error !== null) return <ProblemNote error={devices.error} onRetry={() => void devices.refetch()} />;
  if (devices.data === undefined) return <LoadingCards />;
  const { items, email, temporary_code: temporary } = devices.data;
  const shown = opened ?? (items.find(needsAttention) ?? items[0])?.serial ?? NONE;
  return (
    <div className="stack">
      <PageHeader title={t('devices.title')} aside={settings.data?.organisation} />
      {temporary === undefined ? null : <TemporaryNote until={temporary.until} />}
      {items.length === 0 ? <Note tone="idle" heading={t('devices.empty.head')}><p>{t('devices.empty.body')}</p></Note> : null}
      <ul className="bare-list stack">
        {items.map((device) => (
          <DeviceCard key={device.serial} device={device} opened={shown === device.serial}
            onToggle={() => navigate(`/devices/${shown === device.serial ? NONE : device.serial}`, { replace: true })} />
        ))}
        {email === undefined ? null : <EmailMethod address={email} />}
      </ul>
    </div>
  );
}
