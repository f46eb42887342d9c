// SPDX-License-Identifier: Apache-2.0
#include "formats/metrics_page.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(MetricsPage, AMetricSaysWhatItIsBeforeItsSeries) {
  MetricsPage page;
  page.counter("cars_total", "Cars that passed.")
      .add({{"colour", "red"}, {"doors", "4"}}, std::uint64_t{3})
      .add({{"colour", "blue"}, {"doors", "2"}}, std::uint64_t{18'446'744'073'709'551'615U});
  page.gauge("road_length_metres", "How long the road is.").add({}, 12.5);
  EXPECT_EQ(page.text(),
            "# HELP cars_total Cars that passed.\n"
            "# TYPE cars_total counter\n"
            "cars_total{colour=\"red\",doors=\"4\"} 3\n"
            "cars_total{colour=\"blue\",doors=\"2\"} 18446744073709551615\n"
            "# HELP road_length_metres How long the road is.\n"
            "# TYPE road_length_metres gauge\n"
            "road_length_metres 12.5\n");
}

TEST(MetricsPage, AHistogramEndsWithAllOfThem) {
  MetricsPage page;
  page.histogram("trip_duration_seconds", "How long.")
      .add({{"by", "bus"}}, HistogramReading{{{0.001, 1}, {2.5, 3}}, 4, 12.25});
  EXPECT_EQ(page.text(),
            "# HELP trip_duration_seconds How long.\n"
            "# TYPE trip_duration_seconds histogram\n"
            "trip_duration_seconds_bucket{by=\"bus\",le=\"0.001\"} 1\n"
            "trip_duration_seconds_bucket{by=\"bus\",le=\"2.5\"} 3\n"
            "trip_duration_seconds_bucket{by=\"bus\",le=\"+Inf\"} 4\n"
            "trip_duration_seconds_sum{by=\"bus\"} 12.25\n"
            "trip_duration_seconds_count{by=\"bus\"} 4\n");
}

TEST(MetricsPage, NoValueCanForgeALabelOrALine) {
  MetricsPage page;
  page.gauge("g", "a \"b\"\\\nc").add({{"l", "x\"} 1\ny\\"}}, 0.0);
  EXPECT_EQ(page.text(),
            "# HELP g a \"b\"\\\\\\nc\n"
            "# TYPE g gauge\n"
            "g{l=\"x\\\"} 1\\ny\\\\\"} 0\n");
}

}  // namespace
}  // namespace lockstep
