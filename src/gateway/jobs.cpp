#include "gateway/jobs.h"

namespace azud::gateway {

Jobs::~Jobs() { stop_all(); }

Result<std::shared_ptr<stream::Job>> Jobs::start(sql::PhysicalPlan plan, stream::JobOptions options,
                                                 std::string explanation) {
  const std::string name = options.name;
  {
    const MutexLock lock(mutex_);
    if (const auto found = jobs_.find(name); found != jobs_.end()) {
      const auto state = found->second.job->status().state;
      using enum stream::JobStatus::State;
      if (state == starting || state == running || state == waiting)
        return fail(Code::already_exists, "a job called {} is running", name);
      jobs_.erase(found);
    }
  }
  TRY_ASSIGN(std::shared_ptr<stream::Job> job,
             stream::Job::start(std::move(plan), connectors_, log_, clock_, std::move(options)));
  const MutexLock lock(mutex_);
  jobs_[name] = {job, std::move(explanation)};
  return job;
}

Status Jobs::stop(const std::string& name) {
  const auto job = find(name);
  if (!job) return fail(Code::not_found, "there is no job called {}", name);
  job->stop();
  return {};
}

std::shared_ptr<stream::Job> Jobs::find(const std::string& name) const {
  const MutexLock lock(mutex_);
  const auto found = jobs_.find(name);
  return found == jobs_.end() ? nullptr : found->second.job;
}

std::vector<std::shared_ptr<stream::Job>> Jobs::all() const {
  const MutexLock lock(mutex_);
  std::vector<std::shared_ptr<stream::Job>> list;
  for (const auto& [name, entry] : jobs_) list.push_back(entry.job);
  return list;
}

std::string Jobs::explanation(const std::string& name) const {
  const MutexLock lock(mutex_);
  const auto found = jobs_.find(name);
  return found == jobs_.end() ? std::string() : found->second.explanation;
}

void Jobs::stop_all() {
  for (const auto& job : all()) job->stop();
}

}  // namespace azud::gateway
