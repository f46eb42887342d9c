// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from '@lockstep/i18n';
import { Button, PageHeader } from '@lockstep/ui';
import { IconClock, IconExternalLink, IconMail, IconPhone } from '@tabler/icons-react';
import { endOf, LoadingCards, useTitle } from '../parts';
import { ProblemNote } from '../ProblemNote';
import { useDevices, useSession, useSettings } from '../session';

const ICON = { size: 20, stroke: 1.8, 'aria-hidden': true } as const;

function Serials() {
  const { t } = useTranslation();
  const devices = useDevices();
  if (devices.data === undefined || devices.data.items.length === 0) return null;
  return (
    <div className="panel stack-small">
      <h2>{t('help.ready')}</h2>
      <ul className="bare-list stack-small">
        {devices.data.items.map((device) => (
          <li key={device.serial}>
            <span className="strong">{device.name}</span> <span className="dim">{t('device.serial', { end: endOf(device.serial) })}</span>
            {device.help === undefined ? null : <p className="dim small">{device.help}</p>}
          </li>
        ))}
      </ul>
      <p className="dim small">{t('help.counter')}</p>
    </div>
  );
}

/** Whom to call, and what to have at hand. */
export function Help() {
  const { t } = useTranslation();
  const settings = useSettings();
  const session = useSession();
  useTitle(t('nav.help'));
  if (settings.error !== null) return <ProblemNote error={settings.error} onRetry={() => void settings.refetch()} />;
  if (settings.data === undefined) return <LoadingCards />;
  const { phone, email, hours, url } = settings.data.help;
  return (
    <div className="stack">
      <PageHeader title={t('nav.help')} aside={settings.data.organisation} />
      <div className="panel stack">
        <p>{t('help.text')}</p>
        {hours === undefined ? null : <p className="row"><IconClock {...ICON} />{t('help.hours', { hours })}</p>}
        <div className="actions">
          {phone === undefined ? null : <Button kind="primary" icon={<IconPhone {...ICON} />} href={`tel:${phone.replaceAll(' ', '')}`}>{t('action.call', { phone })}</Button>}
          {email === undefined ? null : <Button icon={<IconMail {...ICON} />} href={`mailto:${email}`}>{t('help.email', { email })}</Button>}
          {url === undefined ? null : <Button icon={<IconExternalLink {...ICON} />} href={url}>{t('help.url')}</Button>}
        </div>
      </div>
      {session.data?.state === 'signed_in' ? <Serials /> : null}
    </div>
  );
}
