// SPDX-License-Identifier: Apache-2.0
#include "service/first_factor.h"

#include "base/hex.h"
#include "crypto/digest.h"

namespace lockstep {

namespace {

bool matches(const Services& services, const std::optional<PinMac>& stored, const Secret& pin) {
  const PinMac against = stored.value_or(PinMac{});
  const Sha256Digest mac = pin_mac(services.pin_key, against.salt, pin);
  return constant_time_equal(mac, against.mac) && stored.has_value();
}

}  // namespace

PinMac make_pin_mac(Services& services, const Secret& pin) {
  PinMac result;
  services.random.fill(result.salt);
  result.mac = pin_mac(services.pin_key, result.salt, pin);
  return result;
}

bool mac_matches(const Services& services, const PinMac& stored, const Secret& typed) {
  return matches(services, stored, typed);
}

bool pin_matches(const Services& services, const User* user, const Secret& pin) {
  return matches(services, user != nullptr ? user->pin : std::nullopt, pin);
}

std::string factors_of(const std::optional<User>& user) {
  Bytes stored;
  const auto add = [&](ByteView part) {
    stored.push_back(static_cast<std::uint8_t>(part.size()));
    stored.insert(stored.end(), part.begin(), part.end());
  };
  if (user && user->password) add(bytes_of(*user->password));
  if (user && user->pin) {
    add(user->pin->salt);
    add(user->pin->mac);
  }
  return to_hex(sha256(stored));
}

FirstFactor::FirstFactor(const User* user, Field field)
    : field_(field),
      demand_(user != nullptr && (user->password || user->pin) ? Demand::something
                                                               : Demand::nothing) {
  if (user != nullptr) pin_ = user->pin;
}

Result<FirstFactor> FirstFactor::check(Services& services, const User* user,
                                       const std::optional<Secret>& password) {
  if (!password || password->empty()) return FirstFactor(user, Field::absent);
  const std::string* hash = user != nullptr && user->password ? &*user->password : nullptr;
  LOCKSTEP_TRY(const bool is_password, services.passwords.verify(hash, *password));
  const bool is_pin = pin_matches(services, user, *password);
  return FirstFactor(user, is_password || is_pin ? Field::right : Field::wrong);
}

FirstFactor FirstFactor::vouched(const User* user, bool right) {
  return {user, right ? Field::right : Field::wrong};
}

Factor FirstFactor::with_prefix(const Services& services, std::string_view prefix,
                                Carried carried) const {
  // Worked out whether or not it is needed: how long it takes must not tell who has a PIN.
  const bool prefix_right = matches(services, pin_, Secret::copy_of(prefix));
  if (so_far(carried) == Carried::wrong || (!prefix.empty() && !prefix_right)) {
    return Factor::wrong;
  }
  if (so_far(carried) == Carried::right || !prefix.empty()) return Factor::right;
  return demand_ == Demand::something ? Factor::wrong : Factor::none;
}

FirstFactor::Carried FirstFactor::so_far(Carried carried) const {
  if (field_ == Field::wrong || carried == Carried::wrong) return Carried::wrong;
  return field_ == Field::right ? Carried::right : carried;
}

}  // namespace lockstep
