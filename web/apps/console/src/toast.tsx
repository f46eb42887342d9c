// SPDX-License-Identifier: Apache-2.0
// What was done, said once in the corner and to those who listen. Only of success: errors stay where they are.
import { IconCircleCheck } from '@tabler/icons-react';
import { useEffect, useSyncExternalStore } from 'react';

const SHOWN_MS = 6000;

let current: { text: string; at: number } | undefined;
const listeners = new Set<() => void>();

function put(next: typeof current): void {
  current = next;
  for (const listener of listeners) listener();
}

export function say(text: string): void {
  put({ text, at: Date.now() });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Toast() {
  const said = useSyncExternalStore(subscribe, () => current);
  useEffect(() => {
    if (said === undefined) return undefined;
    const timer = setTimeout(() => put(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <div className="toast" role="status">
      {said === undefined ? null : <div><IconCircleCheck size={18} stroke={1.8} aria-hidden />{said.text}</div>}
    </div>
  );
}
