// SPDX-License-Identifier: Apache-2.0
#include "front/cli/manual.h"

#include <algorithm>
#include <cstdint>
#include <sstream>

#include <fmt/format.h>

#include "front/cli/exit_codes.h"

namespace lockstep {
namespace {

// ---- Text for troff.

/// The code point that begins at `at` of UTF-8 `text`, and where the next one does.
std::uint32_t code_point(std::string_view text, std::size_t& at) {
  const auto first = static_cast<unsigned char>(text[at++]);
  if (first < 0x80) return first;
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
  std::uint32_t point = first & (0x3FU >> static_cast<unsigned>(more));
  for (int i = 0; i < more && at < text.size(); ++i) {
    point = point << 6U | (static_cast<unsigned char>(text[at++]) & 0x3FU);
  }
  return point;
}

/// `text` as it is to be read: no character of it is a command, and hyphens are what is typed.
std::string roff(std::string_view text) {
  std::string result;
  if (text.starts_with('.') || text.starts_with('\'')) result = "\\&";
  for (std::size_t at = 0; at < text.size();) {
    const std::uint32_t point = code_point(text, at);
    if (point == '\\') {
      result += "\\e";
    } else if (point == '-') {
      result += "\\-";
    } else if (point >= 0x80) {
      result += fmt::format("\\[u{:04X}]", point);
    } else {
      result += static_cast<char>(point);
    }
  }
  return result;
}

/// What is indented, or set in columns.
bool is_literal(std::string_view line) {
  return line.starts_with(' ') || line.find("  ") != std::string_view::npos;
}

/// Whether a heading stands before the text, under which a paragraph needs no beginning.
enum class Under { heading, text };

/// Literal lines stand as they are, others are filled. An empty line parts paragraphs.
std::string paragraphs(std::string_view text, Under under) {
  std::string result;
  bool literal = false;
  bool fresh = under == Under::text;  // A paragraph begins here.
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (is_literal(line) != literal) {
      result += literal ? ".EE\n" : ".PP\n.EX\n";
      literal = !literal;
      fresh = !literal;
    }
    if (line.empty()) {
      fresh = true;
      continue;
    }
    if (!literal && fresh) result += ".PP\n";
    fresh = false;
    result += roff(line) + '\n';
  }
  return literal ? result + ".EE\n" : result;
}

/// "Example: lockstep x" with its further lines becomes a block of its own.
std::string examples_indented(std::string_view footer) {
  constexpr std::string_view kExample = "Example: ";
  std::string result;
  std::istringstream lines{std::string(footer)};
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(kExample)) {
      line = "Example:\n    " + line.substr(kExample.size());
    } else if (is_literal(line)) {
      line = "    " + line.substr(line.find_first_not_of(' '));
    }
    result += line + '\n';
  }
  return result;
}

/// The footer without the exit codes, which the page lists once.
std::string own_footer(const CLI::App& verb) {
  const std::string footer = verb.get_footer();
  return footer.substr(0, footer.find(exit_code_help()));
}

// ---- Options and verbs.

std::vector<const CLI::Option*> options_of(const CLI::App& app, bool positional) {
  std::vector<const CLI::Option*> found = app.get_options([positional](const CLI::Option* option) {
    return !option->get_group().empty() && option->nonpositional() != positional;
  });
  // Options of which one excludes the others are in a nameless command below theirs.
  for (const CLI::App* group : app.get_subcommands({})) {
    if (!group->get_name().empty()) continue;
    for (const CLI::Option* option : options_of(*group, positional)) {
      if (option != group->get_help_ptr()) found.push_back(option);
    }
  }
  return found;
}

bool takes_a_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

/// "--limit,-l" as "-l, --limit".
std::string names_of(const CLI::Option& option) {
  std::string result;
  for (const std::string& one : option.get_snames()) result += (result.empty() ? "-" : ", -") + one;
  for (const std::string& one : option.get_lnames()) {
    result += (result.empty() ? "--" : ", --") + one;
  }
  return result;
}

std::string synopsis(const CalledVerb& one) {
  std::string result = "lockstep " + one.words;
  for (const CLI::Option* option : options_of(*one.verb, true)) {
    const std::string dots = option->get_items_expected_max() > 1 ? " ..." : "";
    const std::string name = option->get_name(true) + dots;
    result += option->get_required() ? " " + name : " [" + name + "]";
  }
  return result + " [OPTIONS]";
}

std::string positional_entries(const std::vector<const CLI::Option*>& options) {
  std::string result;
  for (const CLI::Option* option : options) {
    result += ".TP\n.I " + roff(option->get_name(true)) + '\n';
    result += roff(option->get_description()) + '\n';
  }
  return result;
}

std::string option_entries(const std::vector<const CLI::Option*>& options) {
  std::string result;
  for (const CLI::Option* option : options) {
    result += ".TP\n\\fB" + roff(names_of(*option)) + "\\fR";
    if (takes_a_value(*option)) result += " \\fIVALUE\\fR";
    result += '\n' + roff(option->get_description()) + '\n';
    if (!option->get_envname().empty()) {
      result += ".br\nEnvironment: \\fB" + roff(option->get_envname()) + "\\fR.\n";
    }
  }
  return result;
}

