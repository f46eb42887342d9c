// SPDX-License-Identifier: Apache-2.0
// Codes per second, ours and liboath's (oath-toolkit), on the same tokens in the same run; at the
// end the ratios, which say more than the numbers of one machine. Ours are numbers ready to be
// compared, one call a batch; liboath's are texts, one call a code, which is how each is used.
#include <array>
#include <ctime>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <liboath/oath.h>

#include "core/code/generator.h"

namespace lockstep {
namespace {

constexpr std::string_view kDigits64 =
    "1234567890123456789012345678901234567890123456789012345678901234";
constexpr std::int64_t kBatches[] = {3, 100, 1000};

struct Kind {
  const char* name;
  TokenKind kind;
  HashAlgorithm hash;
  std::size_t seed_bytes;
  int oath_flags;  ///< of oath_totp_generate2
};

constexpr Kind kKinds[] = {
    {"hotp-sha1", TokenKind::hotp, HashAlgorithm::sha1, 20, 0},
    {"totp-sha1", TokenKind::totp, HashAlgorithm::sha1, 20, 0},
    {"totp-sha256", TokenKind::totp, HashAlgorithm::sha256, 32, OATH_TOTP_HMAC_SHA256},
    {"totp-sha512", TokenKind::totp, HashAlgorithm::sha512, 64, OATH_TOTP_HMAC_SHA512},
};

void count_codes(benchmark::State& state, std::int64_t batch) {
  state.SetItemsProcessed(state.iterations() * batch);
}

void ours(benchmark::State& state, const Kind& kind, std::int64_t batch) {
  const CodeSpec spec{.kind = kind.kind, .hash = kind.hash};
  const Secret seed = Secret::copy_of(kDigits64.substr(0, kind.seed_bytes));
  const CodeGenerator generator = CodeGenerator::make(spec, seed).value();
  std::vector<Code> codes(static_cast<std::size_t>(batch));
  std::uint64_t first = 0;
  for ([[maybe_unused]] const auto unused : state) {
    generator.codes_at(Position(first), codes);
    benchmark::DoNotOptimize(codes.data());
    first += codes.size();
  }
  count_codes(state, batch);
}

int liboath_code(const Kind& kind, std::uint64_t position, char* out) {
  if (kind.kind == TokenKind::hotp) {
    return oath_hotp_generate(kDigits64.data(), kind.seed_bytes, position, 6, false,
                              OATH_HOTP_DYNAMIC_TRUNCATION, out);
  }
  const auto time = static_cast<std::time_t>(position * 30);
  return oath_totp_generate2(kDigits64.data(), kind.seed_bytes, time, 30, 0, 6, kind.oath_flags,
                             out);
}

void liboath(benchmark::State& state, const Kind& kind, std::int64_t batch) {
  std::array<char, 16> text{};
  std::uint64_t position = 0;
  for ([[maybe_unused]] const auto unused : state) {
    for (std::int64_t i = 0; i < batch; ++i) {
      if (liboath_code(kind, position++, text.data()) != OATH_OK) {
        state.SkipWithError("liboath failed");
      }
      benchmark::DoNotOptimize(text.data());
    }
  }
  count_codes(state, batch);
}

/// Prints as always and remembers the rates, to put the two programs in proportion at the end.
class RatioReporter : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      const auto rate = run.counters.find("items_per_second");
      if (rate != run.counters.end()) rates_[run.benchmark_name()] = rate->second.value;
    }
  }

  void Finalize() override {
    for (const Kind& kind : kKinds) {
      for (const std::int64_t batch : kBatches) print(fmt::format("{}/{}", kind.name, batch));
    }
  }

 private:
  void print(const std::string& what) const {
    const auto mine = rates_.find("lockstep/" + what);
    const auto theirs = rates_.find("liboath/" + what);
    if (mine == rates_.end() || theirs == rates_.end()) return;
    fmt::print("{:<18} {:>6.2f} M codes/s = {:>5.1f} times liboath\n", what, mine->second / 1e6,
               mine->second / theirs->second);
  }

  std::map<std::string, double> rates_;
};

void register_all() {
  for (const Kind& kind : kKinds) {
    for (const std::int64_t batch : kBatches) {
      const std::string name = fmt::format("{}/{}", kind.name, batch);
      benchmark::RegisterBenchmark(("lockstep/" + name).c_str(), ours, kind, batch);
      benchmark::RegisterBenchmark(("liboath/" + name).c_str(), liboath, kind, batch);
    }
  }
}

}  // namespace
}  // namespace lockstep

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (oath_init() != OATH_OK) return 1;
  lockstep::register_all();
  lockstep::RatioReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  oath_done();
  return 0;
}
