// SPDX-License-Identifier: Apache-2.0
#include "app/demo_world.h"

#include <array>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "app/demo_people.h"
#include "base/base32.h"
#include "base/hex.h"
#include "core/code/generator.h"
#include "service/api_keys.h"
#include "service/authenticate.h"
#include "service/groups.h"
#include "service/tokens.h"
#include "service/users.h"

namespace lockstep {
namespace {

constexpr std::size_t kCardOwner = 1;
constexpr std::size_t kFobOwner = 2;
/// Every so many people have a second token.
constexpr std::size_t kSecondTokenEvery = 6;
/// Every so many people did not log in yesterday.
constexpr std::size_t kAbsentEvery = 5;

/// Everything that is added to while the demo's company is set up.
class Founder {
 public:
  explicit Founder(Services& services)
      : services_(services), context_(begin(services, owner_caller())) {}

  Result<DemoWorld> found() {
    LOCKSTEP_CHECK(make_groups());
    std::size_t index = 0;
    for (const DemoPerson& person : demo_people()) {
      LOCKSTEP_CHECK(hire(person, index));
      ++index;
    }
    for (std::size_t i = 0; i < kDemoStock; ++i) {
      LOCKSTEP_CHECK(buy(demo_models()[i % demo_models().size()], nullptr));
    }
    LOCKSTEP_TRY(CreatedApiKey key,
                 create_api_key(services_, context_, "demo", Permissions::all()));
    world_.api_key = std::move(key.text);
    return std::move(world_);
  }

 private:
  Result<void> make_groups() {
    for (const char* name : {"staff", "engineering", "finance", "helpdesk", "sales"}) {
      LOCKSTEP_TRY(const GroupName group, GroupName::parse(name));
      LOCKSTEP_CHECK(create_group(services_, context_, group));
    }
    return {};
  }

  Result<void> hire(const DemoPerson& person, std::size_t index) {
    LOCKSTEP_TRY(const UserName name, UserName::parse(person.user));
    UserPatch patch;
    patch.first_name = person.first_name;
    patch.last_name = person.last_name;
    patch.email = fmt::format("{}@example.org", person.user);
    if (index == kCardOwner) {
      world_.password = fresh_password();
      patch.password = {FactorChange::Kind::set, Secret::copy_of(world_.password)};
    }
    LOCKSTEP_CHECK(upsert_user(services_, context_, name, patch, std::nullopt));
    for (const char* group_name : {"staff", person.group}) {
      LOCKSTEP_TRY(const GroupName group, GroupName::parse(group_name));
      LOCKSTEP_CHECK(add_member(services_, context_, group, name));
    }
    const auto models = demo_models();
    const bool draws = index == kLabFobOwner || index == kLabCardOwner;
    LOCKSTEP_CHECK(buy(index == kLabFobOwner    ? lab_fob()
                       : index == kLabCardOwner ? lab_card()
                                                : models[index % models.size()],
                       &name));
    if (draws) {
      world_.tokens.back().lab_owner = fmt::format("{} {}", person.first_name, person.last_name);
    }
    if (index % kAbsentEvery != kAbsentEvery - 1) LOCKSTEP_CHECK(work_a_day(name, index));
    wear_out(index);
    if (index % kSecondTokenEvery == kSecondTokenEvery - 1) {
      LOCKSTEP_CHECK(buy(models[(index + 3) % models.size()], &name));
    }
    return {};
  }

  /// A new token of `model`, for `owner` or into stock; the last of world_.tokens afterwards.
  Result<void> buy(const DemoModel& model, const UserName* owner) {
    Bytes seed(model.seed_bytes);
    services_.random.fill(seed);
    DemoToken mine;
    mine.serial = fmt::format("{}{:08}", model.spec.kind == TokenKind::hotp ? "EV" : "TM",
                              26'000'000 + 137 * world_.tokens.size());
    mine.user = owner == nullptr ? "" : owner->text();
    mine.model = model.name;
    mine.spec = model.spec;
    mine.seed_base32 = to_base32(seed);
    if (model.spec.kind == TokenKind::hotp) mine.counter = 100 + 17 * world_.tokens.size();

    LOCKSTEP_TRY(Serial serial, Serial::parse(mine.serial));
    NewToken wanted{.serial = std::move(serial),
                    .spec = model.spec,
                    .form = model.form,
                    .model = model.name,
                    .next = Position(mine.counter),
                    .valid_from = std::nullopt,
                    .valid_until = std::nullopt,
                    .seed = Secret(std::move(seed)),
                    .owner = std::nullopt};
    if (owner != nullptr) wanted.owner = *owner;
    LOCKSTEP_CHECK(create_token(services_, context_, std::move(wanted)));
    world_.tokens.push_back(std::move(mine));
    return {};
  }

  /// One log-in with the newest token, so that the server knows where it stands.
  Result<void> work_a_day(const UserName& name, std::size_t index) {
    DemoToken& token = world_.tokens.back();
    LOCKSTEP_TRY(const Bytes seed, parse_base32(token.seed_base32));
    LOCKSTEP_TRY(const CodeGenerator generator,
                 CodeGenerator::make(token.spec, Secret(ByteView(seed))));
    const Context context = begin(services_, owner_caller());
    const bool is_event = token.spec.kind == TokenKind::hotp;
    const Position at = is_event ? Position(token.counter) : step_at(token.spec, context.now.wall);
    LoginRequest request;
    request.user = name.text();
    if (index == kCardOwner) request.password = Secret::copy_of(world_.password);
    request.code = to_text(generator.code_at(at), token.spec.digits);
    request.client = "demo-vpn";
    LOCKSTEP_TRY(const LoginAnswer answer, authenticate(services_, context, std::move(request)));
    if (answer.verdict != Verdict::accept) {
      return fail(Errc::corrupt, "the demo's own log-in of " + name.text() + " was refused");
    }
    if (is_event) ++token.counter;
    return {};
  }

  /// What happened to the newest token over night.
  void wear_out(std::size_t index) {
    DemoToken& token = world_.tokens.back();
    const bool is_event = token.spec.kind == TokenKind::hotp;
    if (index == kCardOwner) {
      token.counter += kDemoCardAhead;
    } else if (index == kFobOwner) {
      token.slow = kDemoFobSlow;
    } else if (index > kFobOwner && index % 4 == 0) {
      if (is_event) token.counter += index;
      if (!is_event) token.slow = Seconds(20 * static_cast<int>(index));
    }
  }

  std::string fresh_password() {
    std::array<std::uint8_t, 10> bytes{};
    services_.random.fill(bytes);
    return to_base32(bytes);
  }

  Services& services_;
  Context context_;
  DemoWorld world_;
};

}  // namespace

Instant EarlierClock::now() const {
  Instant now = clock_.now();
  now.wall -= earlier_;
  now.mono = MonoTime(now.mono.value() - Micros(earlier_).count());
  return now;
}

Result<LabWorld> lab_world(const DemoWorld& world) {
  LabWorld lab;
  for (const DemoToken& token : world.tokens) {
    if (token.lab_owner.empty()) continue;
    LOCKSTEP_TRY(Serial serial, Serial::parse(token.serial));
    LOCKSTEP_TRY(const Bytes seed, parse_base32(token.seed_base32));
    lab.tokens.push_back({.serial = std::move(serial),
                          .user = token.user,
                          .user_name = token.lab_owner,
                          .model = token.model,
                          .spec = token.spec,
                          .seed_hex = to_hex(seed),
                          .counter = token.counter});
  }
  return lab;
}

Result<DemoWorld> make_demo_world(Services& services) { return Founder(services).found(); }

}  // namespace lockstep
