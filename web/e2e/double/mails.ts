// SPDX-License-Identifier: Apache-2.0
// What the server's templates will say, in short.
import type { Mail } from '@lockstep/api';

type Event = Mail['event'];
type Words = [subject: string, text: string];
const EN: Record<Event, (values: Record<string, string>) => Words> = {
  email_code: (v) => [`${v['code']} is your code`, `${v['code']}\n\nis your code to confirm that it is you. It is valid for 10 minutes and works once.\n\nYou did not ask for it? Then somebody knows your user ID; they cannot get in without this mail.`],
  resynchronised: (v) => [`Your token …${v['end']} is in step again`, `Your token …${v['end']} was resynced at ${v['time']} in the portal.\n\nThat was not you? Open the portal, Activity, and choose "This was not me".`],
  lost: (v) => [`Your token …${v['end']} was reported lost`, `Nobody can sign in with your token …${v['end']} any more. It was reported ${v['how']} at ${v['time']}.\n\nThat was not you? Call the help desk.`],
  temporary_code: (v) => ['A temporary code was shown', `A temporary code was shown at ${v['time']} in the portal.\n\nThat was not you? Open the portal, Activity, and choose "This was not me".`],
  primary: (v) => ['Your primary device has changed', `Your token …${v['end']} is now your primary device.`],
  suspended: (v) => ['Your devices are paused', `You said that something was not you. Paused: ${v['list']}. The help desk has been told and will contact you.`],
  help_desk: (v) => [`${v['user']} needs help`, `${v['user']}: ${v['about']} ${v['serial']}\n${v['note']}`],
  link: (v) => ['Bring your token back into step', `IT has sent you this link. It works once, for 24 hours:\n\n${v['url']}`],
};
const SV: Partial<typeof EN> = {
  email_code: (v) => [`${v['code']} är din kod`, `${v['code']}\n\när din kod för att bekräfta att det är du. Den gäller i 10 minuter och fungerar en gång.\n\nBad du inte om den? Då känner någon till ditt användar-ID; utan det här mejlet kommer de inte in.`],
  resynchronised: (v) => [`Din enhet …${v['end']} är synkad igen`, `Din enhet …${v['end']} synkades om ${v['time']} i portalen.\n\nVar det inte du? Öppna portalen, Aktivitet, och välj "Det var inte jag".`],
};

export class Outbox {
  readonly items: Mail[] = [];

  send(to: string, event: Event, language: string, at: Date, values: Record<string, string>): void {
    const words = (language === 'sv' ? SV[event] : undefined) ?? EN[event];
    const [subject, text] = words(values);
    this.items.unshift({ id: String(this.items.length + 1), at: at.toISOString(), to, event, language, subject, text });
  }
}
