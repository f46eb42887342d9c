// SPDX-License-Identifier: Apache-2.0
import type { SetupLink } from '@lockstep/api/console';
import { Button, Note } from '@lockstep/ui';
import { useState } from 'react';
import { useText } from '../text';

/** The link by which an operator sets up an account: shown this once. */
export function SetupNote({ setup, name }: { setup: SetupLink; name: string }) {
  const { t, moment } = useText();
  const [copied, setCopied] = useState(false);
  const link = new URL(setup.path, globalThis.location.origin).href;
  return (
    <Note tone="warn" heading={t('operators.link', { name })} focus level={3}>
      <p>{t('operators.link_text', { until: moment(setup.expires_at) })}</p>
      <p className="secret" translate="no">{link}</p>
      <div className="actions"><Button onClick={() => void navigator.clipboard.writeText(link).then(() => setCopied(true), () => undefined)}>{t(copied ? 'provision.copied' : 'operators.copy')}</Button></div>
    </Note>
  );
}
