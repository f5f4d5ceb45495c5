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

void Query::take(data::Batch rows) {
  const MutexLock lock(mutex_);
  if (overflowed_) return;
  held_ += rows.rows;
  rows_.push_back(std::move(rows));
  if (held_ > rows_held_max) {
    overflowed_ = true;
    rows_.clear();
  }
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
  const MutexLock lock(mutex_);
  if (overflowed_)
    return fail(Code::unavailable, "more than {} rows came and nobody took them: the query was ended", rows_held_max);
  page.rows = std::exchange(rows_, {});
  held_ = 0;
  if (page.rows.empty() && status.state == failed) return std::unexpected(*status.error);
  return page;
}

void Query::cancel() {
  std::shared_ptr<stream::Job> job;
  {
    const MutexLock lock(mutex_);
    job = std::exchange(job_, nullptr);
  }
  if (job) job->stop();
}

}  // namespace azud::gateway
