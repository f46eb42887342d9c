// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_words.h"

#include <array>

namespace lockstep {
namespace {

constexpr MailWords kEnglish[] = {
    {MailEvent::email_code, "", "{code} is your code",
     "{code}\n\n"
     "This is your code to confirm that it is you. It works once, within {minutes} minutes.\n\n"
     "Enter it only on the page where you asked for it. The help desk never asks for it.\n\n"
     "You did not ask for a code? Then somebody typed your user ID. Without this mail they cannot "
     "get in, and there is nothing you need to do."},
    {MailEvent::email_code, "log_in", "{code} is your code",
     "{code}\n\n"
     "This is your code to sign in with, in place of your token's. It works once, within {minutes} "
     "minutes.\n\n"
     "Enter it only where you asked for it. The help desk never asks for it.\n\n"
     "You did not ask for a code? Then somebody else did, who may know your PIN or password: "
     "change it, and tell the help desk."},
    {MailEvent::resynchronised, "", "Your token {device} is back in step",
     "Hello {person},\n\n"
     "your token {device} was brought back into step in the portal. You can sign in with it as "
     "before.\n\n"
     "When: {when}\nFrom: {source}"},
    {MailEvent::resynchronised, "operator", "Your token {device} is back in step",
     "Hello {person},\n\n"
     "the help desk has brought your token {device} back into step. You can sign in with it as "
     "before.\n\n"
     "When: {when}"},
    {MailEvent::resynchronised, "sign_in", "Your token {device} was brought into step",
     "Hello {person},\n\n"
     "your token {device} had drifted out of step with us. The two codes of your sign-in have "
     "repaired that, and there is nothing you need to do.\n\n"
     "When: {when}\nFrom: {source}"},
    {MailEvent::lost, "", "Your token {device} was reported lost",
     "Hello {person},\n\n"
     "your token {device} was reported lost. Nobody can sign in with it any more.\n\n"
     "When: {when}\nFrom: {source}\n\n"
     "You have found it? The help desk can open it again."},
    {MailEvent::lost, "stolen", "Your token {device} was reported stolen",
     "Hello {person},\n\n"
     "your token {device} was reported stolen. Nobody can sign in with it any more.\n\n"
     "When: {when}\nFrom: {source}\n\n"
     "You have it after all? The help desk can open it again."},
    {MailEvent::lost, "operator", "Your token {device} was marked as lost",
     "Hello {person},\n\n"
     "the help desk has marked your token {device} as lost. Nobody can sign in with it any "
     "more.\n\n"
     "When: {when}\n\n"
     "You have it? The help desk can open it again."},
    {MailEvent::temporary_code, "operator", "A temporary code was given out for you",
     "Hello {person},\n\n"
     "the help desk has given out a temporary code for you. It stands in for your token until "
     "{until_when}.\n\n"
     "When: {when}"},
    {MailEvent::temporary_code, "", "A temporary code was given out for you",
     "Hello {person},\n\n"
     "a temporary code was shown in the portal. It stands in for your token until {until_when}.\n\n"
     "When: {when}\nFrom: {source}"},
    {MailEvent::primary, "", "Your token {device} is your primary device now",
     "Hello {person},\n\n"
     "your token {device} is offered first from now on when you sign in.\n\n"
     "When: {when}\nFrom: {source}"},
    {MailEvent::primary, "operator", "Your token {device} is your primary device now",
     "Hello {person},\n\n"
     "the help desk has made your token {device} the one that is offered first when you sign "
     "in.\n\n"
     "When: {when}"},
    {MailEvent::suspended, "operator", "Your token {devices} is paused",
     "Hello {person},\n\n"
     "the help desk has paused your token {devices}. Nobody can sign in with it until the help "
     "desk opens it again.\n\n"
     "When: {when}\n\n"
     "You did not expect this? Call the help desk: {help_phone}"},
    {MailEvent::revoked, "", "Your token {device} was revoked",
     "Hello {person},\n\n"
     "the help desk has revoked your token {device}. Nobody can sign in with it any more, and it "
     "cannot be opened again.\n\n"
     "When: {when}\n\n"
     "You did not expect this? Call the help desk: {help_phone}"},
    {MailEvent::unassigned, "", "Your token {device} was taken back",
     "Hello {person},\n\n"
     "the help desk has taken back your token {device}. It is not yours any more, and you cannot "
     "sign in with it.\n\n"
     "When: {when}\n\n"
     "You did not expect this? Call the help desk: {help_phone}"},
    {MailEvent::replaced, "", "Your token {device} was replaced",
     "Hello {person},\n\n"
     "the help desk has given you another token. Sign in with {new_device} from now on, in place "
     "of {device}.\n\n"
     "When: {when}\n\n"
     "You did not expect this? Call the help desk: {help_phone}"},
    {MailEvent::suspended, "", "Your tokens are paused",
     "Hello {person},\n\n"
     "you told us that something was not you. Nobody can sign in with these tokens until the help "
     "desk opens them again: {devices}.\n\n"
     "The help desk knows, and gets in touch with you.\n\n"
     "When: {when}\nFrom: {source}"},
    {MailEvent::link, "", "Bring your token {device} back into step",
     "Hello {person},\n\n"
     "the help desk sends you this link. It leads to the page where you bring your token {device} "
     "back into step:\n\n"
     "{link}\n\n"
     "It works once, within {hours} hours. Have the token with you. We send one more mail, with a "
     "code, to make sure that it is you."},
    {MailEvent::help_desk, "", "{user} asks for help",
     "{person} ({user}) asks for help.\n\n"
     "Token: {serial}\nThey write: {note}\n\n"
     "When: {when}\nFrom: {source}"},
    {MailEvent::help_desk, "replacement", "{user} needs a new token",
     "{person} ({user}) asks for a new token.\n\n"
     "Token: {serial}\nThey write: {note}\n\n"
     "When: {when}\nFrom: {source}"},
    {MailEvent::help_desk, "resync", "{user} cannot bring a token back into step",
     "{person} ({user}) could not bring a token back into step in the portal.\n\n"
     "Token: {serial}\nThey write: {note}\n\n"
     "When: {when}\nFrom: {source}"},
    {MailEvent::help_desk, "not_me", "{user} says: this was not me",
     "{person} ({user}) says that something in their activity was not them. Their tokens are "
     "suspended: call them back on a number that you know.\n\n"
     "Token: {serial}\nRecord of the audit: {entry}\nThey write: {note}\n\n"
     "When: {when}\nFrom: {source}"},
};

constexpr MailWords kSwedish[] = {
    {MailEvent::email_code, "", "{code} är din kod",
     "{code}\n\n"
     "Det här är din kod för att bekräfta att det är du. Den fungerar en gång, inom {minutes} "
     "minuter.\n\n"
     "Skriv den bara på sidan där du bad om den. Hjälpdesken frågar aldrig efter den.\n\n"
     "Bad du inte om någon kod? Då har någon skrivit ditt användar-ID. Utan det här mejlet kommer "
     "de inte in, och du behöver inte göra något."},
    {MailEvent::email_code, "log_in", "{code} är din kod",
     "{code}\n\n"
     "Det här är din kod för att logga in, i stället för din enhets kod. Den fungerar en gång, "
     "inom "
     "{minutes} minuter.\n\n"
     "Skriv den bara där du bad om den. Hjälpdesken frågar aldrig efter den.\n\n"
     "Bad du inte om någon kod? Då har någon annan gjort det, som kanske kan din PIN-kod eller "
     "ditt "
     "lösenord: byt det och kontakta hjälpdesken."},
    {MailEvent::resynchronised, "", "Din enhet {device} är synkad igen",
     "Hej {person}!\n\n"
     "Din enhet {device} har synkats om i portalen. Du kan logga in med den som förut.\n\n"
     "När: {when}\nFrån: {source}"},
    {MailEvent::resynchronised, "operator", "Din enhet {device} är synkad igen",
     "Hej {person}!\n\n"
     "Hjälpdesken har synkat om din enhet {device}. Du kan logga in med den som förut.\n\n"
     "När: {when}"},
    {MailEvent::resynchronised, "sign_in", "Din enhet {device} har synkats",
     "Hej {person}!\n\n"
     "Din enhet {device} hade hamnat ur synk. De två koderna när du loggade in har rättat det, och "
     "du behöver inte göra något.\n\n"
     "När: {when}\nFrån: {source}"},
    {MailEvent::lost, "", "Din enhet {device} är anmäld förlorad",
     "Hej {person}!\n\n"
     "Din enhet {device} har anmälts förlorad. Ingen kan längre logga in med den.\n\n"
     "När: {when}\nFrån: {source}\n\n"
     "Har du hittat den? Hjälpdesken kan öppna den igen."},
    {MailEvent::lost, "stolen", "Din enhet {device} är anmäld stulen",
     "Hej {person}!\n\n"
     "Din enhet {device} har anmälts stulen. Ingen kan längre logga in med den.\n\n"
     "När: {when}\nFrån: {source}\n\n"
     "Har du den ändå? Hjälpdesken kan öppna den igen."},
    {MailEvent::lost, "operator", "Din enhet {device} är markerad som förlorad",
     "Hej {person}!\n\n"
     "Hjälpdesken har markerat din enhet {device} som förlorad. Ingen kan längre logga in med "
     "den.\n\n"
     "När: {when}\n\n"
     "Har du den? Hjälpdesken kan öppna den igen."},
    {MailEvent::temporary_code, "operator", "En tillfällig kod har lämnats ut för dig",
     "Hej {person}!\n\n"
     "Hjälpdesken har lämnat ut en tillfällig kod för dig. Den gäller i stället för din enhet till "
     "{until_when}.\n\n"
     "När: {when}"},
    {MailEvent::temporary_code, "", "En tillfällig kod har visats för dig",
     "Hej {person}!\n\n"
     "En tillfällig kod har visats i portalen. Den gäller i stället för din enhet till "
     "{until_when}.\n\n"
     "När: {when}\nFrån: {source}"},
    {MailEvent::primary, "", "Din enhet {device} är nu den du använder först",
     "Hej {person}!\n\n"
     "Din enhet {device} föreslås från och med nu först när du loggar in.\n\n"
     "När: {when}\nFrån: {source}"},
    {MailEvent::primary, "operator", "Din enhet {device} är nu den du använder först",
     "Hej {person}!\n\n"
     "Hjälpdesken har gjort din enhet {device} till den som föreslås först när du loggar in.\n\n"
     "När: {when}"},
    {MailEvent::suspended, "operator", "Din enhet {devices} är pausad",
     "Hej {person}!\n\n"
     "Hjälpdesken har pausat din enhet {devices}. Ingen kan logga in med den förrän hjälpdesken "
     "öppnar den igen.\n\n"
     "När: {when}\n\n"
     "Är det oväntat? Ring hjälpdesken: {help_phone}"},
    {MailEvent::revoked, "", "Din enhet {device} är spärrad för gott",
     "Hej {person}!\n\n"
     "Hjälpdesken har spärrat din enhet {device}. Ingen kan längre logga in med den, och den kan "
     "inte öppnas igen.\n\n"
     "När: {when}\n\n"
     "Är det oväntat? Ring hjälpdesken: {help_phone}"},
    {MailEvent::unassigned, "", "Din enhet {device} har tagits tillbaka",
     "Hej {person}!\n\n"
     "Hjälpdesken har tagit tillbaka din enhet {device}. Den är inte längre din, och du kan inte "
     "logga in med den.\n\n"
     "När: {when}\n\n"
     "Är det oväntat? Ring hjälpdesken: {help_phone}"},
    {MailEvent::replaced, "", "Din enhet {device} har bytts ut",
     "Hej {person}!\n\n"
     "Hjälpdesken har gett dig en annan enhet. Logga in med {new_device} från och med nu, i "
     "stället för {device}.\n\n"
     "När: {when}\n\n"
     "Är det oväntat? Ring hjälpdesken: {help_phone}"},
    {MailEvent::suspended, "", "Dina enheter är pausade",
     "Hej {person}!\n\n"
     "Du har sagt att något inte var du. Ingen kan logga in med de här enheterna förrän "
     "hjälpdesken "
     "öppnar dem igen: {devices}.\n\n"
     "Hjälpdesken har fått veta det och hör av sig till dig.\n\n"
     "När: {when}\nFrån: {source}"},
    {MailEvent::link, "", "Synka om din enhet {device}",
     "Hej {person}!\n\n"
     "Hjälpdesken skickar dig den här länken. Den leder till sidan där du synkar om din enhet "
     "{device}:\n\n"
     "{link}\n\n"
     "Den fungerar en gång, inom {hours} timmar. Ha enheten till hands. Vi skickar ett mejl till, "
     "med en kod, för att vara säkra på att det är du."},
    {MailEvent::help_desk, "", "{user} ber om hjälp",
     "{person} ({user}) ber om hjälp.\n\n"
     "Enhet: {serial}\nMeddelande: {note}\n\n"
     "När: {when}\nFrån: {source}"},
    {MailEvent::help_desk, "replacement", "{user} behöver en ny enhet",
     "{person} ({user}) ber om en ny enhet.\n\n"
     "Enhet: {serial}\nMeddelande: {note}\n\n"
     "När: {when}\nFrån: {source}"},
    {MailEvent::help_desk, "resync", "{user} kan inte synka om en enhet",
     "{person} ({user}) kunde inte synka om en enhet i portalen.\n\n"
     "Enhet: {serial}\nMeddelande: {note}\n\n"
     "När: {when}\nFrån: {source}"},
    {MailEvent::help_desk, "not_me", "{user} säger: det var inte jag",
     "{person} ({user}) säger att något i aktivitetslistan inte var de själva. Enheterna är "
     "pausade: ring tillbaka på ett nummer som ni känner till.\n\n"
     "Enhet: {serial}\nPost i loggen: {entry}\nMeddelande: {note}\n\n"
     "När: {when}\nFrån: {source}"},
};

constexpr std::array<std::string_view, 12> kEnglishMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 12> kSwedishMonths = {
    "januari", "februari", "mars",      "april",   "maj",      "juni",
    "juli",    "augusti",  "september", "oktober", "november", "december"};

constexpr MailLanguage kLanguages[] = {
    {"en", kEnglish,
     "Was this not you? Tell us at once.\n"
     "In the portal, under Activity, choose \"This was not me\".\n{activity}\n"
     "Or call the help desk: {help_phone}",
     "This mail was sent by a machine; nobody reads the answers.\n{organisation}", kEnglishMonths,
     "{0} {1} {2}, {3:02}:{4:02} UTC"},
    {"sv", kSwedish,
     "Var det inte du? Säg till oss genast.\n"
     "Välj \"Det var inte jag\" under Aktivitet i portalen.\n{activity}\n"
     "Eller ring hjälpdesken: {help_phone}",
     "Det här mejlet skickades av en maskin; ingen läser svaren.\n{organisation}", kSwedishMonths,
     "{0} {1} {2} kl. {3:02}.{4:02} UTC"},
};

}  // namespace

std::span<const MailLanguage> mail_languages() { return kLanguages; }

}  // namespace lockstep
