// SPDX-License-Identifier: Apache-2.0
#include "ports/store.h"

namespace lockstep {
namespace {

const Sealed* pointer_to(const std::optional<Sealed>& sealed) {
  return sealed ? &*sealed : nullptr;
}

}  // namespace

const Sealed* sealed_in(const Change& change) {
  if (const auto* token = std::get_if<InsertToken>(&change)) return &token->token.seed;
  if (const auto* ticket = std::get_if<InsertTicket>(&change)) {
    return pointer_to(ticket->ticket.sealed);
  }
  if (const auto* ticket = std::get_if<UpdateTicket>(&change)) {
    return pointer_to(ticket->ticket.sealed);
  }
  if (const auto* mail = std::get_if<InsertMail>(&change)) return &mail->mail.arguments;
  if (const auto* key = std::get_if<InsertServiceKey>(&change)) return &key->key;
  if (const auto* replaced = std::get_if<ReplaceSealed>(&change)) return &replaced->to;
  return nullptr;
}

}  // namespace lockstep
