#include "gateway/jobs.h"

#include <charconv>

namespace azud::gateway {
namespace {

bool has_ended(const stream::Job& job) {
  using enum stream::JobStatus::State;
  const auto state = job.status().state;
  return state == finished || state == stopped || state == failed;
}

/// A job together with the tables that it reads and writes, which live as long as it does.
struct Running {
  std::unique_ptr<connect::Registry> tables;
  std::unique_ptr<stream::Job> job;
};

}  // namespace

Result<stream::JobOptions> job_options(stream::JobOptions base, const sql::Settings& settings) {
  if (const std::string zone = settings.text("table.local-time-zone", ""); !zone.empty()) {
    TRY_ASSIGN(base.runtime.eval.zone, stream::Zone::find(zone));
  }
  const std::string parallelism = settings.text("parallelism.default", "");
  if (!parallelism.empty()) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(parallelism.data(), parallelism.data() + parallelism.size(), number);
    if (error != std::errc() || end != parallelism.data() + parallelism.size() || number < 1 || number > 128)
      return fail(Code::invalid, "parallelism.default is a number from 1 to 128, not \"{}\"", parallelism);
    base.runtime.parallelism = number;
  }
  base.commit_interval_ms = settings.duration_ms("execution.checkpointing.interval", base.commit_interval_ms);
  return base;
}

Jobs::~Jobs() { stop_all(); }

Result<std::shared_ptr<stream::Job>> Jobs::start(Start start, const sql::Settings& settings) {
  TRY_ASSIGN(stream::JobOptions options, job_options(defaults_, settings));
  options.name = start.name;
  options.transient = start.transient;
  if (const auto running = find(start.name); running && !has_ended(*running))
    return fail(Code::already_exists, "a job called {} is running", start.name);
  auto together = std::make_shared<Running>();
  together->tables = std::make_unique<connect::Registry>(environment_, std::move(start.collector));
  TRY_ASSIGN(together->job,
             stream::Job::start(std::move(start.plan), *together->tables, log_, clock_, std::move(options)));
  std::shared_ptr<stream::Job> job(together, together->job.get());
  const MutexLock lock(mutex_);
  std::erase_if(jobs_, [](const auto& entry) { return entry.first.starts_with("query-") && has_ended(*entry.second); });
  jobs_[start.name] = job;
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
  return found == jobs_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<stream::Job>> Jobs::all() const {
  const MutexLock lock(mutex_);
  std::vector<std::shared_ptr<stream::Job>> list;
  for (const auto& [name, job] : jobs_) list.push_back(job);
  return list;
}

void Jobs::stop_all() {
  for (const auto& job : all()) job->stop();
}

std::string Jobs::new_name(const std::string& prefix) {
  const MutexLock lock(mutex_);
  return fmt::format("{}-{}", prefix, ++names_);
}

}  // namespace azud::gateway
