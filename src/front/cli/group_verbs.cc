// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "front/cli/verb.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

constexpr Field kGroupRow[] = {{"GROUP", "id"}, {"MEMBERS", "members"}};
constexpr Field kMemberRow[] = {{"USER", ""}};

Target group_target(const std::string& group) { return Target("/api/v1/groups").segment(group); }

struct GroupOnly {
  std::string group;
};

void declare_group(CLI::App& verb, std::string& group) {
  verb.add_option("GROUP", group, "Name of the group; case does not matter")->required();
}

void declare_group_only(CLI::App& verb, GroupOnly& options) { declare_group(verb, options.group); }

struct MemberOptions {
  std::string group;
  std::string user;
};

void declare_member(CLI::App& verb, MemberOptions& options) {
  declare_group(verb, options.group);
  verb.add_option("USER", options.user, "User name")->required();
}

Target member_target(const MemberOptions& options) {
  return group_target(options.group).segment("members").segment(options.user);
}

struct MembersOptions {
  std::string group;
  PageOptions page;
};

void declare_members(CLI::App& verb, MembersOptions& options) {
  declare_group(verb, options.group);
  declare_page(verb, options.page);
}

void add_member_verbs(CLI::App& group, Action& chosen) {
  add_verb<MemberOptions>(group, chosen,
                          {"member-add", "Puts a user into a group. Twice changes nothing.",
                           "Example: lockstep group member-add vpn anna"},
                          declare_member, [](CliSession& session, const MemberOptions& options) {
                            return call_api(session, {"PUT", member_target(options).text(), ""},
                                            says(options.user + " is in " + options.group + '\n'));
                          });
  add_verb<MemberOptions>(group, chosen,
                          {"member-remove", "Takes a user out of a group.",
                           "Example: lockstep group member-remove vpn anna"},
                          declare_member, [](CliSession& session, const MemberOptions& options) {
                            return call_api(
                                session, {"DELETE", member_target(options).text(), ""},
                                says(options.user + " is not in " + options.group + '\n'));
                          });
  add_verb<MembersOptions>(
      group, chosen, {"members", "Lists who is in a group.", "Example: lockstep group members vpn"},
      declare_members, [](CliSession& session, const MembersOptions& options) {
        Target target = group_target(options.group).segment("members");
        add_to(target, options.page);
        return call_api(session, {"GET", target.text(), ""}, shows_list("items", kMemberRow));
      });
}

}  // namespace

void add_group_verbs(CLI::App& app, Action& chosen) {
  CLI::App& group = add_noun(app, "group", "Groups: what a client can ask its users to be in");
  add_verb<GroupOnly>(group, chosen,
                      {"add", "Makes an empty group.",
                       "Example: lockstep group add vpn\n"
                       "A client that names a group when it authenticates lets in nobody else."},
                      declare_group_only, [](CliSession& session, const GroupOnly& options) {
                        return call_api(session, {"PUT", group_target(options.group).text(), ""},
                                        says("group " + options.group + " added\n"));
                      });
  add_verb<PageOptions>(
      group, chosen,
      {"list", "Lists groups with how many members they have.", "Example: lockstep group list"},
      declare_page, [](CliSession& session, const PageOptions& page) {
        Target target("/api/v1/groups");
        add_to(target, page);
        return call_api(session, {"GET", target.text(), ""}, shows_list("items", kGroupRow));
      });
  add_verb<GroupOnly>(
      group, chosen,
      {"delete", "Deletes a group; its members stay users.", "Example: lockstep group delete vpn"},
      declare_group_only, [](CliSession& session, const GroupOnly& options) {
        return call_api(session, {"DELETE", group_target(options.group).text(), ""},
                        says("group " + options.group + " deleted\n"));
      });
  add_member_verbs(group, chosen);
}

}  // namespace lockstep
