// SPDX-License-Identifier: Apache-2.0
#include "formats/metrics_page.h"

#include <fmt/format.h>

namespace lockstep {
namespace {

/// Backslash, quotation mark and line end, as a label's value writes them; `quote` is left alone in
/// help texts.
std::string escaped(std::string_view text, bool quote) {
  std::string result;
  for (const char one : text) {
    if (one == '\\' || (quote && one == '"')) result += '\\';
    if (one == '\n') {
      result += "\\n";
    } else {
      result += one;
    }
  }
  return result;
}

std::string spelled(const MetricLabels& labels) {
  std::string result;
  for (const auto& [name, value] : labels) {
    result += fmt::format("{}{}=\"{}\"", result.empty() ? "{" : ",", name, escaped(value, true));
  }
  return result.empty() ? result : result + '}';
}

}  // namespace

void MetricsPage::Metric::line(std::string_view suffix, const MetricLabels& labels,
                               std::string_view value) {
  text_ += fmt::format("{}{}{} {}\n", name_, suffix, spelled(labels), value);
}

MetricsPage::Metric& MetricsPage::Metric::add(const MetricLabels& labels, double value) {
  line("", labels, fmt::format("{}", value));
  return *this;
}

MetricsPage::Metric& MetricsPage::Metric::add(const MetricLabels& labels, std::uint64_t value) {
  line("", labels, fmt::format("{}", value));
  return *this;
}

MetricsPage::Metric& MetricsPage::Metric::add(const MetricLabels& labels,
                                              const HistogramReading& reading) {
  MetricLabels with_bound = labels;
  with_bound.emplace_back("le", "");
  for (const HistogramReading::Bucket& bucket : reading.buckets) {
    with_bound.back().second = fmt::format("{}", bucket.at_most);
    line("_bucket", with_bound, fmt::format("{}", bucket.count));
  }
  with_bound.back().second = "+Inf";
  line("_bucket", with_bound, fmt::format("{}", reading.count));
  line("_sum", labels, fmt::format("{}", reading.seconds));
  line("_count", labels, fmt::format("{}", reading.count));
  return *this;
}

MetricsPage::Metric MetricsPage::begin(std::string_view name, std::string_view help,
                                       std::string_view type) {
  text_ += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, escaped(help, false), type);
  return {text_, name};
}

MetricsPage::Metric MetricsPage::counter(std::string_view name, std::string_view help) {
  return begin(name, help, "counter");
}

MetricsPage::Metric MetricsPage::gauge(std::string_view name, std::string_view help) {
  return begin(name, help, "gauge");
}

MetricsPage::Metric MetricsPage::histogram(std::string_view name, std::string_view help) {
  return begin(name, help, "histogram");
}

}  // namespace lockstep
