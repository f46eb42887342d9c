// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from '@lockstep/i18n';
import { Button } from '@lockstep/ui';
import { IconCheck, IconExternalLink } from '@tabler/icons-react';
import { STEPS, type Kind } from './story';

const NEEDS_PORTAL = 'fob_heal';

/** What to try, in order; what was done is ticked. */
export function Story({ kind, at, user }: { kind: Kind; at: number; user: string }) {
  const { t } = useTranslation('lab');
  const state = (index: number) => {
    if (index < at) return 'done';
    return index === at ? 'now' : 'later';
  };
  const steps = STEPS[kind];
  return (
    <>
      <ol className="bare-list story">
        {steps.map((name, index) => (
          <li key={name} className={state(index)} {...(index === at ? { 'aria-current': 'step' as const } : {})}>
            <span className="story-mark" aria-hidden>{index < at ? <IconCheck size={16} stroke={2.6} /> : index + 1}</span>
            <div>
              <p>{index < at ? <span className="heard">{t('story.done')}</span> : null}{t(`story.${name}`, { user })}</p>
              {name === NEEDS_PORTAL && index === at ? (
                <Button kind="primary" href="/portal/" target="_blank" icon={<IconExternalLink size={18} aria-hidden />}>{t('story.open_portal')}</Button>
              ) : null}
            </div>
          </li>
        ))}
      </ol>
      {at >= steps.length ? <p className="story-end" role="status">{t(`story.end_${kind}`)}</p> : null}
    </>
  );
}
