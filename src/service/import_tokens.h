// SPDX-License-Identifier: Apache-2.0
// Seed files, in two steps: `stage_import` reads the whole file and reports what it would do, and
// keeps the file sealed, with the key that opens it; `commit_import` does it, all or nothing.
// Importing a file again adds nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "core/model/token.h"
#include "formats/seed_file.h"
#include "service/services.h"

namespace lockstep {

struct ImportFile {
  std::optional<SeedFormat> format;      ///< nothing: found by the content
  Secret content;                        ///< at most kImportBytesMax
  SeedDefaults defaults;                 ///< what its tokens are, where the file does not say
  std::optional<SeedEncoding> encoding;  ///< of a text format, where it is known
  FileKey key;                           ///< what opens an encrypted file
  TokenForm form = TokenForm::hardware;
  std::string model;                       ///< for tokens whose file names none
  std::string batch;                       ///< for all of them: the delivery they came with
  std::optional<WallTime> warranty_until;  ///< for all of them; else by each one's token model
  /// Tokens in stock of which the file has another seed become those of the file, as if they were
  /// new. Others, and tokens that somebody has, never do.
  bool overwrite = false;
};
/// 100,000 tokens take 7 MB as CSV, and up to 110 MB as PSKC, encrypted key by key.
inline constexpr std::size_t kImportBytesMax = 128U << 20U;
inline constexpr std::size_t kImportTokensMax = 100'000;
/// Refused lines that a report lists; more are only counted.
inline constexpr std::size_t kImportRejectedListMax = 1'000;
/// How long a staged file waits for its commit, and a committed one for questions about it.
inline constexpr Seconds kImportKept{3600};

struct ImportReport {
  std::string id;  ///< a secret: whoever holds it may commit
  bool committed = false;
  std::uint64_t added = 0;          ///< or, before the commit, to be added
  std::uint64_t already_there = 0;  ///< same serial, same seed
  std::uint64_t overwritten = 0;    ///< in stock with another seed; or, before the commit, to be
  std::uint64_t rejected = 0;
  std::vector<RejectedSeed> rejected_list;  ///< by line
  SeedFormat format = SeedFormat::csv;      ///< the one that was taken
  std::vector<std::string> notes;           ///< what an operator should know
  WallTime expires_at;
  std::optional<ImportStep> step;  ///< its commit is under way; the numbers are the upload's
  std::optional<Approval> waits;   ///< nothing was added: another operator has to agree
};

/// Permission: tokens_write, as for all in this file.
/// A line that cannot be read is in the report and the others are taken.
/// Errors: invalid_input, when the file as a whole is refused: not of the format, too large, more
/// than kImportTokensMax tokens, encrypted and not opened by the key; conflict, when the caller has
/// kImportsWaitingMax (service/staged_imports.h) that wait; unavailable.
[[nodiscard]] Result<ImportReport> stage_import(Services& services, const Context& context,
                                                const ImportFile& file);

/// Errors: not_found, for an unknown or expired id.
[[nodiscard]] Result<ImportReport> get_import(Services& services, const Context& context,
                                              const std::string& id);

/// Forgets a staged file and its seeds. Errors: not_found, for an unknown or expired id; conflict,
/// when it was committed.
[[nodiscard]] Result<void> drop_import(Services& services, const Context& context,
                                       const std::string& id);

/// Adds the tokens of a staged file to the stock. Committing again changes nothing and gives the
/// same report. Errors: not_found, for an unknown or expired id; conflict, when one of its serials
/// came to be meanwhile: nothing was added, stage the file again. Log-ins wait while all of it is
/// written: some seconds for 100,000 tokens. Where it overwrites more than kBulkTokensAlone and the
/// policy's "approval.mass_change" says so, another operator has to agree first, as long as the
/// staged file is kept: see `waits`.
[[nodiscard]] Result<ImportReport> commit_import(Services& services, const Context& context,
                                                 const std::string& id);

/// What `approval` asked for, now that the caller agrees to it: in the name of `asker`. Errors:
/// conflict, for what expired or was committed meanwhile, or would do something else now.
[[nodiscard]] Result<void> add_import_changes(Services& services, const Context& context,
                                              const Caller& asker, const Approval& approval,
                                              ChangeSet& set);

}  // namespace lockstep
