// SPDX-License-Identifier: Apache-2.0
#include "app/demo_people.h"

namespace lockstep {
namespace {

constexpr DemoPerson kPeople[] = {
    {"erik.lindberg", "Erik", "Lindberg", "engineering"},
    {"maria.sandstrom", "Maria", "Sandström", "finance"},
    {"oliver.whitfield", "Oliver", "Whitfield", "engineering"},
    {"anna.bergqvist", "Anna", "Bergqvist", "helpdesk"},
    {"lars.akesson", "Lars", "Åkesson", "engineering"},
    {"emily.harrington", "Emily", "Harrington", "sales"},
    {"karin.nystrom", "Karin", "Nyström", "finance"},
    {"james.fairclough", "James", "Fairclough", "engineering"},
    {"johan.hedlund", "Johan", "Hedlund", "engineering"},
    {"sara.ekstrom", "Sara", "Ekström", "sales"},
    {"thomas.pemberton", "Thomas", "Pemberton", "finance"},
    {"ingrid.forsberg", "Ingrid", "Forsberg", "helpdesk"},
    {"magnus.wallin", "Magnus", "Wallin", "engineering"},
    {"charlotte.ashworth", "Charlotte", "Ashworth", "sales"},
    {"fredrik.soderberg", "Fredrik", "Söderberg", "engineering"},
    {"elin.lundgren", "Elin", "Lundgren", "sales"},
    {"william.thackeray", "William", "Thackeray", "finance"},
    {"gustav.oberg", "Gustav", "Öberg", "engineering"},
    {"birgitta.holm", "Birgitta", "Holm", "finance"},
    {"henry.cartwright", "Henry", "Cartwright", "engineering"},
    {"malin.sjogren", "Malin", "Sjögren", "helpdesk"},
    {"nils.bjorklund", "Nils", "Björklund", "engineering"},
    {"sophie.langley", "Sophie", "Langley", "sales"},
    {"per.nordin", "Per", "Nordin", "engineering"},
    {"ulrika.strand", "Ulrika", "Strand", "sales"},
    {"george.holloway", "George", "Holloway", "finance"},
    {"mikael.dahlgren", "Mikael", "Dahlgren", "engineering"},
    {"astrid.hellstrom", "Astrid", "Hellström", "engineering"},
    {"lucy.merriweather", "Lucy", "Merriweather", "sales"},
    {"anders.vikander", "Anders", "Vikander", "engineering"},
    {"camilla.engstrom", "Camilla", "Engström", "finance"},
    {"edward.stanhope", "Edward", "Stanhope", "sales"},
    {"viktor.lofgren", "Viktor", "Löfgren", "engineering"},
    {"linnea.rosen", "Linnéa", "Rosén", "sales"},
    {"arthur.bramley", "Arthur", "Bramley", "engineering"},
    {"hanna.martensson", "Hanna", "Mårtensson", "finance"},
    {"daniel.froberg", "Daniel", "Fröberg", "engineering"},
    {"grace.wetherby", "Grace", "Wetherby", "sales"},
    {"oskar.palm", "Oskar", "Palm", "engineering"},
    {"therese.wikstrom", "Therese", "Wikström", "helpdesk"},
    {"samuel.kingsley", "Samuel", "Kingsley", "engineering"},
    {"eva.gronlund", "Eva", "Grönlund", "finance"},
    {"rickard.ahlin", "Rickard", "Ahlin", "engineering"},
    {"alice.penhaligon", "Alice", "Penhaligon", "sales"},
    {"josefin.blom", "Josefin", "Blom", "sales"},
    {"henrik.tornqvist", "Henrik", "Törnqvist", "engineering"},
    {"rose.cavendish", "Rose", "Cavendish", "finance"},
    {"mattias.edlund", "Mattias", "Edlund", "engineering"},
    {"cecilia.von.platen", "Cecilia", "von Platen", "sales"},
    {"frederick.oakes", "Frederick", "Oakes", "engineering"},
};

constexpr Seconds kHalfMinute{30};
constexpr Seconds kMinute{60};
constexpr Seconds kUnixEpoch{0};

constexpr DemoModel kModels[] = {
    {"Feitian OTP c100",
     {TokenKind::hotp, HashAlgorithm::sha1, Digits::six(), kHalfMinute, kUnixEpoch},
     TokenForm::hardware,
     20},
    {"Mideye display card",
     {TokenKind::hotp, HashAlgorithm::sha1, Digits::eight(), kHalfMinute, kUnixEpoch},
     TokenForm::hardware,
     20},
    {"Feitian OTP c200",
     {TokenKind::totp, HashAlgorithm::sha1, Digits::six(), kHalfMinute, kUnixEpoch},
     TokenForm::hardware,
     20},
    {"Google Authenticator",
     {TokenKind::totp, HashAlgorithm::sha1, Digits::six(), kHalfMinute, kUnixEpoch},
     TokenForm::software,
     20},
    {"SafeNet eToken PASS",
     {TokenKind::totp, HashAlgorithm::sha1, Digits::six(), kMinute, kUnixEpoch},
     TokenForm::hardware,
     20},
    {"Token2 C301",
     {TokenKind::totp, HashAlgorithm::sha256, Digits::eight(), kHalfMinute, kUnixEpoch},
     TokenForm::hardware,
     32},
    {"FreeOTP",
     {TokenKind::totp, HashAlgorithm::sha256, Digits::six(), kHalfMinute, kUnixEpoch},
     TokenForm::software,
     32},
    {"YubiKey 5 OATH-HOTP",
     {TokenKind::hotp, HashAlgorithm::sha1, Digits::six(), kHalfMinute, kUnixEpoch},
     TokenForm::hardware,
     20},
};

constexpr DemoModel kLabFob = {
    "Key fob",
    {TokenKind::totp, HashAlgorithm::sha1, Digits::six(), kHalfMinute, kUnixEpoch},
    TokenForm::hardware,
    20};
constexpr DemoModel kLabCard = {
    "Display card",
    {TokenKind::hotp, HashAlgorithm::sha1, Digits::six(), kHalfMinute, kUnixEpoch},
    TokenForm::hardware,
    20};

}  // namespace

const DemoModel& lab_fob() { return kLabFob; }

const DemoModel& lab_card() { return kLabCard; }

std::span<const DemoPerson> demo_people() { return kPeople; }

std::span<const DemoModel> demo_models() { return kModels; }

}  // namespace lockstep
