#include "web/feed/job_meter.h"

#include <gtest/gtest.h>

namespace azud::web {
namespace {

/// One job of one node with two instances.
class OneJob final : public JobView {
 public:
  std::vector<JobStatus> jobs() const override {
    JobStatus::Node node{.id = "n", .name = "over", .operation = "over", .detail = ""};
    node.instances = {{.records_in = in, .records_out = in / 2, .watermark = std::nullopt, .busy_us = busy_us},
                      {.records_in = in, .records_out = 0, .watermark = std::nullopt, .busy_us = 0}};
    JobStatus job{.id = "alarms", .state = JobStatus::State::running, .error = std::nullopt};
    job.nodes.push_back(node);
    return {job};
  }
  Result<std::vector<PlanStage>> plan(std::string_view) const override { return std::vector<PlanStage>{}; }
  std::optional<TopicColumns> columns(std::string_view) const override { return std::nullopt; }

  uint64_t in = 0;
  uint64_t busy_us = 0;
};

Json node(const JobMeter& meter) { return meter.to_json("")["jobs"][0]["nodes"][0]; }

TEST(JobMeter, one_look_gives_counts_and_no_rates) {
  OneJob job;
  job.in = 500;
  JobMeter meter(job);
  EXPECT_EQ(node(meter)["records_in"], 1000) << "before any look";
  meter.sample(1000);
  EXPECT_EQ(node(meter)["records_in"], 1000);
  EXPECT_EQ(node(meter)["records_in_per_second"], 0.0);
  EXPECT_TRUE(node(meter)["busy"].is_null());
}

TEST(JobMeter, rates_are_of_the_last_seconds) {
  OneJob job;
  JobMeter meter(job);
  for (int second = 0; second <= 20; ++second) {
    // 100 a second and instance, 400 from the tenth second on.
    job.in = static_cast<uint64_t>(second < 10 ? 100 * second : 1000 + 400 * (second - 10));
    job.busy_us += second < 10 ? 0 : 250'000;
    meter.sample(1000 + second * 1000);
    if (second == 8) {
      EXPECT_DOUBLE_EQ(node(meter)["records_in_per_second"], 200);
      EXPECT_DOUBLE_EQ(node(meter)["busy"], 0);
    }
  }
  const Json now = node(meter);
  EXPECT_DOUBLE_EQ(now["records_in_per_second"], 800);
  EXPECT_DOUBLE_EQ(now["records_out_per_second"], 200);
  EXPECT_DOUBLE_EQ(now["instances"][0]["records_in_per_second"], 400);
  EXPECT_DOUBLE_EQ(now["busy"], 0.25) << "that of the busiest instance";
}

TEST(JobMeter, a_job_that_begins_anew_has_no_negative_rate) {
  OneJob job;
  JobMeter meter(job);
  job.in = 1'000'000;
  meter.sample(1000);
  meter.sample(2000);
  job.in = 10;
  meter.sample(3000);
  EXPECT_EQ(node(meter)["records_in_per_second"], 0.0);
  job.in = 60;
  meter.sample(4000);
  EXPECT_DOUBLE_EQ(node(meter)["records_in_per_second"], 100);
}

TEST(JobMeter, one_job_is_chosen_by_name) {
  OneJob job;
  JobMeter meter(job);
  meter.sample(1000);
  EXPECT_EQ(meter.to_json("alarms")["jobs"].size(), 1U);
  EXPECT_TRUE(meter.to_json("other")["jobs"].empty());
}

}  // namespace
}  // namespace azud::web
