// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <list>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/assert.h"
#include "core/model/names.h"
#include "testing/seeded_random.h"
#include "testing/simulated_token.h"

namespace lockstep {

struct Person {
  std::string name;
  std::string pin;  ///< empty: none
};

/// A token in its owner's hand.
struct Device {
  Serial serial;
  std::string owner;
  TokenKind kind;
  SimulatedToken token;
  std::string last;  ///< time tokens: the code it showed last
};

/// Who works there and what they carry.
class People {
 public:
  /// Every other one has a PIN.
  Person& hire() {
    const std::size_t number = ++hired_;
    const std::string pin = number % 2 == 0 ? std::to_string(4'000 + number) : "";
    return all_.emplace_back(Person{fmt::format("user-{}", number), pin});
  }
  /// Their tokens go back to stock and are seen no more.
  void dismiss(const std::string& name) {
    std::erase_if(all_, [&](const Person& one) { return one.name == name; });
    std::erase_if(devices_, [&](const Device& one) { return one.owner == name; });
  }

  [[nodiscard]] const std::list<Person>& all() const { return all_; }
  Person& at(const std::string& name) {
    const auto found = std::ranges::find(all_, name, &Person::name);
    LOCKSTEP_ASSERT(found != all_.end());
    return *found;
  }
  /// Empty for who is not there any more.
  [[nodiscard]] std::string pin_of(const std::string& name) const {
    const auto found = std::ranges::find(all_, name, &Person::name);
    return found == all_.end() ? "" : found->pin;
  }
  Person& some(SeededRandom& random) {
    return *std::next(all_.begin(), static_cast<std::ptrdiff_t>(random.below(all_.size())));
  }

  std::vector<Device>& devices() { return devices_; }
  Device& some_device(SeededRandom& random) { return devices_[random.below(devices_.size())]; }
  [[nodiscard]] std::ptrdiff_t devices_of(const std::string& name) const {
    return std::ranges::count(devices_, name, &Device::owner);
  }
  Serial next_serial() { return Serial::parse(fmt::format("T{:04}", ++serials_)).value(); }

 private:
  std::list<Person> all_;
  std::vector<Device> devices_;
  std::size_t hired_ = 0;
  std::size_t serials_ = 0;
};

}  // namespace lockstep
