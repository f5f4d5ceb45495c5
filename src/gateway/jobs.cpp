#include "gateway/jobs.h"

#include <algorithm>
#include <future>
#include <utility>

#include "base/logging.h"
#include "base/parse_number.h"

namespace azud::gateway {
namespace {

bool has_ended(const stream::Job& job) {
  using enum stream::JobStatus::State;
  const auto state = job.status().state;
  return state == finished || state == stopped || state == failed;
}

constexpr std::string_view made_up = "job";

bool has_finished(const stream::Job& job) { return job.status().state == stream::JobStatus::State::finished; }

/// "job-7": a name that nobody chose and nobody uses again.
bool is_made_up(std::string_view name) {
  if (!name.starts_with(made_up) || name.size() < made_up.size() + 2 || name[made_up.size()] != '-') return false;
  return std::ranges::all_of(name.substr(made_up.size() + 1), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

/// A job together with the tables that it reads and writes, which live as long as it does.
struct Jobs::Running {
  ~Running() { end(); }
  void end() {
    if (collector) collector->close();
    if (job) job->stop();
  }

  std::shared_ptr<connect::RowCollector> collector;
  std::unique_ptr<connect::Registry> tables;
  std::unique_ptr<stream::Job> job;
  bool kept = false;  ///< guarded by Jobs::mutex_
};

Result<stream::JobOptions> job_options(stream::JobOptions base, const sql::Settings& settings) {
  if (const std::string zone = settings.text("table.local-time-zone", ""); !zone.empty()) {
    TRY_ASSIGN(base.runtime.eval.zone, stream::Zone::find(zone));
  }
  const std::string parallelism = settings.text("parallelism.default", "");
  if (!parallelism.empty()) {
    const auto number = parse_number<unsigned>(parallelism);
    if (!number || *number < 1 || *number > 128)
      return fail(Code::invalid, "parallelism.default is a number from 1 to 128, not \"{}\"", parallelism);
    base.runtime.parallelism = *number;
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
  const bool keeps = !start.statements.empty();
  if (keeps) TRY(kept_.keep({start.name, std::move(start.statements)}));
  auto together = std::make_shared<Running>();
  together->collector = start.collector;
  together->tables = std::make_unique<connect::Registry>(environment_, std::move(start.collector));
  auto job = stream::Job::start(std::move(start.plan), *together->tables, log_, clock_, std::move(options));
  if (!job) {
    if (keeps) (void)kept_.forget(start.name);
    return std::unexpected(std::move(job).error());
  }
  together->job = *std::move(job);
  const MutexLock lock(mutex_);
  std::erase_if(jobs_,
                [](const auto& entry) { return entry.first.starts_with("query-") && has_ended(*entry.second->job); });
  together->kept = kept_.has(start.name);
  jobs_[start.name] = together;
  return std::shared_ptr<stream::Job>(together, together->job.get());
}

Status Jobs::stop(const std::string& name) {
  if (!has(name)) return fail(Code::not_found, "there is no job called {}", name);
  // First what would start it again: who sees the job stopped may rely on it.
  if (kept_.has(name)) TRY(kept_.forget(name));
  const auto found = running(name);
  if (!found) return {};
  found->end();
  drop_state_of(name);
  return {};
}

void Jobs::forget_finished() {
  std::vector<std::shared_ptr<Running>> finished;
  {
    const MutexLock lock(mutex_);
    for (const auto& [name, job] : jobs_) {
      if (!job->kept || !has_finished(*job->job)) continue;
      job->kept = false;
      finished.push_back(job);
    }
  }
  for (const auto& job : finished) {
    const std::string& name = job->job->name();
    if (const Status forgotten = kept_.forget(name); !forgotten)
      log_warn("job {}: starts again with azud although it has finished: {}", name, forgotten.error().message());
    else
      drop_state_of(name);
  }
}

/// Of a job that has ended. Under a name that somebody chose it stays: a job of that name goes on from it.
void Jobs::drop_state_of(const std::string& name) {
  if (!is_made_up(name)) return;
  std::promise<Status> done;
  log_.jobs().drop(name, [&done](Status dropped) { done.set_value(std::move(dropped)); });
  if (const Status dropped = done.get_future().get(); !dropped)
    log_warn("job {}: its state stays: {}", name, dropped.error().message());
}

std::shared_ptr<Jobs::Running> Jobs::running(const std::string& name) const {
  const MutexLock lock(mutex_);
  const auto found = jobs_.find(name);
  return found == jobs_.end() ? nullptr : found->second;
}

std::shared_ptr<stream::Job> Jobs::find(const std::string& name) const {
  const auto found = running(name);
  return found ? std::shared_ptr<stream::Job>(found, found->job.get()) : nullptr;
}

std::vector<std::shared_ptr<stream::Job>> Jobs::all() const {
  const MutexLock lock(mutex_);
  std::vector<std::shared_ptr<stream::Job>> list;
  for (const auto& [name, job] : jobs_) list.emplace_back(job, job->job.get());
  return list;
}

void Jobs::stop_all() {
  std::vector<std::shared_ptr<Running>> all;
  {
    const MutexLock lock(mutex_);
    for (const auto& [name, job] : jobs_) all.push_back(job);
  }
  for (const auto& job : all) job->end();
}

std::string Jobs::new_name(const std::string& prefix) {
  const std::vector<std::string> known = log_.jobs().names();
  const MutexLock lock(mutex_);
  while (true) {
    std::string name = fmt::format("{}-{}", prefix, ++names_);
    if (!jobs_.contains(name) && !kept_.has(name) && std::ranges::find(known, name) == known.end()) return name;
  }
}

}  // namespace azud::gateway
