// SPDX-License-Identifier: Apache-2.0
import type { Token } from '@lockstep/api/console';
import { Menu } from '@lockstep/ui';
import type { ReactElement } from 'react';
import { useMay } from '../session';
import { useText } from '../text';
import { tasksFor, type Task } from './tasks';

interface Props {
  token: Token;
  isPrimary: boolean;
  /** The button. */
  children: ReactElement;
  onTask: (task: Task) => void;
  /** Those that stand beside the menu already. */
  without?: readonly Task[];
}

const DANGER: ReadonlySet<Task> = new Set(['lost', 'faulty', 'revoke', 'unassign', 'delete']);
const NONE: readonly Task[] = [];

export function ManageMenu({ token, isPrimary, children, onTask, without = NONE }: Props) {
  const { t } = useText();
  const may = useMay();
  const tasks = tasksFor(token, may, isPrimary).filter((task) => !without.includes(task));
  if (tasks.length === 0) return null;
  const item = (task: Task) => <Menu.Item key={task} onClick={() => onTask(task)}>{t(`task.${task}`)}</Menu.Item>;
  const harmless = tasks.filter((task) => !DANGER.has(task));
  const rest = tasks.filter((task) => DANGER.has(task));
  return (
    <Menu>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        {harmless.map(item)}
        {harmless.length > 0 && rest.length > 0 ? <Menu.Divider /> : null}
        {rest.map(item)}
      </Menu.Dropdown>
    </Menu>
  );
}
