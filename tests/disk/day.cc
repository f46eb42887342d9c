// SPDX-License-Identifier: Apache-2.0
#include "day.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/hex.h"
#include "day_people.h"
#include "service/api_keys.h"
#include "service/authenticate.h"
#include "service/groups.h"
#include "service/import_tokens.h"
#include "service/rekey.h"
#include "service/resync_conversation.h"
#include "service/tokens.h"
#include "service/users.h"

namespace lockstep {
namespace {

constexpr std::size_t kPeopleAtStart = 8;
constexpr unsigned kPasswordChecks = 2;

/// The name that the database will draw for its chain: the first thing that is drawn.
NodeId model_node(const DaySetup& setup) { return NodeId(SeededRandom(setup.seed).id()); }

class Day {
 public:
  Day(const DaySetup& setup, Recording& recording);

  void live();

 private:
  using Action = void (Day::*)();

  void open();
  void close();
  void restart();

  [[nodiscard]] Context owner() const { return begin(*services_, owner_caller()); }
  [[nodiscard]] Context client(Permission permission) const {
    return begin(*services_, Caller{Actor("key:vpn"), {permission}, "vpn"});
  }
  template <class T>
  void honest(const Result<T>& result) const {
    LOCKSTEP_ASSERT(result || setup_.faults || setup_.forgets_keys_early);
  }
  [[nodiscard]] std::uint64_t mark() const { return recording_.acknowledged.states.size() - 1; }
  Device& some_device() { return people_.some_device(script_); }
  Person& owner_of(const Device& device) { return people_.at(device.owner); }

  LoginAnswer give(const Person& person, const std::string& code,
                   std::optional<std::string> state = {});
  void spend(const Person& person, std::vector<std::string> codes);
  /// The next code of `device`, not the one it showed last.
  std::string next_code(Device& device);

  void hire();
  void equip(Person& person);
  void log_in();
  void mistype();
  void replay();
  void resynchronise_card();
  void talk_with_the_portal();
  void sign_in_with_mail();
  void send_mails();
  void edit_user();
  void edit_by_two();
  void change_pin();
  void unlock();
  void dismiss();
  void move_token();
  void import_cards();
  void change_groups();
  void change_keys();
  void change_policy();
  void change_the_key();
  void sign();
  void housekeeping();

