#pragma once

#include "gateway/jobs.h"
#include "log/log.h"
#include "web/view/job_view.h"

namespace azud::app {

/// The running jobs as the page sees them: exchanges become the edges' own, watermark nodes are part of their source.
class RunningJobs final : public web::JobView {
 public:
  RunningJobs(const gateway::Jobs& jobs, const log::Log& log) : jobs_(jobs), log_(log) {}

  std::vector<web::JobStatus> jobs() const override;
  Result<std::vector<web::PlanStage>> plan(std::string_view job) const override;
  std::optional<web::TopicColumns> columns(std::string_view topic) const override;

 private:
  const gateway::Jobs& jobs_;
  const log::Log& log_;
};

}  // namespace azud::app