std::string verb_section(const CalledVerb& one) {
  const std::vector<const CLI::Option*> positional = options_of(*one.verb, true);
  std::vector<const CLI::Option*> others = options_of(*one.verb, false);
  std::erase(others, one.verb->get_help_ptr());  // Stands among those of every command.
  return ".SS " + roff(synopsis(one)) + '\n' + roff(one.verb->get_description()) + '\n' +
         positional_entries(positional) + option_entries(others) +
         paragraphs(examples_indented(own_footer(*one.verb)), Under::text);
}

std::string exit_entries() {
  std::string result;
  for (const ExitCodeMeaning& one : exit_code_table()) {
    result += fmt::format(".TP\n.B {}\n{}\n", static_cast<int>(one.code), roff(one.meaning));
  }
  return result;
}

std::vector<const CLI::App*> shown_below(const CLI::App& app) {
  return app.get_subcommands(
      [](const CLI::App* one) { return !one->get_group().empty() && !one->get_name().empty(); });
}

void collect(const CLI::App& app, const std::string& words, std::vector<CalledVerb>& into) {
  for (const CLI::App* one : shown_below(app)) {
    const std::string called = words.empty() ? one->get_name() : words + ' ' + one->get_name();
    if (shown_below(*one).empty()) {
      into.push_back({called, one});
    } else {
      collect(*one, called, into);
    }
  }
}

// ---- Bash.

/// The long names of `app`'s options, with a blank before each: all of them, or those that may
/// stand behind every verb.
std::string option_words(const CLI::App& app, bool everywhere) {
  std::string words;
  for (const CLI::Option* option : options_of(app, false)) {
    const bool own = option == app.get_help_ptr() || option == app.get_version_ptr();
    if (everywhere && own) continue;
    for (const std::string& name : option->get_lnames()) words += " --" + name;
  }
  return words;
}

/// What may follow the words that lead to `app`: verbs and options.
void add_cases(const CLI::App& app, const std::string& words, const std::string& common,
               std::string& into) {
  std::string follow;
  for (const CLI::App* one : shown_below(app)) follow += ' ' + one->get_name();
  follow += option_words(app, false);
  if (!words.empty()) follow += common;
  into += fmt::format("    '{}') echo '{}' ;;\n", words, follow.substr(1));
  for (const CLI::App* one : shown_below(app)) {
    add_cases(*one, words.empty() ? one->get_name() : words + ' ' + one->get_name(), common, into);
  }
}

}  // namespace

std::vector<CalledVerb> verbs_of(const CLI::App& app) {
  std::vector<CalledVerb> result;
  collect(app, "", result);
  return result;
}

std::string man_page(const CLI::App& app, std::string_view version, std::string_view date) {
  std::string page = fmt::format(
      ".\\\" Made by `lockstep manual` from the help texts of the program.\n"
      ".TH LOCKSTEP 1 {} \"Lockstep {}\" \"User Commands\"\n"
      ".SH NAME\nlockstep \\- check one\\-time passcodes and keep tokens in step\n"
      ".SH SYNOPSIS\n.B lockstep\n.I COMMAND\n[\\fIOPTIONS\\fR]\n"
      ".SH DESCRIPTION\n{}",
      date, version, paragraphs(app.get_description(), Under::heading));
  page +=
      ".SH OPTIONS\nEvery command understands these.\n" + option_entries(options_of(app, false));
  page += ".SH COMMANDS\n";
  for (const CalledVerb& one : verbs_of(app)) page += verb_section(one);
  page += ".SH EXIT STATUS\n" + exit_entries();
  page +=
      ".SH FILES\n"
      ".TP\n.I /var/lib/lockstep\nThe data directory where no other is named.\n"
      ".TP\n.I /etc/lockstep/lockstep.toml\nThe configuration, as the unit for systemd names it.\n"
      ".SH SEE ALSO\n.BR systemd.unit (5),\n.BR systemd\\-creds (1)\n";
  return page;
}

std::string bash_completion(const CLI::App& app) {
  std::string cases;
  add_cases(app, "", option_words(app, true), cases);
  return "# Made by `lockstep manual --bash` from the verbs and options of the program.\n"
         "_lockstep_words() {\n"
         "  case $1 in\n" +
         cases +
         "  esac\n"
         "}\n"
         "\n"
         "# The verb so far is what of the words before the cursor leads from noun to verb.\n"
         "_lockstep() {\n"
         "  local word verb=\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "    [[ $word != -* && \" $(_lockstep_words \"$verb\") \" == *\" $word \"* ]] &&\n"
         "      verb=\"$verb${verb:+ }$word\"\n"
         "  done\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$(_lockstep_words \"$verb\")\" -- "
         "\"${COMP_WORDS[COMP_CWORD]}\")\n"
         "}\n"
         "complete -o default -F _lockstep lockstep\n";
}

}  // namespace lockstep
