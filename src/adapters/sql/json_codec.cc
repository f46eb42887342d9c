// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/json_codec.h"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include "adapters/sql/guarded.h"
#include "base/hex.h"

namespace lockstep {
namespace {

namespace json = boost::json;

// Lists, not objects: the names would be most of each row. The first element is the version, so
// that a later form can tell this one from its own.
constexpr std::int64_t kVersion = 1;

/// Reads the elements of a JSON list in order. The first one that is not as asked for makes the
/// whole read wrong; from then on everything reads as empty, and `whole` says so at the end.
class Fields {
 public:
  Fields(const json::value* value, bool& sound) : sound_(sound) {
    if (value != nullptr) list_ = value->if_array();
    if (list_ == nullptr) sound_ = false;
  }

  void reject() { sound_ = false; }
  [[nodiscard]] bool more() const { return sound_ && next_ < list_->size(); }

  template <class Number>
  Number number() {
    const json::value* value = take();
    if (value == nullptr) return 0;
    boost::system::error_code error;
    const auto number = value->to_number<Number>(error);
    if (error) sound_ = false;
    return number;
  }

  std::string text() {
    const json::value* value = take();
    const json::string* text = value == nullptr ? nullptr : value->if_string();
    if (text == nullptr) {
      sound_ = false;
      return {};
    }
    return std::string(text->data(), text->size());
  }

  Fields list() { return {take(), sound_}; }

  Instant instant() {
    Fields fields = list();
    Instant result;
    result.wall = WallTime(Micros(fields.number<std::int64_t>()));
    result.mono = MonoTime(fields.number<std::int64_t>());
    result.run = ClockRun(fields.number<std::uint64_t>());
    return result;
  }

  std::optional<Instant> optional_instant() {
    if (more() && (*list_)[next_].is_null()) {
      ++next_;
      return std::nullopt;
    }
    return instant();
  }

  std::optional<WallTime> optional_time() {
    if (more() && (*list_)[next_].is_null()) {
      ++next_;
      return std::nullopt;
    }
    return WallTime(Micros(number<std::int64_t>()));
  }

  bool flag() {
    const auto value = number<std::uint32_t>();
    if (value > 1) sound_ = false;
    return value == 1;
  }

  /// Bytes as hex.
  template <std::size_t kSize>
  std::array<std::uint8_t, kSize> bytes() {
    std::array<std::uint8_t, kSize> result{};
    const auto read = parse_hex(text());
    if (read && read->size() == kSize) {
      std::ranges::copy(*read, result.begin());
    } else {
      sound_ = false;
    }
    return result;
  }

  std::vector<PinMac> pins() {
    std::vector<PinMac> result;
    for (Fields fields = list(); fields.more();) {
      PinMac pin;
      pin.salt = fields.bytes<16>();
      pin.mac = fields.bytes<32>();
      result.push_back(pin);
    }
    return result;
  }

  Position position() {
    const auto value = number<std::uint64_t>();
    if (value > Position::kMax) sound_ = false;
    return Position(value);
  }

 private:
  const json::value* take() {
    if (more()) return &(*list_)[next_++];
    sound_ = false;
    return nullptr;
  }

