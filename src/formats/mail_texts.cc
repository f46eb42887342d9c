// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_texts.h"

#include <chrono>

#include <fmt/format.h>

#include "base/assert.h"
#include "formats/mail_words.h"

namespace lockstep {
namespace {

/// The argument whose value chooses between the words of an event; empty where there is one text.
std::string_view chooser_of(MailEvent event) {
  switch (event) {
    case MailEvent::resynchronised:
    case MailEvent::temporary_code:
    case MailEvent::primary:
    case MailEvent::suspended:
      return "by";
    case MailEvent::lost:
      return "how";
    case MailEvent::help_desk:
      return "about";
    case MailEvent::email_code:
      return "for";
    case MailEvent::link:
    case MailEvent::revoked:
    case MailEvent::unassigned:
    case MailEvent::replaced:
      return "";
  }
  LOCKSTEP_ASSERT(false);
}

/// Whether the reader should be told what to do where it was not they who did this.
bool may_not_be_them(MailEvent event) {
  return event == MailEvent::resynchronised || event == MailEvent::lost ||
         event == MailEvent::temporary_code || event == MailEvent::primary;
}

const MailLanguage* find_language(std::string_view tag) {
  for (const MailLanguage& one : mail_languages()) {
    if (one.tag == tag.substr(0, tag.find('-'))) return &one;
  }
  return nullptr;
}

const MailLanguage& language_for(std::string_view tag, std::string_view fallback) {
  const MailLanguage* found = find_language(tag);
  if (found == nullptr) found = find_language(fallback);
  return found == nullptr ? mail_languages().front() : *found;
}

std::string value_of(const MailValues& values, std::string_view name) {
  const auto found = values.find(name);
  return found == values.end() ? "" : found->second;
}

const MailWords& words_for(const MailLanguage& language, MailEvent event,
                           std::string_view variant) {
  const MailWords* general = nullptr;
  for (const MailWords& one : language.words) {
    if (one.event != event) continue;
    if (!one.variant.empty() && one.variant == variant) return one;
    if (one.variant.empty()) general = &one;
  }
  LOCKSTEP_ASSERT(general != nullptr);
  return *general;
}

std::string moment(WallTime time, const MailLanguage& language) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::minutes>(time - day));
  const auto month = static_cast<unsigned>(date.month());
  return fmt::format(fmt::runtime(language.moment), static_cast<unsigned>(date.day()),
                     language.months[month - 1], static_cast<int>(date.year()),
                     clock.hours().count(), clock.minutes().count());
}

/// Adds `to`, the moment `from` in words; one that is none stays as it is.
void put_time(MailValues& values, std::string_view from, std::string_view to,
              const MailLanguage& language) {
  const std::string text = value_of(values, from);
  const Result<WallTime> time = parse_rfc3339(text);
  values[std::string(to)] = time ? moment(*time, language) : text;
}

}  // namespace

MailText mail_text(MailEvent event, std::string_view language, const MailValues& arguments,
                   const MailSetting& setting) {
  const MailLanguage& spoken = language_for(language, setting.default_language);
  MailValues values = arguments;
  put_time(values, "at", "when", spoken);
  put_time(values, "until", "until_when", spoken);
  values["organisation"] = setting.organisation;
  values["help_phone"] = setting.help_phone;
  if (!setting.portal_url.empty()) values["activity"] = setting.portal_url + "/portal/activity";

  const std::string_view chooser = chooser_of(event);
  const MailWords& words =
      words_for(spoken, event, chooser.empty() ? "" : value_of(values, chooser));
  std::string body(words.body);
  if (may_not_be_them(event)) body += "\n\n" + std::string(spoken.not_you);
  if (event != MailEvent::help_desk) body += "\n\n" + std::string(spoken.closing);
  return fill_in_mail(words.subject, body, values, spoken.tag);
}

bool has_mail_texts(std::string_view language) { return find_language(language) != nullptr; }

std::string mail_time(WallTime time, std::string_view language) {
  return moment(time, language_for(language, ""));
}

}  // namespace lockstep
