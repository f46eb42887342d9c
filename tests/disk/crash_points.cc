// SPDX-License-Identifier: Apache-2.0
#include "crash_points.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "service/authenticate.h"

namespace lockstep {
namespace {

/// The first line that differs, for whoever has to find out what happened.
std::string difference(std::string_view wanted, std::string_view found) {
  while (!wanted.empty() || !found.empty()) {
    const std::string_view one = wanted.substr(0, wanted.find('\n'));
    const std::string_view other = found.substr(0, found.find('\n'));
    if (one != other) return fmt::format("\n  wanted: {}\n  found:  {}", one, other);
    wanted.remove_prefix(std::min(wanted.size(), one.size() + 1));
    found.remove_prefix(std::min(found.size(), other.size() + 1));
  }
  return "";
}

std::size_t hash_of(const Bytes& pages) {
  return std::hash<std::string_view>()(
      std::string_view(reinterpret_cast<const char*>(pages.data()), pages.size()));
}

constexpr unsigned kPasswordChecks = 1;

}  // namespace

void Findings::add(const Findings& other) {
  points += other.points;
  images += other.images;
  opened += other.opened;
  states += other.states;
  replayed += other.replayed;
  broken += other.broken;
  lost += other.lost;
  twice += other.twice;
  sealed_off += other.sealed_off;
  if (first.empty()) first = other.first;
}

CrashPoints::CrashPoints(const Recording& recording, const Effort& effort)
    : recording_(recording), effort_(effort), random_(effort.seed) {}

Findings CrashPoints::run() {
  DiskState disk(recording_.start);
  std::uint64_t acknowledged = 0;
  std::size_t since_mark = 0;
  for (std::size_t i = 0; i < recording_.ops.size(); ++i) {
    if (findings_.points >= effort_.points_max) break;
    const DiskOp& op = recording_.ops[i];
    disk.apply(op);
    const bool is_mark = op.kind == DiskOp::Kind::mark;
    if (is_mark) acknowledged = op.place;
    since_mark = is_mark ? 0 : since_mark + 1;
    // The moments around an answer are where a store that answers too early is found.
    if (since_mark <= 1 || i % effort_.stride == 0) cut_here(disk, i, acknowledged);
  }
  findings_.states = known_.size();
  return findings_;
}

Findings CrashPoints::run_end() {
  constexpr std::size_t kImages = 8;
  const Acknowledged& acknowledged = recording_.acknowledged;
  if (acknowledged.under_way) {
    MemoryStore model(recording_.node);
    for (const Step& step : acknowledged.steps) static_cast<void>(take(model, step));
    if (take(model, *acknowledged.under_way)) {
      under_way_ = describe(model, acknowledged.tickets).value_or("the model cannot be described");
    }
  }
  DiskState disk(recording_.start);
  std::uint64_t answered = 0;
  for (const DiskOp& op : recording_.ops) {
    disk.apply(op);
    if (op.kind == DiskOp::Kind::mark) answered = op.place;
  }
  for (const Cut cut : {Cut::none, Cut::all, Cut::some, Cut::torn, Cut::process}) {
    const bool is_drawn = cut == Cut::some || cut == Cut::torn;
    for (std::size_t i = 0; i < (is_drawn ? kImages : 1); ++i) {
      where_ = {recording_.ops.size(), cut};
      check(disk.after(cut, random_), answered);
    }
  }
  return findings_;
}

void CrashPoints::cut_here(const DiskState& disk, std::size_t op, std::uint64_t acknowledged) {
  const auto cut = [&](Cut kind) {
    where_ = {op, kind};
    check(disk.after(kind, random_), acknowledged);
  };
  const std::pair now(disk.durable_changes(), acknowledged);
  if (now == durable_ && findings_.points > 0) {
    ++findings_.points;
  } else {
    cut(Cut::none);
  }
  durable_ = now;
  // Where nothing is pending there is only one image.
  if (disk.is_synced()) return;
  cut(Cut::all);
  for (std::size_t i = 0; i < effort_.some; ++i) cut(Cut::some);
  for (std::size_t i = 0; i < effort_.torn; ++i) cut(Cut::torn);
}

void CrashPoints::note(std::uint64_t& count, const std::string& what) {
  ++count;
  if (!findings_.first.empty()) return;
  static constexpr const char* kCuts[] = {"none", "all", "some", "torn", "process"};
  findings_.first = fmt::format("operation {}, {} kept: {}", where_.op,
                                kCuts[static_cast<std::size_t>(where_.cut)], what);
}

void CrashPoints::check(const DiskImage& image, std::uint64_t acknowledged) {
  ++findings_.points;
  const bool opens = findings_.images++ % effort_.opened_every == 0;
  VirtualDisk disk(image);
  SeededRandom random(effort_.seed);
  std::unique_ptr<Store> store;
  const auto open = [&]() -> Result<void> {
    if (store) return {};
    ++findings_.opened;
    LOCKSTEP_TRY(store, open_store(disk, random));
    disk.no_farewell();
    return {};
  };
  if (opens) {
    if (const auto opened = open(); !opened) return note(findings_.broken, opened.error().context);
  }
  Result<Bytes> pages = read_pages(disk);
  Known* found = pages ? find(*pages) : nullptr;
  if (found == nullptr) {
    // Also where there is no database yet: opening makes one.
    if (const auto opened = open(); !opened) return note(findings_.broken, opened.error().context);
    pages = read_pages(disk);
    if (!pages) return note(findings_.broken, pages.error().context);
    found = &learn(*store, *std::move(pages));
  }
  if (!found->state) return note(findings_.broken, "it cannot be read, or its audit is broken");
  if (!is_expected(*found, acknowledged)) {
    const std::string& wanted = recording_.acknowledged.states[acknowledged];
    return note(findings_.lost, fmt::format("not the state after transaction {}: {}", acknowledged,
                                            difference(wanted, *found->state)));
  }
  if (!found->opened_with.contains(ring())) {
    if (const auto opened = open(); !opened) return note(findings_.broken, opened.error().context);
    if (!opens_all(*store, *found)) {
      return note(findings_.sealed_off, "sealed under a key that is not in the key file");
    }
  }
  if (store && accepts_any(*store, image, *found, acknowledged)) {
    note(findings_.twice, "a spent code signs in");
  }
}

CrashPoints::Known* CrashPoints::find(const Bytes& pages) {
  // Neighbours mostly come back to the same database, byte for byte: what was found out about one
  // holds for the other.
  if (last_known_ < known_.size() && known_[last_known_].pages == pages) {
    return &known_[last_known_];
  }
  for (auto [one, end] = by_hash_.equal_range(hash_of(pages)); one != end; ++one) {
    last_known_ = one->second;
    if (known_[last_known_].pages == pages) return &known_[last_known_];
  }
  return nullptr;
}

CrashPoints::Known& CrashPoints::learn(Store& store, Bytes pages) {
  if (Known* const found = find(pages); found != nullptr) return *found;
  last_known_ = known_.size();
  by_hash_.emplace(hash_of(pages), last_known_);
  const Result<std::string> state = describe(store, recording_.acknowledged.tickets);
  known_.push_back(Known{std::move(pages), {}});
  if (state) known_.back().state = *state;
  return known_.back();
}

bool CrashPoints::accepts_any(Store& store, const DiskImage& image, Known& found,
                              std::uint64_t acknowledged) {
  const bool all = !found.replayed && (last_known_ % effort_.replayed_all == 0);
  found.replayed = true;
  std::vector<const Spent*> again = spent_until(acknowledged);
  if (!all) again.resize(std::min(again.size(), effort_.replayed_last));
  if (accepts_one(store, again, acknowledged)) return true;
  while (all && !again.empty()) {
    VirtualDisk disk(image);
    SeededRandom random(effort_.seed);
    const std::unique_ptr<Store> fresh = open_store(disk, random).value();
    disk.no_farewell();
    if (accepts_one(*fresh, again, acknowledged)) return true;
  }
  return false;
}

bool CrashPoints::is_expected(const Known& found, std::uint64_t acknowledged) const {
  const std::vector<std::string>& states = recording_.acknowledged.states;
  if (found.state == states[acknowledged] || found.state == under_way_) return true;
  return acknowledged + 1 < states.size() && found.state == states[acknowledged + 1];
}

RingState CrashPoints::ring() const {
  RingState now;
  for (const RingChange& change : recording_.rings) {
    if (change.op <= where_.op) now = change.ring;
  }
  return now;
}

bool CrashPoints::opens_all(Store& store, Known& found) const {
  const RingState now = ring();
  const auto vault = vault_of(now);
  const auto ids = vault->ring();
  std::set<KeyId> keys(ids.older.begin(), ids.older.end());
  keys.insert(ids.current);
  const auto counts = store.sealed_by_key();
  if (!counts) return false;
  for (const auto& [key, count] : *counts) {
    if (!keys.contains(key)) return false;
  }
  found.opened_with.insert(now);
  return true;
}

std::vector<const Spent*> CrashPoints::spent_until(std::uint64_t acknowledged) const {
  std::vector<const Spent*> result;
  for (const Spent& spent : recording_.spent) {
    if (spent.mark <= acknowledged) result.push_back(&spent);
  }
  std::ranges::reverse(result);
  return result;
}

bool CrashPoints::accepts_one(Store& store, std::vector<const Spent*>& again,
                              std::uint64_t acknowledged) {
  SeededRandom random(effort_.seed);
  FakeClock clock(recording_.acknowledged.times[acknowledged]);
  clock.reboot();
  clock.advance(Seconds(static_cast<std::int64_t>(random_.below(40))));
  const auto vault = vault_of(ring());
  const auto services = start_services({store, clock, random, *vault}, kPasswordChecks).value();
  if (accepts_mailed(*services, acknowledged)) return true;
  // Each user tries once: more replays would cost the budget, and be refused for that.
  std::set<std::string> tried;
  std::vector<const Spent*> later;
  for (const Spent* spent : again) {
    if (!tried.insert(spent->user).second) {
      later.push_back(spent);
    } else if (accepts(*services, *spent, acknowledged)) {
      return true;
    }
  }
  again = std::move(later);
  return false;
}

bool CrashPoints::accepts_mailed(Services& services, std::uint64_t acknowledged) {
  for (const MailSpent& spent : recording_.mailed) {
    if (spent.mark > acknowledged) continue;
    ++findings_.replayed;
    const Result<bool> signed_in = sign_in_by_mail(services, spent.given);
    if (!signed_in || *signed_in) return true;
  }
  return false;
}

bool CrashPoints::accepts(Services& services, const Spent& spent, std::uint64_t acknowledged) {
  std::string pin;
  for (const PinSet& set : recording_.pins) {
    if (set.user == spent.user && set.mark <= acknowledged) pin = set.pin;
  }
  const Caller caller{Actor("key:vpn"), {Permission::authenticate}, "vpn"};
  for (const std::string& code : spent.codes) {
    LoginRequest request;
    request.user = spent.user;
    request.code = pin + code;
    ++findings_.replayed;
    const auto answer = authenticate(services, begin(services, caller), std::move(request));
    if (!answer || answer->verdict == Verdict::accept) return true;
  }
  return false;
}

}  // namespace lockstep
