// SPDX-License-Identifier: Apache-2.0
import type { Trouble } from '@lockstep/api';
import { useTranslation } from '@lockstep/i18n';
import { Button, PageHeader } from '@lockstep/ui';
import { IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { Redirect, useLocation } from 'wouter';
import { endOf, LoadingCards, useTitle } from '../parts';
import { useSettings } from '../session';

/** Where a choice leads; a passcode that is not accepted needs one more question. */
const LEADS: Record<Exclude<Trouble, 'not_accepted'>, (serial: string) => string> = {
  broken: (serial) => `/temporary-code?replace=${serial}`,
  left_behind: () => '/temporary-code',
  lost: (serial) => `/devices/${serial}/lost`,
};

function DoesItShow({ serial, onBack }: { serial: string; onBack: () => void }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  return (
    <div className="panel stack">
      <PageHeader title={t('trouble.shows.head')} aside={`…${endOf(serial)}`} />
      <p>{t('trouble.shows.text')}</p>
      <div className="actions">
        <Button kind="primary" onClick={() => navigate(`/devices/${serial}/resync`)}>{t('trouble.shows.yes')}</Button>
        <Button onClick={() => navigate(LEADS.broken(serial))}>{t('trouble.shows.no')}</Button>
      </div>
      <button type="button" className="text-button" onClick={onBack}>{t('action.back')}</button>
    </div>
  );
}

/** Four choices, each one thing to do. */
export function Troubleshoot({ serial }: { serial: string }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const settings = useSettings();
  const [asking, setAsking] = useState(false);
  const title = t('trouble.title', { end: endOf(serial) });
  useTitle(title);
  if (settings.data === undefined) return <LoadingCards />;
  const [only, ...others] = settings.data.troubleshoot;
  if (only === undefined) return <Redirect to="/help" replace />;
  if (others.length === 0 && only !== 'not_accepted') return <Redirect to={LEADS[only](serial)} replace />;
  if (asking || others.length === 0) return <DoesItShow serial={serial} onBack={() => (others.length === 0 ? navigate('/') : setAsking(false))} />;
  const choose = (choice: Trouble) => (choice === 'not_accepted' ? setAsking(true) : navigate(LEADS[choice](serial)));
  return (
    <div className="stack">
      <PageHeader title={title} />
      <ul className="bare-list stack-small">
        {settings.data.troubleshoot.map((choice) => (
          <li key={choice}>
            <button type="button" className="choice panel" onClick={() => choose(choice)}>
              <span>
                <span className="strong">{t(`trouble.${choice}.head`)}</span>
                <span className="dim">{t(`trouble.${choice}.text`)}</span>
              </span>
              <IconChevronRight size={20} stroke={1.8} aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      <div className="actions"><Button onClick={() => navigate('/')}>{t('action.back')}</Button></div>
    </div>
  );
}
