// SPDX-License-Identifier: Apache-2.0
import { portal } from '@lockstep/api';
import { useTranslation } from '@lockstep/i18n';
import { Button, Note } from '@lockstep/ui';
import { useMutation } from '@tanstack/react-query';
import { ProblemNote } from '../ProblemNote';

/** One press tells the help desk that somebody needs another token. */
export function AskForReplacement({ serial }: { serial: string }) {
  const { t } = useTranslation();
  const tell = useMutation({ mutationFn: () => portal.askForHelp({ about: 'replacement', serial }) });
  if (tell.isSuccess) return <Note tone="ok" heading={t('replacement.done')} focus level={3} />;
  return (
    <>
      {tell.error === null ? null : <ProblemNote error={tell.error} onRetry={() => tell.mutate()} />}
      <Button loading={tell.isPending} onClick={() => tell.mutate()}>{t('replacement.ask')}</Button>
    </>
  );
}