  const json::array* list_ = nullptr;
  std::size_t next_ = 0;
  bool& sound_;
};

json::array json_of(const Instant& at) {
  return {at.wall.time_since_epoch().count(), at.mono.value(), at.run.value()};
}

json::value json_of(const std::optional<Instant>& at) {
  return at ? json::value(json_of(*at)) : json::value(nullptr);
}

json::value json_of(const std::optional<WallTime>& at) {
  return at ? json::value(at->time_since_epoch().count()) : json::value(nullptr);
}

json::array json_of(const std::vector<PinMac>& pins) {
  json::array list;
  for (const PinMac& pin : pins) {
    list.emplace_back(to_hex(pin.salt));
    list.emplace_back(to_hex(pin.mac));
  }
  return list;
}

constexpr std::pair<WhenFound, std::string_view> kWhenFound[] = {
    {WhenFound::deny, "deny"}, {WhenFound::allow, "allow"}, {WhenFound::allow_after, "after"}};

/// Parses `text` and lets `read` take the fields behind the version.
template <class Value, class Read>
Result<Value> parse(std::string_view text, const char* what, const Read& read) {
  return guarded(Errc::corrupt, what, [&]() -> Result<Value> {
    json::parse_options options;
    // A source is stored as it came; a row that cannot be read again would lock its user out.
    options.allow_invalid_utf8 = true;
    boost::system::error_code error;
    const json::value value = json::parse(json::string_view(text.data(), text.size()), error,
                                          json::storage_ptr(), options);
    bool sound = !error;
    Fields fields(sound ? &value : nullptr, sound);
    const auto version = fields.number<std::int64_t>();
    if (sound && version != kVersion) {
      return fail(Errc::corrupt, std::string(what) + " is of a version this program cannot read");
    }
    Value result = read(fields);
    if (!sound || fields.more()) return fail(Errc::corrupt, std::string(what) + " is damaged");
    return result;
  });
}

UserSync read_user_sync(Fields& fields) {
  UserSync sync;
  sync.year.level = fields.number<std::int64_t>();
  sync.year.at = fields.instant();
  sync.factor_failures.in_row = fields.number<std::uint32_t>();
  sync.factor_failures.last = fields.optional_instant();
  sync.failed_pairs_today = fields.number<std::uint32_t>();
  sync.failed_pairs_since = fields.optional_instant();
  for (Fields slots = fields.list(); slots.more();) {
    Fields one = slots.list();
    Slot slot;
    slot.source = Source(one.text());
    slot.at = one.instant();
    for (Fields candidates = one.list(); candidates.more();) {
      const TokenId token(candidates.number<std::uint64_t>());
      slot.candidates.push_back({token, candidates.position()});
    }
    sync.slots.push_back(std::move(slot));
  }
  for (Fields sources = fields.list(); sources.more();) {
    Fields one = sources.list();
    SourceRecord record;
    record.source = Source(one.text());
    record.misses_in_row = one.number<std::uint32_t>();
    record.failed_pairs_in_row = one.number<std::uint32_t>();
    record.last = one.instant();
    sync.sources.push_back(std::move(record));
  }
  // Left out where there is none. A program that does not know it refuses the row.
  if (fields.more()) {
    TemporaryAccess access;
    Fields one = fields.list();
    access.codes = one.pins();
    access.single_use = one.flag();
    access.until = WallTime(Micros(one.number<std::int64_t>()));
    const std::string name = one.text();
    const auto* found =
        std::ranges::find(kWhenFound, name, [](const auto& row) { return row.second; });
    if (found == std::end(kWhenFound) || one.more()) {
      fields.reject();
    } else {
      access.when_found = found->first;
    }
    sync.temporary = std::move(access);
  }
  return sync;
}

Progress read_progress(Fields& fields) {
  Progress progress;
  for (Fields clock = fields.list(); clock.more();) {
    const Micros offset(clock.number<std::int64_t>());
    progress.clock = ClockFix{offset, clock.instant()};
  }
  for (Fields remembered = fields.list(); remembered.more();) {
    const Position position = remembered.position();
    progress.remembered.push_back({position, remembered.instant()});
  }
  for (Fields used = fields.list(); used.more();) {
    const Position position = used.position();
    progress.used.push_back({position, WallTime(Micros(used.number<std::int64_t>()))});
  }
  progress.resync_failures.in_row = fields.number<std::uint32_t>();
  progress.resync_failures.last = fields.optional_instant();
  // Left out where it says nothing. A program that does not know it calls the row damaged and so
  // refuses, as it should: to overlook a fence is to open it.
  if (fields.more()) {
    progress.fenced = fields.number<std::uint32_t>() == 1;
    if (!progress.fenced) fields.reject();
  }
  return progress;
}

}  // namespace

std::string to_json(const UserSync& sync) {
  json::array slots;
  for (const Slot& slot : sync.slots) {
    json::array candidates;
    for (const Candidate& candidate : slot.candidates) {
      candidates.emplace_back(candidate.token.value());
      candidates.emplace_back(candidate.position.value());
    }
    slots.push_back(json::array{slot.source.value(), json_of(slot.at), std::move(candidates)});
  }
  json::array sources;
  for (const SourceRecord& record : sync.sources) {
    sources.push_back(json::array{record.source.value(), record.misses_in_row,
                                  record.failed_pairs_in_row, json_of(record.last)});
  }
  json::array fields{kVersion,
                     sync.year.level,
                     json_of(sync.year.at),
                     sync.factor_failures.in_row,
                     json_of(sync.factor_failures.last),
                     sync.failed_pairs_today,
                     json_of(sync.failed_pairs_since),
                     std::move(slots),
                     std::move(sources)};
  if (sync.temporary) {
    const TemporaryAccess& access = *sync.temporary;
    const auto* found =
        std::ranges::find(kWhenFound, access.when_found, [](const auto& row) { return row.first; });
    fields.push_back(json::array{json_of(access.codes), access.single_use ? 1 : 0,
                                 access.until.time_since_epoch().count(), found->second});
  }
  return json::serialize(fields);
}

std::string factors_to_json(const User& user) {
  return json::serialize(json::array{
      kVersion, json_of(user.password_life.set_at), user.password_life.must_change ? 1 : 0,
      json_of(user.pin_life.set_at), user.pin_life.must_change ? 1 : 0, json_of(user.old_pins)});
}

Result<void> parse_factors(std::string_view text, User& user) {
  LOCKSTEP_TRY(User read, parse<User>(text, "a user's first factors", [&](Fields& fields) {
                 User result{.id = user.id, .name = user.name};
                 result.password_life.set_at = fields.optional_time();
                 result.password_life.must_change = fields.flag();
                 result.pin_life.set_at = fields.optional_time();
                 result.pin_life.must_change = fields.flag();
                 result.old_pins = fields.pins();
                 return result;
               }));
  user.password_life = read.password_life;
  user.pin_life = read.pin_life;
  user.old_pins = std::move(read.old_pins);
  return {};
}

std::string to_json(const std::vector<GroupName>& groups) {
  json::array list{kVersion};
  for (const GroupName& group : groups) list.emplace_back(group.text());
  return json::serialize(list);
}

Result<std::vector<GroupName>> parse_groups(std::string_view text) {
  LOCKSTEP_TRY(const auto names,
               parse<std::vector<std::string>>(text, "a list of groups", [](Fields& fields) {
                 std::vector<std::string> result;
                 while (fields.more()) result.push_back(fields.text());
                 return result;
               }));
  std::vector<GroupName> groups;
  for (const std::string& name : names) {
    Result<GroupName> group = GroupName::parse(name);
    if (!group) return fail(Errc::corrupt, "a list of groups is damaged");
    groups.push_back(*std::move(group));
  }
  return groups;
}

Result<UserSync> parse_user_sync(std::string_view text) {
  return parse<UserSync>(text, "a user's state", read_user_sync);
}

std::string to_json(const Progress& progress) {
  json::array clock;
  if (progress.clock) {
    clock.emplace_back(progress.clock->offset.count());
    clock.emplace_back(json_of(progress.clock->at));
  }
  json::array remembered;
  for (const Remembered& one : progress.remembered) {
    remembered.emplace_back(one.position.value());
    remembered.emplace_back(json_of(one.at));
  }
  json::array used;
  for (const Used& one : progress.used) {
    used.emplace_back(one.position.value());
    used.emplace_back(one.at.time_since_epoch().count());
  }
  json::array fields{kVersion,
                     std::move(clock),
                     std::move(remembered),
                     std::move(used),
                     progress.resync_failures.in_row,
                     json_of(progress.resync_failures.last)};
  if (progress.fenced) fields.emplace_back(1);
  return json::serialize(fields);
}

Result<Progress> parse_progress(std::string_view text) {
  return parse<Progress>(text, "a token's state", read_progress);
}

std::string to_json(const AuditDetails& details) {
  json::array list{kVersion};
  for (const auto& [name, value] : details) {
    list.emplace_back(name);
    list.emplace_back(value);
  }
  return json::serialize(list);
}

Result<AuditDetails> parse_audit_details(std::string_view text) {
  return parse<AuditDetails>(text, "an audit record's details", [](Fields& fields) {
    AuditDetails details;
    while (fields.more()) {
      std::string name = fields.text();
      details.emplace_back(std::move(name), fields.text());
    }
    return details;
  });
}

}  // namespace lockstep
