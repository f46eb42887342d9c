// SPDX-License-Identifier: Apache-2.0
// What monitoring reads: the text format of Prometheus, version 0.0.4.
// https://prometheus.io/docs/instrumenting/exposition_formats/
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lockstep {

/// Names and values that tell one series of a metric from another. Never the name of a person or a
/// token, and nothing of which there may be many: each combination is a series that is kept.
using MetricLabels = std::vector<std::pair<std::string_view, std::string>>;

/// How often something took how long, as one moment saw it.
struct HistogramReading {
  struct Bucket {
    double at_most = 0;       ///< seconds
    std::uint64_t count = 0;  ///< of those that took no longer
  };
  std::vector<Bucket> buckets;  ///< ascending, without the last one, which is everything
  std::uint64_t count = 0;      ///< all; at least the last bucket's
  double seconds = 0;           ///< all together
};

/// A page that is written metric by metric. One thread.
class MetricsPage {
 public:
  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

  /// One metric with its series. Used up before the next one is begun.
  class Metric {
   public:
    Metric& add(const MetricLabels& labels, double value);
    Metric& add(const MetricLabels& labels, std::uint64_t value);
    Metric& add(const MetricLabels& labels, const HistogramReading& reading);

   private:
    friend class MetricsPage;
    Metric(std::string& text, std::string_view name) : text_(text), name_(name) {}
    void line(std::string_view suffix, const MetricLabels& labels, std::string_view value);

    std::string& text_;
    std::string name_;
  };

  /// Begins a metric. `name` ends with its unit ("_seconds", "_bytes"), a counter's with "_total";
  /// `help` is one sentence. No name twice.
  Metric counter(std::string_view name, std::string_view help);
  Metric gauge(std::string_view name, std::string_view help);
  Metric histogram(std::string_view name, std::string_view help);

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  Metric begin(std::string_view name, std::string_view help, std::string_view type);

  std::string text_;
};

}  // namespace lockstep