  const DaySetup& setup_;
  Recording& recording_;
  VirtualDisk disk_;
  WriterWatch watch_;
  FakeClock clock_;
  SeededRandom random_;  // the services'
  SeededRandom script_;  // what happens next
  MemoryStore model_;
  DayVault vault_;
  std::unique_ptr<Store> sql_;
  std::unique_ptr<Store> behind_;
  std::unique_ptr<ModelledStore> modelled_;
  std::unique_ptr<Store> in_front_;
  std::unique_ptr<Services> services_;
  std::unique_ptr<RekeyJob> rekey_;
  People people_;
};

Day::Day(const DaySetup& setup, Recording& recording)
    : setup_(setup),
      recording_(recording),
      disk_(empty_disk(), [this](DiskOp op) { recording_.ops.push_back(std::move(op)); }),
      watch_(disk_),
      random_(setup.seed),
      script_(~setup.seed),
      model_(model_node(setup)),
      vault_([&recording](const RingState& ring) {
        recording.rings.push_back({recording.ops.size(), ring});
      }) {
  recording_.start = empty_disk();
  recording_.node = model_node(setup);
  disk_.fail_when(setup.faults);
}

void Day::open() {
  sql_ = open_store(disk_, random_, {&watch_, setup_.connection}).value();
  Store* top = sql_.get();
  if (setup_.behind) {
    behind_ = setup_.behind(*top);
    top = behind_.get();
  }
  modelled_ =
      std::make_unique<ModelledStore>(*top, model_, watch_, clock_, recording_.acknowledged);
  top = modelled_.get();
  if (setup_.in_front) {
    in_front_ = setup_.in_front(*top);
    top = in_front_.get();
  }
  services_ = start_services({*top, clock_, random_, vault_}, kPasswordChecks).value();
  honest(record_start(*services_));
  rekey_ = std::make_unique<RekeyJob>(*services_);
}

void Day::close() {
  honest(record_stop(*services_));
  rekey_.reset();
  services_.reset();
  in_front_.reset();
  modelled_.reset();
  behind_.reset();
  sql_.reset();
}

void Day::restart() {
  close();
  clock_.advance(Seconds(2));
  open();
  ++recording_.restarts;
}

LoginAnswer Day::give(const Person& person, const std::string& code,
                      std::optional<std::string> state) {
  LoginRequest request;
  request.user = person.name;
  request.code = person.pin + code;
  request.state = std::move(state);
  request.prompting = person.pin.empty() ? Prompting::impossible : Prompting::possible;
  Result<LoginAnswer> answer =
      authenticate(*services_, client(Permission::authenticate), std::move(request));
  honest(answer);
  if (!answer) return {};
  if (answer->verdict != Verdict::accept) ++recording_.refused;
  return *std::move(answer);
}

void Day::spend(const Person& person, std::vector<std::string> codes) {
  recording_.spent.push_back(Spent{mark(), person.name, std::move(codes)});
}

std::string Day::next_code(Device& device) {
  if (device.kind == TokenKind::hotp) return device.token.press();
  std::string code = device.token.shows(clock_.now().wall);
  while (code == device.last) {
    clock_.advance(Seconds(5));
    code = device.token.shows(clock_.now().wall);
  }
  device.last = code;
  return code;
}

void Day::log_in() {
  Device& device = some_device();
  const Person& person = owner_of(device);
  // Now and then a card was played with, and its owner needs a second code.
  if (device.kind == TokenKind::hotp && script_.below(8) == 0) {
    device.token.press_unseen(script_.below(60));
  }
  const std::string first = next_code(device);
  const LoginAnswer answer = give(person, first);
  if (answer.verdict == Verdict::accept) return spend(person, {first});
  clock_.advance(Seconds(4));
  const std::string second = next_code(device);
  if (give(person, second, answer.state).verdict != Verdict::accept) return;
  spend(person, {first, second});
}

void Day::mistype() {
  Device& device = some_device();
  std::string code = next_code(device);
  for (char& c : code) c = static_cast<char>('0' + (c - '0' + 5) % 10);
  static_cast<void>(give(owner_of(device), code));
}

void Day::replay() {
  if (recording_.spent.empty()) return;
  const Spent& old = recording_.spent[script_.below(recording_.spent.size())];
  LoginRequest request;
  request.user = old.user;
  request.code = people_.pin_of(old.user) + old.codes.back();
  honest(authenticate(*services_, client(Permission::authenticate), std::move(request)));
}

void Day::resynchronise_card() {
  Device& device = some_device();
  if (device.kind != TokenKind::hotp) return;
  device.token.press_unseen(script_.below(400));
  const std::vector<std::string> codes{next_code(device), next_code(device)};
  const Result<ResyncAnswer> answer = resynchronise(
      *services_, owner(), {.serial = device.serial, .codes = codes, .counter = {}, .note = {}});
  honest(answer);
  if (!answer || !std::holds_alternative<ResyncSuccess>(*answer)) return;
  spend(owner_of(device), codes);
}

void Day::talk_with_the_portal() {
  Device& device = some_device();
  const Person& person = owner_of(device);
  const Context context = client(Permission::self_service);
  const auto started =
      start_conversation(*services_, context, UserName::parse(person.name).value(), device.serial);
  honest(started);
  if (!started || !std::holds_alternative<ConversationStarted>(*started)) return;
  const std::string id = std::get<ConversationStarted>(*started).id;
  if (device.kind == TokenKind::hotp) device.token.press_unseen(script_.below(200));
  const std::string first = next_code(device);
  honest(give_first(*services_, client(Permission::self_service), id, first));
  clock_.advance(Seconds(device.kind == TokenKind::hotp ? 3 : 30));
  const std::string second = next_code(device);
  const auto answer =
      complete_conversation(*services_, client(Permission::self_service), id, second);
  honest(answer);
  if (!answer || !std::holds_alternative<ResyncSuccess>(*answer)) return;
  spend(person, {first, second});
}

void Day::sign_in_with_mail() {
  const auto mailed = ask_by_mail(*services_, UserName::parse(people_.some(script_).name).value());
  honest(mailed);
  if (!mailed || !*mailed) return;
  clock_.advance(Seconds(8));
  if (script_.below(4) == 0) {
    honest(sign_in_by_mail(*services_, {(*mailed)->state, "12345"}));
  }
  const auto signed_in = sign_in_by_mail(*services_, **mailed);
  honest(signed_in);
  if (signed_in && *signed_in) recording_.mailed.push_back(MailSpent{mark(), **mailed});
}

void Day::send_mails() { honest(send_some_mails(*services_)); }

// ---- What operators do.

void Day::hire() {
  const Person& person = people_.hire();
  UserPatch patch;
  patch.first_name = "Number " + person.name;
  patch.email = person.name + "@example.org";
  if (!person.pin.empty()) patch.pin = {FactorChange::Kind::set, Secret::copy_of(person.pin)};
  honest(upsert_user(*services_, owner(), UserName::parse(person.name).value(), patch, {}));
  recording_.pins.push_back(PinSet{mark(), person.name, person.pin});
  equip(people_.at(person.name));
}

void Day::equip(Person& person) {
  const bool card = script_.below(3) != 0;
  Bytes seed(20);
  script_.fill(seed);
  const std::uint64_t counter = card ? script_.below(1'000) : 0;
  const CodeSpec spec{.kind = card ? TokenKind::hotp : TokenKind::totp, .digits = Digits::eight()};
  NewToken wanted{.serial = people_.next_serial(),
                  .spec = spec,
                  .form = TokenForm::hardware,
                  .model = {},
                  .next = Position(counter),
                  .valid_from = {},
                  .valid_until = {},
                  .seed = Secret(Bytes(seed)),
                  .owner = UserName::parse(person.name).value()};
  SimulatedToken token(spec, Secret(std::move(seed)));
  token.set_counter(Position(counter));
  // Most clocks are wrong by less than a step, so that the step that matches is often another one
  // than the present.
  token.set_clock({.set_at = clock_.now().wall,
                   .offset = Seconds(static_cast<std::int64_t>(script_.below(56)) - 28)});
  const Serial serial = *wanted.serial;
  const auto made = create_token(*services_, owner(), std::move(wanted));
  honest(made);
  if (!made) return;
  people_.devices().push_back(Device{serial, person.name, spec.kind, std::move(token), {}});
}

void Day::edit_user() {
  const Person& person = people_.some(script_);
  UserPatch patch;
  patch.email = fmt::format("mail-{}@example.org", script_.below(1'000));
  honest(upsert_user(*services_, owner(), UserName::parse(person.name).value(), patch, {}));
}

/// Two operators open the same form, change different fields and both press the button.
void Day::edit_by_two() {
  const UserName name = UserName::parse(people_.some(script_).name).value();
  UserPatch first;
  first.first_name = fmt::format("First {}", script_.below(1'000));
  UserPatch second;
  second.last_name = fmt::format("Last {}", script_.below(1'000));
  modelled_->before_next_commit(
      [&] { honest(upsert_user(*services_, owner(), name, second, {})); });
  honest(upsert_user(*services_, owner(), name, first, {}));
}

void Day::change_pin() {
  Person& person = people_.some(script_);
  UserPatch patch;
  person.pin = std::to_string(1'000 + script_.below(9'000));
  patch.pin = {FactorChange::Kind::set, Secret::copy_of(person.pin)};
  // A password takes its time to be hashed, so few get one. Who has both gives the PIN.
  if (script_.below(8) == 0) {
    patch.password = {FactorChange::Kind::set, Secret::copy_of("correct horse battery")};
  }
  honest(upsert_user(*services_, owner(), UserName::parse(person.name).value(), patch, {}));
  recording_.pins.push_back(PinSet{mark(), person.name, person.pin});
}

void Day::unlock() {
  for (const Person& person : people_.all()) {
    honest(unlock_user(*services_, owner(), UserName::parse(person.name).value()));
  }
}

void Day::dismiss() {
  if (people_.all().size() <= kPeopleAtStart / 2) return hire();
  const std::string name = people_.some(script_).name;
  honest(delete_user(*services_, owner(), UserName::parse(name).value(), {}));
  people_.dismiss(name);
}

/// A lost token that is found again, or one that goes to stock and back.
void Day::move_token() {
  const Device& device = some_device();
  const UserName name = UserName::parse(device.owner).value();
  if (script_.below(2) == 0) {
    honest(unassign_token(*services_, owner(), name, device.serial));
    honest(assign_token(*services_, owner(), name, device.serial));
    return;
  }
  for (const TokenStatus status : {TokenStatus::suspended, TokenStatus::enabled}) {
    TokenPatch patch;
    patch.status = status;
    honest(patch_token(*services_, owner(), device.serial, patch, {}));
  }
}

void Day::import_cards() {
  std::string csv;
  std::vector<std::pair<Serial, Bytes>> cards;
  for (int i = 0; i < 3; ++i) {
    Bytes seed(20);
    script_.fill(seed);
    cards.emplace_back(people_.next_serial(), seed);
    csv += cards.back().first.text() + "," + to_hex(seed) + ",7\n";
  }
  const CodeSpec spec{.kind = TokenKind::hotp, .digits = Digits::eight()};
  ImportFile file;
  file.content = Secret::copy_of(csv);
  file.defaults.kind = spec.kind;
  file.defaults.digits = spec.digits;
  const auto staged = stage_import(*services_, owner(), file);
  honest(staged);
  if (!staged || !commit_import(*services_, owner(), staged->id)) return;
  for (auto& [serial, seed] : cards) {
    const Person& person = people_.some(script_);
    if (people_.devices_of(person.name) >= 3) continue;
    honest(assign_token(*services_, owner(), UserName::parse(person.name).value(), serial));
    SimulatedToken token(spec, Secret(std::move(seed)));
    token.set_counter(Position(7));
    people_.devices().push_back(Device{serial, person.name, spec.kind, std::move(token), {}});
  }
}

void Day::change_groups() {
  const GroupName group = GroupName::parse(fmt::format("group-{}", recording_.ops.size())).value();
  honest(create_group(*services_, owner(), group));
  for (int i = 0; i < 3; ++i) {
    const UserName name = UserName::parse(people_.some(script_).name).value();
    honest(add_member(*services_, owner(), group, name));
  }
  if (script_.below(2) == 0) honest(delete_group(*services_, owner(), group));
}

void Day::change_keys() {
  const std::string name = fmt::format("client-{}", recording_.ops.size());
  honest(create_api_key(*services_, owner(), name, {Permission::authenticate}));
  if (script_.below(2) == 0) honest(revoke_api_key(*services_, owner(), name));
}

void Day::change_policy() {
  static constexpr std::array kDocuments = {
      R"({"preset":"default","set":{}})",
      R"({"preset":"default","set":{"event.accept_8":9}})",
      R"({"preset":"mideye","set":{}})",
  };
  honest(put_policy(*services_, owner(), kDocuments[script_.below(kDocuments.size())]));
}

/// Begins to change the key-encryption key, or goes on with it by a step.
void Day::change_the_key() {
  if (vault_.ring().older.empty()) {
    honest(start_rekey(*services_, owner(), {}));
    if (setup_.forgets_keys_early) honest(vault_.forget_older());
    return;
  }
  honest(rekey_->step());
}

void Day::sign() { honest(sign_audit(*services_)); }

void Day::housekeeping() {
  clock_.advance(Seconds(200));
  honest(modelled_->delete_expired(clock_.now().wall));
}

void Day::live() {
  // Log-ins are most of a day; the rest comes as often as it is written here.
  static constexpr std::array<Action, 30> kActions = {
      &Day::log_in,
      &Day::log_in,
      &Day::log_in,
      &Day::log_in,
      &Day::log_in,
      &Day::log_in,
      &Day::mistype,
      &Day::mistype,
      &Day::replay,
      &Day::edit_user,
      &Day::edit_by_two,
      &Day::resynchronise_card,
      &Day::change_pin,
      &Day::unlock,
      &Day::talk_with_the_portal,
      &Day::dismiss,
      &Day::move_token,
      &Day::import_cards,
      &Day::change_groups,
      &Day::change_keys,
      &Day::change_policy,
      &Day::housekeeping,
      &Day::sign,
      &Day::change_the_key,
      &Day::change_the_key,
      &Day::change_the_key,
      &Day::sign_in_with_mail,
      &Day::sign_in_with_mail,
      &Day::send_mails,
      &Day::send_mails,
  };
  clock_.advance(Seconds(15));
  open();
  for (std::size_t i = 0; i < kPeopleAtStart; ++i) hire();
  for (std::size_t i = 0; i < setup_.actions; ++i) {
    clock_.advance(Seconds(1 + static_cast<std::int64_t>(script_.below(40))));
    (this->*kActions[script_.below(kActions.size())])();
    if (script_.below(setup_.actions_per_restart) == 0) restart();
  }
  close();
}

}  // namespace

void record_day(const DaySetup& setup, Recording& recording) { Day(setup, recording).live(); }

Recording record_day(const DaySetup& setup) {
  Recording recording;
  record_day(setup, recording);
  return recording;
}

}  // namespace lockstep
