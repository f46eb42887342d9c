// SPDX-License-Identifier: Apache-2.0
// Numbers, durations and times in the reader's language and time zone.

/** `language` as it is written where the reader is, if the browser says so: "en-GB" for "en". */
function local(language: string): string {
  return navigator.languages.find((tag) => tag.startsWith(`${language}-`)) ?? language;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

function unit(language: string, value: number, name: 'second' | 'minute' | 'hour' | 'day'): string {
  return new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'long' }).format(value);
}

/** "40 seconds", "9 minutes", "14 hours 32 minutes": as exactly as somebody would say it. */
export function duration(language: string, seconds: number): string {
  const whole = Math.round(Math.abs(seconds));
  if (whole < 2 * MINUTE && whole !== MINUTE) return unit(language, whole, 'second');
  const minutes = Math.round(whole / MINUTE);
  if (minutes < MINUTE) return unit(language, minutes, 'minute');
  if (whole >= 2 * DAY && whole % DAY === 0) return unit(language, whole / DAY, 'day');
  const hours = Math.floor(minutes / MINUTE);
  const rest = minutes % MINUTE;
  return rest === 0 ? unit(language, hours, 'hour') : `${unit(language, hours, 'hour')} ${unit(language, rest, 'minute')}`;
}

/** "14:32", or "2:32 PM" where people say it so. */
export function timeOfDay(language: string, at: Date): string {
  return new Intl.DateTimeFormat(local(language), { timeStyle: 'short' }).format(at);
}

export function timeWithSeconds(language: string, at: Date): string {
  return new Intl.DateTimeFormat(local(language), { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(at);
}

/** "2 Mar 2024". */
export function day(language: string, at: Date): string {
  return new Intl.DateTimeFormat(local(language), { dateStyle: 'medium' }).format(at);
}

const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

/** "today 18:00", "yesterday 09:12", "2 Mar 2024 at 14:32". */
export function moment(language: string, at: Date, now = new Date()): string {
  const days = Math.round((midnight(at) - midnight(now)) / (DAY * 1000));
  if (Math.abs(days) > 1) {
    return new Intl.DateTimeFormat(local(language), { dateStyle: 'medium', timeStyle: 'short' }).format(at);
  }
  return `${new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(days, 'day')} ${timeOfDay(language, at)}`;
}

/** "3 minutes ago", "yesterday". */
export function ago(language: string, at: Date, now = new Date()): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const away = Math.abs(seconds);
  if (away < MINUTE) return words.format(0, 'second');
  if (away < HOUR) return words.format(Math.round(seconds / MINUTE), 'minute');
  if (away < DAY) return words.format(Math.round(seconds / HOUR), 'hour');
  return words.format(Math.round(seconds / DAY), 'day');
}
