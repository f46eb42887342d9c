// SPDX-License-Identifier: Apache-2.0
import type { UserDetails } from '@lockstep/api/console';
import { Dialog } from '@lockstep/ui';
import { useActivity } from '../activity';
import { ActivityTable } from '../ActivityTable';
import { nameOf } from '../parts';
import { useText } from '../text';

const ROWS = 100;

/** Who changed what about a user. */
export function ChangeLog({ user, onClose }: { user: UserDetails; onClose: () => void }) {
  const { t } = useText();
  const changes = useActivity({ user: user.id, about: 'changes', limit: ROWS });
  return (
    <Dialog opened onClose={onClose} title={t('methods.log_of', { name: nameOf(user) })} closeLabel={t('action.close')} wide>
      <ActivityTable query={changes} label={t('methods.log')} withSerial />
    </Dialog>
  );
}
