// SPDX-License-Identifier: Apache-2.0
// Seed files, in two steps: `stage_import` reads the whole file and reports what it would do, and
// keeps the file sealed; `commit_import` does it, all or nothing. Importing a file again adds
// nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "core/model/code.h"
#include "core/model/token.h"
#include "service/services.h"

namespace lockstep {

enum class ImportFormat { pskc, csv };

struct ImportFile {
  ImportFormat format = ImportFormat::csv;
  Secret content;  ///< at most kImportBytesMax
  CodeSpec spec;   ///< csv: what its tokens are; the file does not say
  TokenForm form = TokenForm::hardware;
  std::string model;  ///< for tokens whose file names none
};
inline constexpr std::size_t kImportBytesMax = 8U << 20U;
inline constexpr std::size_t kImportTokensMax = 10'000;
/// Refused lines that a report lists; more are only counted.
inline constexpr std::size_t kImportRejectedListMax = 1'000;
/// How long a staged file waits for its commit, and a committed one for questions about it.
inline constexpr Seconds kImportKept{3600};

/// A token that will not be added.
struct RejectedToken {
  std::size_t line = 0;  ///< of the file; for PSKC the number of the key package
  std::string serial;
  std::string why;
};

struct ImportReport {
  std::string id;  ///< a secret: whoever holds it may commit
  bool committed = false;
  std::uint64_t added = 0;          ///< or, before the commit, to be added
  std::uint64_t already_there = 0;  ///< same serial, same seed
  std::uint64_t rejected = 0;
  std::vector<RejectedToken> rejected_list;
  WallTime expires_at;
};

/// Permission: tokens_write, as for all in this file.
/// Errors: invalid_input, when the file as a whole is refused: malformed (with the line), too
/// large, more than kImportTokensMax tokens, encrypted.
[[nodiscard]] Result<ImportReport> stage_import(Services& services, const Context& context,
                                                const ImportFile& file);

/// Errors: not_found, for an unknown or expired id.
[[nodiscard]] Result<ImportReport> get_import(Services& services, const Context& context,
                                              const std::string& id);

/// Adds the tokens of a staged file to the stock. Committing again changes nothing and gives the
/// same report. Errors: not_found, for an unknown or expired id; conflict, when one of its serials
/// came to be meanwhile: nothing was added, stage the file again.
[[nodiscard]] Result<ImportReport> commit_import(Services& services, const Context& context,
                                                 const std::string& id);

}  // namespace lockstep
