// SPDX-License-Identifier: Apache-2.0
import { lab, type Mail } from '@lockstep/api';
import { ago, useTranslation } from '@lockstep/i18n';
import { useNow } from '@lockstep/ui';
import { IconMail, IconMailOpened } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';

const LOOK_AGAIN_MS = 3000;

function Letter({ mail, opened, onToggle, ahead }: { mail: Mail; opened: boolean; onToggle: () => void; ahead: number }) {
  const { i18n } = useTranslation('lab');
  const id = useId();
  const now = useNow();
  const Icon = opened ? IconMailOpened : IconMail;
  return (
    <li className="letter">
      <h3>
        <button type="button" aria-expanded={opened} aria-controls={id} onClick={onToggle}>
          <Icon size={20} stroke={1.8} aria-hidden />
          <span className="letter-subject">{mail.subject}</span>
          <span className="dim small">{`${mail.to} · ${ago(i18n.language, new Date(mail.at), new Date(now + ahead))}`}</span>
        </button>
      </h3>
      <div id={id} hidden={!opened} className="letter-text" lang={mail.language}>{opened ? mail.text : null}</div>
    </li>
  );
}

/** The mails that the demo would send; the newest lies open. */
export function Outbox() {
  const { t } = useTranslation('lab');
  const [chosen, setChosen] = useState<string>();
  const mails = useQuery({
    queryKey: ['outbox'],
    queryFn: async () => {
      const { items } = await lab.outbox();
      return { items, ahead: Math.max(0, Date.parse(items[0]?.at ?? '1970-01-01') - Date.now()) };
    },
    refetchInterval: LOOK_AGAIN_MS,
    refetchOnWindowFocus: 'always',
  });
  const items = mails.data?.items ?? [];
  const opened = chosen ?? items[0]?.id;
  return (
    <section className="panel bench-outbox" aria-labelledby="outbox">
      <div>
        <h2 id="outbox">{t('outbox.title')}</h2>
        <p className="dim small">{t('outbox.text')}</p>
      </div>
      {items.length === 0 ? <p className="outbox-empty">{t('outbox.empty')}</p> : null}
      <ul className="bare-list letters">
        {items.map((mail) => (
          <Letter key={mail.id} mail={mail} opened={opened === mail.id} ahead={mails.data?.ahead ?? 0}
            onToggle={() => setChosen(opened === mail.id ? '' : mail.id)} />
        ))}
      </ul>
    </section>
  );
}
