// SPDX-License-Identifier: Apache-2.0
#include "app/audit_words.h"

#include <string_view>

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "front/cli/view.h"

namespace lockstep {
namespace {

namespace json = boost::json;

struct Meaning {
  std::string_view kind;
  const char* means;
  const char* advice;
};

// docs/guides/audit.md says the same at more length.
constexpr Meaning kMeanings[] = {
    {"altered", "this record is not what was written: it, or the one before it, was edited",
     "compare it with the mirror or with your log collector, which hold what was written"},
    {"gap", "records are missing, doubled or out of order from here on",
     "find the missing ones in the mirror or in your log collector"},
    {"cut", "the chain ends here although it was longer: its last records were removed",
     "find them in the mirror; if an older backup was restored, restore again with --replay"},
    {"no_chain", "this chain is gone as a whole, or has records and nothing that vouches for them",
     "find it in the mirror; if another backup or an empty store was put in place, that is why"},
    {"rewritten", "the chain fits in itself and is not the one that was signed: it was made anew",
     "somebody who could write the database did this; the mirror holds what was written"},
    {"forged", "a signed head or checkpoint was edited, or signed with another key",
     "compare the key with the one noted down (`audit key`); trust the mirror, not this store"},
};

const Meaning* meaning_of(std::string_view kind) {
  for (const Meaning& one : kMeanings) {
    if (one.kind == kind) return &one;
  }
  return nullptr;
}

/// "chain 17, record 4: altered" and what it means.
std::string break_words(const json::value& what) {
  const std::string kind = text_at(what, "kind");
  const std::string line = text_at(what, "line");
  std::string out = line.empty() ? "" : "line " + line + ", ";
  out += text_at(what, "node") == "0" && !line.empty()
             ? "which cannot be read"
             : "chain " + text_at(what, "node") + ", record " + text_at(what, "seq");
  out += ": " + kind + "\n";
  if (const Meaning* meaning = meaning_of(kind)) {
    out +=
        fmt::format("    This means: {}.\n    What to do: {}.\n", meaning->means, meaning->advice);
  }
  return out;
}

std::string chain_words(const json::value& chain) {
  std::string out = "  chain " + text_at(chain, "node") + ": " + text_at(chain, "records") +
                    " records, the last is number " + text_at(chain, "last");
  const std::string signed_seq = text_at(chain, "signed");
  const std::string checkpoint = text_at(chain, "checkpoint");
  const std::string behind = text_at(chain, "behind");
  if (!signed_seq.empty()) out += ", signed up to " + signed_seq;
  if (!checkpoint.empty()) out += ", pruned up to " + checkpoint;
  if (!behind.empty() && behind != "0") out += ", the file begins behind " + behind;
  out += '\n';
  if (const json::value* broken = chain.get_object().if_contains("broken")) {
    out += "  BROKEN at " + break_words(*broken);
  }
  return out;
}

std::string chains_words(const json::object& of) {
  std::string out;
  const json::value* chains = of.if_contains("chain_list");
  if (chains == nullptr || !chains->is_array()) return out;
  for (const json::value& chain : chains->get_array()) {
    if (chain.is_object()) out += chain_words(chain);
  }
  return out;
}

std::string mirror_words(const json::object& mirror) {
  std::string out = "Mirror:\n" + chains_words(mirror);
  if (const json::value* broken = mirror.if_contains("broken")) {
    out += "  BROKEN at " + break_words(*broken);
  }
  if (mirror.contains("unfinished")) {
    out +=
        "  The last line has no end: a server is writing it, or was killed while it did. Start\n"
        "  the server, which repairs that, and verify again.\n";
  }
  return out;
}

}  // namespace

std::string audit_words(const json::object& verdict) {
  const json::value* intact = verdict.if_contains("intact");
  const bool good = intact != nullptr && intact->is_bool() && intact->get_bool();
  std::string out =
      good ? "Every record is as it was written.\n" : "The audit was changed or cut.\n";
  out += chains_words(verdict);
  if (const json::value* other = verdict.if_contains("other_key")) {
    out += "The service signs with another key than the one given: " + text_at(*other, "") +
           "\n    This means: the key, and so perhaps everything it signed, was replaced.\n";
  }
  const json::value* mirror = verdict.if_contains("mirror");
  if (mirror != nullptr && mirror->is_object()) out += mirror_words(mirror->get_object());
  const json::value* checked = verdict.if_contains("signatures_checked");
  if (checked == nullptr || !checked->is_bool() || !checked->get_bool()) {
    out += "Signatures were not checked: no key is known here; give the public one with --key.\n";
  }
  return out;
}

}  // namespace lockstep
