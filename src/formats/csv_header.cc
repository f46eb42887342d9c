// SPDX-License-Identifier: Apache-2.0
#include "formats/csv_header.h"

#include <algorithm>

#include "base/text.h"

namespace lockstep {
namespace {

struct NamedColumn {
  std::string_view name;
  CsvColumn column;
};
// As makers and other servers call them, without blanks, '_' and '-'.
constexpr NamedColumn kColumns[] = {
    {"SERIAL", CsvColumn::serial},      {"SERIALNUMBER", CsvColumn::serial},
    {"SERIALNO", CsvColumn::serial},    {"SN", CsvColumn::serial},
    {"TOKEN", CsvColumn::serial},       {"TOKENSERIAL", CsvColumn::serial},
    {"TOKENID", CsvColumn::serial},     {"SEED", CsvColumn::seed},
    {"SECRET", CsvColumn::seed},        {"SECRETKEY", CsvColumn::seed},
    {"KEY", CsvColumn::seed},           {"OTPKEY", CsvColumn::seed},
    {"TYPE", CsvColumn::kind},          {"KIND", CsvColumn::kind},
    {"TOKENTYPE", CsvColumn::kind},     {"OTPTYPE", CsvColumn::kind},
    {"DIGITS", CsvColumn::digits},      {"OTPLENGTH", CsvColumn::digits},
    {"OTPLEN", CsvColumn::digits},      {"CODELENGTH", CsvColumn::digits},
    {"LENGTH", CsvColumn::digits},      {"TIMEINTERVAL", CsvColumn::step},
    {"INTERVAL", CsvColumn::step},      {"TIMESTEP", CsvColumn::step},
    {"STEP", CsvColumn::step},          {"PERIOD", CsvColumn::step},
    {"COUNTER", CsvColumn::counter},    {"MOVINGFACTOR", CsvColumn::counter},
    {"EVENT", CsvColumn::counter},      {"HASH", CsvColumn::hash},
    {"HASHLIB", CsvColumn::hash},       {"ALGORITHM", CsvColumn::hash},
    {"MANUFACTURER", CsvColumn::maker}, {"MAKER", CsvColumn::maker},
    {"VENDOR", CsvColumn::maker},       {"MODEL", CsvColumn::model},
    {"PRODUCT", CsvColumn::model},
};

std::string bare(std::string_view name) {
  std::string upper = ascii_upper(name);
  std::erase_if(upper, [](char c) { return c == ' ' || c == '_' || c == '-'; });
  return upper;
}

std::string shown(std::string_view name) {
  constexpr std::size_t kShownMax = 32;
  std::string text(name.substr(0, kShownMax));
  std::ranges::replace_if(text, [](char c) { return c < ' ' || c > '~'; }, '?');
  return text;
}

}  // namespace

std::optional<CsvHeader> CsvHeader::find(const TextRow& row) {
  constexpr std::size_t kUnusedMax = 10;
  CsvHeader header;
  header.count_ = row.fields.size();
  for (std::size_t i = 0; i < row.fields.size(); ++i) {
    const std::string name = bare(row.fields[i]);
    const auto* found = std::ranges::find(kColumns, std::string_view(name), &NamedColumn::name);
    if (found == std::end(kColumns)) {
      const bool kept = !name.empty() && header.unused_.size() < kUnusedMax;
      if (kept) header.unused_.push_back(shown(row.fields[i]));
      continue;
    }
    std::optional<std::size_t>& place = header.at_[static_cast<std::size_t>(found->column)];
    if (!place) place = i;
    if (name == "TIMEINTERVAL") header.plain_interval_ = true;
  }
  if (!header.has(CsvColumn::serial) || !header.has(CsvColumn::seed)) return std::nullopt;
  return header;
}

bool CsvHeader::is_entra() const {
  return plain_interval_ && !has(CsvColumn::kind) && !has(CsvColumn::counter);
}

std::optional<TokenKind> CsvHeader::implied_kind() const {
  if (has(CsvColumn::step) == has(CsvColumn::counter)) return std::nullopt;
  return has(CsvColumn::step) ? TokenKind::totp : TokenKind::hotp;
}

std::string_view CsvHeader::field(const TextRow& row, CsvColumn column) const {
  const std::optional<std::size_t>& place = at(column);
  return place && *place < row.fields.size() ? row.fields[*place] : std::string_view();
}

Result<TokenDraft> CsvHeader::read(const TextRow& row, const CodeSpec& base) const {
  const auto further =
      row.fields.begin() + static_cast<std::ptrdiff_t>(std::min(count_, row.fields.size()));
  if (std::any_of(further, row.fields.end(), [](std::string_view text) { return !text.empty(); })) {
    return fail(Errc::invalid_input, "it has more fields than the header");
  }
  TokenDraft token{.line = row.line,
                   .serial = field(row, CsvColumn::serial),
                   .seed = field(row, CsvColumn::seed),
                   .spec = base,
                   .next = {},
                   .model = model_text(field(row, CsvColumn::maker), field(row, CsvColumn::model))};
  if (const std::string_view text = field(row, CsvColumn::kind); !text.empty()) {
    LOCKSTEP_TRY(token.spec.kind, read_kind(text));
  }
  if (const std::string_view text = field(row, CsvColumn::hash); !text.empty()) {
    LOCKSTEP_TRY(token.spec.hash, read_hash(text));
  }
  if (const std::string_view text = field(row, CsvColumn::digits); !text.empty()) {
    LOCKSTEP_TRY(token.spec.digits, read_digits(text));
  }
  const bool event = token.spec.kind == TokenKind::hotp;
  LOCKSTEP_CHECK(read_moving(field(row, event ? CsvColumn::counter : CsvColumn::step), token));
  return token;
}

}  // namespace lockstep
