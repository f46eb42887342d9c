// SPDX-License-Identifier: Apache-2.0
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { MenuRadios, Radios, Select } from './choices';
import { CodeField, Menu } from './controls';
import { Countdown } from './countdown';
import { Note, Steps } from './display';
import { DataTable } from './table';
import { AppRoot } from './theme';

afterEach(cleanup);

function Field({ error }: { error?: string }) {
  const [code, setCode] = useState('');
  return <CodeField digits={6} label="Passcode" hint="6 digits" value={code} onChange={setCode} error={error} />;
}

test('a code field is one plain line that brings up digits and takes a code the browser has seen', () => {
  render(<Field />);
  const input = screen.getByLabelText('Passcode');
  expect(input.getAttribute('type')).toBe('text');
  expect(input.getAttribute('inputmode')).toBe('numeric');
  expect(input.getAttribute('autocomplete')).toBe('one-time-code');
});

test('a code field takes a pasted code with its blanks', async () => {
  render(<Field />);
  await userEvent.click(screen.getByLabelText('Passcode'));
  await userEvent.paste('123 456');
  expect(screen.getByLabelText<HTMLInputElement>('Passcode').value).toBe('123 456');
});

test('a fault belongs to its field', () => {
  render(<Field error="Six of them" />);
  const input = screen.getByLabelText('Passcode');
  expect(input.getAttribute('aria-invalid')).toBe('true');
  const ids = (input.getAttribute('aria-describedby') ?? '').split(' ');
  expect(ids.map((id) => document.getElementById(id)?.textContent)).toEqual(['6 digits', 'Six of them']);
});

test('a countdown is a timer, and says aloud only three moments', () => {
  const spoken = vi.fn((seconds: number) => `${seconds} left`);
  const { rerender } = render(<Countdown left={30} total={30} label="Time" spoken={spoken}>x</Countdown>);
  const heard = new Set<string | null>();
  for (let left = 30; left >= 0; left -= 1) {
    rerender(<Countdown left={left} total={30} label="Time" spoken={spoken}>x</Countdown>);
    heard.add(screen.getByRole('status').textContent);
  }
  expect([...heard]).toEqual(['30 left', '10 left', '0 left']);
  expect(screen.getByRole('timer').getAttribute('aria-label')).toBe('Time');
});

test('the heading of a result takes the focus', () => {
  render(<Note tone="ok" heading="Done" focus />);
  expect(document.activeElement?.textContent).toBe('Done');
});

test('one step is the current one, and after the last none', () => {
  const names = ['a', 'b', 'c'];
  const { rerender } = render(<Steps names={names} current={1} label="Steps" />);
  const current = () => screen.getAllByRole('listitem').map((item) => item.getAttribute('aria-current'));
  expect(current()).toEqual([null, 'step', null]);
  expect(screen.getByText('2 / 3 · b')).toBeDefined();
  rerender(<Steps names={names} current={3} label="Steps" />);
  expect(current()).toEqual([null, null, null]);
  expect(screen.getByText('3 / 3 · c')).toBeDefined();
});

describe('a table', () => {
  const columns = [{ key: 'serial', head: 'Serial', cell: (row: { serial: string }) => row.serial }];
  const rows = [{ serial: 'A1' }, { serial: 'B2' }];
  const table = (chosen: ReadonlySet<string>, onChange: (chosen: ReadonlySet<string>) => void) => (
    <AppRoot>
      <DataTable label="Tokens" columns={columns} rows={rows} rowKey={(row) => row.serial} busy
        selection={{ chosen, onChange, labelOf: (key) => `Choose ${key}`, allLabel: 'Choose all' }} />
    </AppRoot>
  );

  test('names its columns, and says that others are on their way', () => {
    render(table(new Set(), () => undefined));
    expect(screen.getByRole('columnheader', { name: 'Serial' }).getAttribute('scope')).toBe('col');
    expect(screen.getByRole('table', { name: 'Tokens' }).getAttribute('aria-busy')).toBe('true');
  });

  test('chooses one more, one less, all and none', async () => {
    const onChange = vi.fn<(chosen: ReadonlySet<string>) => void>();
    const { rerender } = render(table(new Set(['A1']), onChange));
    await userEvent.click(screen.getByLabelText('Choose B2'));
    await userEvent.click(screen.getByLabelText('Choose A1'));
    await userEvent.click(screen.getByLabelText('Choose all'));
    rerender(table(new Set(['A1', 'B2']), onChange));
    await userEvent.click(screen.getByLabelText('Choose all'));
    expect(onChange.mock.calls.map(([chosen]) => [...chosen])).toEqual([['A1', 'B2'], [], ['A1', 'B2'], []]);
  });
});

describe('a choice', () => {
  test('of some words is one of them, or none', async () => {
    const onChange = vi.fn<(value: string) => void>();
    render(<AppRoot><Select label="Kind" none="Any" value="" choices={[{ value: 'totp', label: 'Time' }]} onChange={onChange} /></AppRoot>);
    await userEvent.selectOptions(screen.getByLabelText('Kind'), 'Time');
    expect(onChange).toHaveBeenLastCalledWith('totp');
  });

  test('of a few is all to be seen', async () => {
    const onChange = vi.fn<(value: string) => void>();
    render(<AppRoot><Radios legend="How" name="how" value="a" choices={[{ value: 'a', label: 'A' }, { value: 'b', label: 'B' }]} onChange={onChange} /></AppRoot>);
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'A' }).checked).toBe(true);
    await userEvent.click(screen.getByRole('radio', { name: 'B' }));
    expect(onChange).toHaveBeenCalledWith('b');
  });
});

test('a choice in a menu says which one it is, and tells a change', async () => {
  const changed = vi.fn();
  render(
    <AppRoot>
      <Menu defaultOpened hideDetached={false}>
        <Menu.Target><button type="button">Open</button></Menu.Target>
        <Menu.Dropdown>
          <MenuRadios label="Language" value="sv" onChange={changed}
            choices={[{ value: 'en', label: 'English', lang: 'en' }, { value: 'sv', label: 'Svenska', lang: 'sv' }]} />
        </Menu.Dropdown>
      </Menu>
    </AppRoot>,
  );
  const choices = await screen.findAllByRole('menuitemradio');
  expect(choices.map((one) => [one.textContent, one.getAttribute('aria-checked'), one.getAttribute('lang')]))
    .toEqual([['English', 'false', 'en'], ['Svenska', 'true', 'sv']]);
  await userEvent.click(screen.getByRole('menuitemradio', { name: 'English' }));
  expect(changed.mock.calls).toEqual([['en']]);
});
