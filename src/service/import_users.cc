// SPDX-License-Identifier: Apache-2.0
#include "service/import_users.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "service/events.h"
#include "service/retry.h"
#include "service/user_sessions.h"
#include "service/users.h"

namespace lockstep {
namespace {

/// The file's users as they were read, from one try of its commit to the next. Each log-in raises
/// its user's version, and to read fifty thousand again takes longer than the next log-in does.
class KnownUsers {
 public:
  explicit KnownUsers(Services& services) : services_(services) {}

  Result<Situation> read(const UserName& name) {
    const auto found = known_.find(name);
    if (found != known_.end()) return found->second;
    LOCKSTEP_TRY(Situation now, services_.store.situation(Subject(name)));
    now.tokens.clear();
    return known_.emplace(name, std::move(now)).first->second;
  }

  /// Forgets whoever changed since they were read, so that they alone are read again.
  Result<void> forget_changed() {
    std::set<UserName> still;
    Page page{.limit = Page::kLimitMax, .after = {}};
    for (;;) {
      LOCKSTEP_TRY(const std::vector<User> users, services_.store.users({}, page));
      for (const User& user : users) {
        const auto found = known_.find(user.name);
        if (found == known_.end()) continue;
        const std::optional<User>& read = found->second.user;
        if (read && read->version == user.version) still.insert(user.name);
        if (!read) known_.erase(found);
      }
      if (users.size() < page.limit) break;
      page.after = users.back().name.text();
    }
    std::erase_if(known_,
                  [&](const auto& one) { return one.second.user && !still.contains(one.first); });
    return {};
  }

 private:
  Services& services_;
  std::map<UserName, Situation> known_;
};

/// What the file comes to, line by line.
class Planner {
 public:
  Planner(Services& services, const Context& context, KnownUsers& known)
      : services_(services), context_(context), known_(known) {}

  Result<void> plan(const PeopleFile& file) {
    LOCKSTEP_CHECK(read_groups());
    rejected_ = file.rejected;
    for (const PersonLine& person : file.people) LOCKSTEP_CHECK(plan_person(person));
    std::ranges::stable_sort(rejected_, {}, &RejectedLine::line);
    report_.rejected = rejected_.size();
    if (rejected_.size() > kUserImportRejectedListMax) {
      rejected_.resize(kUserImportRejectedListMax);
    }
    report_.rejected_list = std::move(rejected_);
    report_.notes = file.notes;
    return {};
  }

  UserImportReport& report() { return report_; }
  ChangeSet take_changes() { return std::move(set_); }

 private:
  Result<void> read_groups() {
    Page page{.limit = Page::kLimitMax, .after = {}};
    for (;;) {
      LOCKSTEP_TRY(const std::vector<Group> groups, services_.store.groups(page));
      for (const Group& group : groups) groups_.insert(group.name);
      if (groups.size() < page.limit) return {};
      page.after = groups.back().name.text();
    }
  }

  void reject(const PersonLine& person, std::string why) {
    rejected_.push_back(RejectedLine{person.line, person.name.text(), std::move(why)});
  }

  Result<void> plan_person(const PersonLine& person) {
    if (!seen_.insert(person.name).second) {
      reject(person, "the user occurs before in this file");
      return {};
    }
    for (const auto* text : {&person.first_name, &person.last_name, &person.email, &person.phone}) {
      const Result<void> fine =
          check_person_text("a name, the email or the phone", text->value_or(""));
      if (fine) continue;
      reject(person, fine.error().context);
      return {};
    }
    LOCKSTEP_TRY(const Situation now, known_.read(person.name));
    const std::size_t before = set_.changes.size();
    const User user = put_user(person, now);
    for (const GroupName& group : person.groups) {
      const bool member = std::ranges::find(now.groups, group) != now.groups.end();
      if (!member) join(user, group);
    }
    if (!now.user) {
      ++report_.added;
    } else {
      ++(set_.changes.size() == before ? report_.unchanged : report_.changed);
    }
    return {};
  }

  /// Plans the user's own row; gives the user as it will be.
  User put_user(const PersonLine& person, const Situation& now) {
    const bool created = !now.user;
    User user = now.user.value_or(User{.id = UserId(services_.random.id()),
                                       .name = person.name,
                                       .first_name = {},
                                       .last_name = {},
                                       .email = {},
                                       .status = UserStatus::enabled,
                                       .password = {},
                                       .pin = {},
                                       .created_at = context_.now.wall,
                                       .sync = {},
                                       .version = {}});
    AuditEvent made =
        event(context_, created ? EventKind::user_created : EventKind::user_changed, person.name);
    change_text(made, "first_name", person.first_name, user.first_name);
    change_text(made, "last_name", person.last_name, user.last_name);
    change_text(made, "email", person.email, user.email);
    change_text(made, "phone", person.phone, user.phone);
    if (!created && made.details.empty()) return user;
    if (created) {
      set_.changes.emplace_back(InsertUser{user});
    } else {
      set_.changes.emplace_back(UpdateUser{user});
      // Begun with a code that was sent to the address before, perhaps.
      if (now.user->email != user.email) add_end_of_sessions(user.id, set_);
    }
    set_.events.push_back(std::move(made));
    return user;
  }

  void join(const User& user, const GroupName& group) {
    if (groups_.insert(group).second) {
      set_.changes.emplace_back(InsertGroup{group});
      AuditEvent made = event(context_, EventKind::group_created);
      made.details.emplace_back("group", group.text());
      set_.events.push_back(std::move(made));
      report_.groups_added.push_back(group);
    }
    set_.changes.emplace_back(AddMember{group, user.id});
    AuditEvent made = event(context_, EventKind::member_added, user.name);
    made.details.emplace_back("group", group.text());
    set_.events.push_back(std::move(made));
  }

  Services& services_;
  const Context& context_;
  KnownUsers& known_;
  std::set<GroupName> groups_;
  std::set<UserName> seen_;
  std::vector<RejectedLine> rejected_;
  ChangeSet set_;
  UserImportReport report_;
};

}  // namespace

Result<UserImportReport> import_users(Services& services, const Context& context,
                                      std::string_view csv, ImportRun run) {
  LOCKSTEP_TRY(const PeopleFile file, parse_people_csv(csv, {}));
  KnownUsers known(services);
  bool is_first = true;
  return retried({}, [&]() -> Result<UserImportReport> {
    if (!std::exchange(is_first, false)) LOCKSTEP_CHECK(known.forget_changed());
    Planner planner(services, context, known);
    LOCKSTEP_CHECK(planner.plan(file));
    if (run == ImportRun::dry) return std::move(planner.report());
    ChangeSet set = planner.take_changes();
    if (!set.changes.empty()) LOCKSTEP_CHECK(services.store.commit(std::move(set)));
    planner.report().committed = true;
    return std::move(planner.report());
  });
}

}  // namespace lockstep
