#include "gateway/query.h"

#include <utility>

namespace azud::gateway {

Query::~Query() { cancel(); }

void Query::set_job(std::shared_ptr<stream::Job> job) {
  const MutexLock lock(mutex_);
  job_ = std::move(job);
}

std::string Query::job_name() {
  const MutexLock lock(mutex_);
  return job_ ? job_->name() : std::string();
}

Result<Query::Page> Query::next() {
  std::shared_ptr<stream::Job> job;
  {
    const MutexLock lock(mutex_);
    job = job_;
  }
  // The state first: rows that came before the end are then in the page.
  const stream::JobStatus status = job ? job->status() : stream::JobStatus{};
  using enum stream::JobStatus::State;
  Page page;
  page.ended = status.state == finished || status.state == stopped;
  TRY_ASSIGN(page.rows, rows_->next());
  if (page.rows.empty() && status.state == failed) return std::unexpected(*status.error);
  return page;
}

void Query::cancel() {
  std::shared_ptr<stream::Job> job;
  {
    const MutexLock lock(mutex_);
    job = std::exchange(job_, nullptr);
  }
  rows_->close();
  if (job) job->stop();
}

}  // namespace azud::gateway
