// SPDX-License-Identifier: Apache-2.0
// Ways to choose: plain controls of the browser, which keyboards, phones and listeners all know.
import { Menu } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useId, type ReactNode } from 'react';

export interface Choice<T extends string = string> {
  value: T;
  label: string;
}

interface SelectProps<T extends string> {
  label: string;
  value: T | '';
  choices: readonly Choice<T>[];
  onChange: (value: T | '') => void;
  /** What stands for no choice; without it there has to be one. */
  none?: string;
  hint?: ReactNode;
  disabled?: boolean;
  /** The label is for those who listen; those who see read it as the choice `none`. */
  bare?: boolean;
}

/** One of some words. */
export function Select<T extends string>({ label, value, choices, onChange, none, hint, disabled = false, bare = false }: SelectProps<T>) {
  const id = useId();
  const known = [...choices.map((one) => one.value), ''];
  return (
    <div className={bare ? 'field bare' : 'field'}>
      <label htmlFor={id} className={bare ? 'heard' : ''}>{label}</label>
      {hint === undefined ? null : <span className="hint" id={`${id}-hint`}>{hint}</span>}
      <select id={id} value={value} disabled={disabled} {...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` })}
        data-chosen={value !== ''}
        onChange={(event) => {
          const chosen = known.find((one) => one === event.currentTarget.value);
          if (chosen !== undefined) onChange(chosen as T | '');
        }}>
        {none === undefined ? null : <option value="">{none}</option>}
        {choices.map((one) => <option key={one.value} value={one.value}>{one.label}</option>)}
      </select>
    </div>
  );
}

interface CheckProps {
  label: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}

/** Yes or no. */
export function Check({ label, checked, onChange, disabled = false }: CheckProps) {
  return (
    <label className="check">
      <input type="checkbox" checked={checked} disabled={disabled} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  );
}

interface RadiosProps<T extends string> {
  legend: string;
  name: string;
  value: T;
  choices: readonly (Choice<T> & { hint?: string })[];
  onChange: (value: T) => void;
}

/** One of a few, all to be seen. */
export function Radios<T extends string>({ legend, name, value, choices, onChange }: RadiosProps<T>) {
  return (
    <fieldset className="radios">
      <legend>{legend}</legend>
      {choices.map((one) => (
        <label key={one.value} className="check">
          <input type="radio" name={name} value={one.value} checked={one.value === value} onChange={() => onChange(one.value)} />
          <span>
            {one.label}
            {one.hint === undefined ? null : <span className="hint">{one.hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface MenuRadiosProps<T extends string> {
  label: string;
  value: string;
  choices: readonly (Choice<T> & { lang?: string })[];
  onChange: (value: T) => void;
}

/** One of a few, in a menu, which closes when one is taken. */
export function MenuRadios<T extends string>({ label, value, choices, onChange }: MenuRadiosProps<T>) {
  return (
    <>
      <Menu.Label>{label}</Menu.Label>
      {choices.map((one) => (
        <Menu.RadioItem key={one.value} lang={one.lang} value={one.value} checked={one.value === value} closeMenuOnClick
          checkIcon={<IconCheck size={18} aria-hidden />} onChange={() => onChange(one.value)}>
          {one.label}
        </Menu.RadioItem>
      ))}
    </>
  );
}
