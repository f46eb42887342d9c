// SPDX-License-Identifier: Apache-2.0
import { Button as MantineButton, Modal } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { useId, type ComponentProps, type MouseEventHandler, type ReactNode, type Ref } from 'react';

interface ButtonProps {
  children: ReactNode;
  kind?: 'primary' | 'default' | 'danger';
  type?: 'button' | 'submit';
  icon?: ReactNode;
  /** Behind the words: what says that a menu opens. */
  iconEnd?: ReactNode;
  loading?: boolean;
  disabled?: boolean;
  onClick?: MouseEventHandler;
  /** Where it leads, for one that is a link. */
  href?: string;
  target?: string;
  /** What a menu adds to its button. */
  className?: string;
}

/** One look for every button. `kind` primary is the one main action of a page, danger what cannot be undone. */
export function Button({ children, kind = 'default', type = 'button', icon, iconEnd, href, className = '', ...rest }: ButtonProps) {
  const look = {
    className: `button ${className}`.trim(),
    variant: kind === 'default' ? 'default' : 'filled',
    leftSection: icon,
    rightSection: iconEnd,
    ...(kind === 'danger' ? { 'data-danger': true } : {}),
  };
  if (href !== undefined) {
    return <MantineButton component="a" href={href} {...look} {...rest}>{children}</MantineButton>;
  }
  return <MantineButton type={type} {...look} {...rest}>{children}</MantineButton>;
}

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
}

function FieldFrame({ id, label, hint, error, children }: FieldProps & { id: string; children: ReactNode }) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint === undefined ? null : <span className="hint" id={`${id}-hint`}>{hint}</span>}
      {children}
      {error === undefined ? null : (
        <span className="field-error" id={`${id}-error`}>
          <IconAlertCircle size={18} aria-hidden />
          {error}
        </span>
      )}
    </div>
  );
}

function describedBy(id: string, { hint, error }: FieldProps): { 'aria-describedby'?: string; 'aria-invalid'?: true } {
  const parts = [hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`].filter((part) => part !== '');
  return {
    ...(parts.length > 0 ? { 'aria-describedby': parts.join(' ') } : {}),
    ...(error === undefined ? {} : { 'aria-invalid': true as const }),
  };
}

type InputProps = Omit<ComponentProps<'input'>, 'onChange' | 'value'> & FieldProps & {
  value: string;
  onChange: (value: string) => void;
  ref?: Ref<HTMLInputElement>;
};

/** A labelled line of text. */
export function TextField({ label, hint, error, onChange, ref, ...rest }: InputProps) {
  const id = useId();
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error}>
      <input id={id} ref={ref} type="text" {...describedBy(id, { label, hint, error })} {...rest}
        onChange={(event) => onChange(event.currentTarget.value)} />
    </FieldFrame>
  );
}

/**
 * A field for a code: one plain line that takes pasted blanks and hyphens, brings up digits on a phone and lets
 * the browser fill in a code it has seen. It never sends itself.
 */
export function CodeField({ digits, ...rest }: InputProps & { digits: number }) {
  return (
    <TextField className="code-input" inputMode="numeric" autoComplete="one-time-code" autoCorrect="off" spellCheck={false}
      // Room for the blanks of a pasted code; what is too long is said in words.
      maxLength={digits + 6} {...rest} />
  );
}

interface AreaProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  maxLength?: number;
}
export function TextArea({ label, hint, error, onChange, ...rest }: AreaProps) {
  const id = useId();
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error}>
      <textarea id={id} rows={3} {...describedBy(id, { label, hint, error })} {...rest}
        onChange={(event) => onChange(event.currentTarget.value)} />
    </FieldFrame>
  );
}

interface DialogProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  closeLabel: string;
  children: ReactNode;
  /** While something is being sent, Esc and the cross do nothing. */
  busy?: boolean;
  /** For two fields side by side, or a picture. */
  wide?: boolean;
}
export function Dialog({ opened, onClose, title, closeLabel, children, busy = false, wide = false }: DialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeOnEscape={!busy} closeOnClickOutside={!busy} size={wide ? 620 : 440}
      closeButtonProps={{ 'aria-label': closeLabel, size: 44 }} transitionProps={{ duration: 0 }}>
      {children}
    </Modal>
  );
}

export { Menu, Skeleton } from '@mantine/core';
