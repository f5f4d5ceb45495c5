#include "stream/run/job.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "base/logging.h"
#include "base/thread_name.h"
#include "stream/run/late_topic.h"

namespace azud::stream {
namespace {

/// Wakes the job's thread; shared with whoever may call late.
class Bell {
 public:
  void ring() {
    {
      const std::lock_guard lock(mutex_);
      rung_ = true;
    }
    wake_.notify_one();
  }
  /// Until it rings or the time is over; forgets the ring.
  void wait(std::optional<int64_t> at_most_ms) {
    std::unique_lock lock(mutex_);
    if (at_most_ms)
      wake_.wait_for(lock, std::chrono::milliseconds(*at_most_ms), [&] { return rung_; });
    else
      wake_.wait(lock, [&] { return rung_; });
    rung_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  bool rung_ = false;
};

constexpr int64_t tick_ms = 500;          ///< a job looks at the clock at least so often
constexpr int64_t status_every_ms = 100;  ///< how old the status may be
constexpr int64_t retry_ms = 500;         ///< between tries while the log is full
/// How long a stop waits for the epoch under way. One that is given up is done again after the next start.
constexpr int64_t stop_grace_us = 5'000'000;

JobOptions with_end(JobOptions options, const std::atomic<int64_t>* give_up_at_us) {
  options.runtime.give_up_at_us = give_up_at_us;
  return options;
}

}  // namespace

std::string_view to_string(JobStatus::State state) {
  switch (state) {
    case JobStatus::State::starting: return "starting";
    case JobStatus::State::running: return "running";
    case JobStatus::State::waiting: return "waiting";
    case JobStatus::State::finished: return "finished";
    case JobStatus::State::stopped: return "stopped";
    case JobStatus::State::failed: return "failed";
  }
  return "unknown";
}

/// Everything of the job. The runtime and what belongs to it are the thread's own once it runs.
struct Job::State {
  State(sql::PhysicalPlan the_plan, Connectors& the_connectors, log::Log& the_log, const io::Clock& the_clock,
        JobOptions the_options)
      : plan(std::move(the_plan)),
        connectors(the_connectors),
        log(the_log),
        clock(the_clock),
        options(with_end(std::move(the_options), &give_up_at_us)),
        late(options.name, options.late_rows, the_clock) {}

  Status open();
  void run();
  Status run_until_stopped();
  Status maybe_commit(bool now);
  Status finish_commit();
  Status await_commit();
  Status start_commit();
  void start_snapshot(log::WriteBatch& batch);
  void finish_snapshot();
  std::optional<int64_t> pause_ms(const Runtime::Swept& swept) const;
  void publish(JobStatus::State state, std::optional<Error> error = std::nullopt, bool at_once = true);

  const sql::PhysicalPlan plan;
  Connectors& connectors;
  log::Log& log;
  const io::Clock& clock;
  /// When an epoch under way is given up; 0: not yet.
  std::atomic<int64_t> give_up_at_us{0};
  const JobOptions options;
  LateTopic late;
  std::unique_ptr<Runtime> runtime;
  std::shared_ptr<Bell> bell = std::make_shared<Bell>();
  std::atomic<bool> stopping{false};

  // One commit is on its way at a time.
  struct Flight {
    std::mutex mutex;
    std::optional<Status> result;
  };
  std::shared_ptr<Flight> flight;
  int64_t flight_began_us = 0;
  int64_t last_commit_us = 0;
  uint64_t generation = 0;
  struct Snapshot {
    uint64_t generation = 0;
    std::string bytes;
  };
  std::optional<Snapshot> snapshot;  ///< begun by the commit in flight

  mutable std::mutex status_mutex;
  std::condition_variable ended;
  JobStatus status;
  int64_t published_us = 0;
  std::thread thread;
};

Status Job::State::open() {
  log::JobRestore restore;
  if (!options.transient) {
    TRY_ASSIGN(restore, log.jobs().restore(options.name));
  }
  generation = restore.generation;
  std::vector<ByteView> parts;
  if (!restore.snapshot.empty()) parts.push_back(restore.snapshot.view());
  for (const SharedBytes& delta : restore.deltas) parts.push_back(delta.view());
  std::map<std::string, std::string> positions;
  for (const ByteView part : parts) {
    TRY_ASSIGN(const auto found, Runtime::positions_in(part));
    for (const auto& [name, position] : found) positions[name] = position;
  }
  runtime.reset();
  TRY_ASSIGN(runtime, Runtime::open(plan, connectors, positions, late, clock, options.runtime));
  uint64_t orphans = 0;
  for (const ByteView part : parts) {
    TRY_ASSIGN(const uint64_t more, runtime->read_state(part));
    orphans += more;
  }
  runtime->restored();
  if (orphans > 0)
    log_warn("job {}: the statement has changed: {} entries of its old state belong to no operator and are left out",
             options.name, orphans);
  flight.reset();
  snapshot.reset();
  return {};
}

void Job::State::publish(JobStatus::State state, std::optional<Error> error, bool at_once) {
  const int64_t now_us = clock.monotonic_us();
  if (!at_once && now_us - published_us < status_every_ms * 1000) return;
  published_us = now_us;
  auto nodes = runtime ? runtime->node_status() : std::vector<Runtime::NodeStatus>{};
  auto splits = runtime ? runtime->split_status() : std::vector<Runtime::SplitStatus>{};
  const uint64_t state_bytes = runtime ? runtime->state_bytes() : 0;
  const std::lock_guard lock(status_mutex);
  status.state = state;
  status.error = std::move(error);
  status.nodes = std::move(nodes);
  status.splits = std::move(splits);
  status.state_bytes = state_bytes;
  ended.notify_all();
}

void Job::State::run() {
  name_thread("job " + options.name);
  while (true) {
    const Status outcome = run_until_stopped();
    if (outcome) {
      publish(stopping ? JobStatus::State::stopped : JobStatus::State::finished);
      return;
    }
    const Code code = outcome.error().code();
    const bool passing = code == Code::storage_full || code == Code::unavailable;
    if (!passing || stopping) {
      if (!stopping) log_error("job {}: {}", options.name, outcome.error().to_text());
      publish(stopping ? JobStatus::State::stopped : JobStatus::State::failed, outcome.error());
      return;
    }
    // The log takes nothing now. What was not committed is forgotten; the job goes on from its last commit.
    log_warn("job {}: waits: {}", options.name, outcome.error().message());
    publish(JobStatus::State::waiting, outcome.error());
    Status opened = outcome;
    while (!opened && !stopping) {
      bell->wait(retry_ms);
      if (!log.storage_full()) opened = open();
    }
    if (!opened) {
      publish(JobStatus::State::stopped);
      return;
    }
    const std::lock_guard lock(status_mutex);
    ++status.restarts;
  }
}

Status Job::State::run_until_stopped() {
  while (!stopping) {
    TRY(finish_commit());
    runtime->notify([bell = bell] { bell->ring(); });
    TRY_ASSIGN(const Runtime::Swept swept, runtime->sweep());
    if (runtime->state_bytes() > options.state_bytes_max)
      return fail(Code::invalid, "the state of the job needs {} bytes, more than its limit of {}",
                  runtime->state_bytes(), options.state_bytes_max);
    TRY(maybe_commit(swept.finished));
    publish(JobStatus::State::running, std::nullopt, false);
    if (swept.finished) break;
    if (swept.at_end) bell->wait(pause_ms(swept));
  }
  // A last commit, so that a new start repeats nothing.
  TRY(await_commit());
  TRY(start_commit());
  return await_commit();
}

Status Job::State::await_commit() {
  while (true) {
    TRY(finish_commit());  // it may have rung before we came here
    if (!flight) return {};
    bell->wait(tick_ms);
  }
}

std::optional<int64_t> Job::State::pause_ms(const Runtime::Swept& swept) const {
  int64_t pause = std::min(tick_ms, swept.again_after_ms.value_or(tick_ms));
  if (!flight && runtime->has_output()) pause = std::min(pause, options.commit_interval_ms);
  return std::max<int64_t>(pause, 1);
}

Status Job::State::maybe_commit(bool now) {
  if (flight) return {};
  const int64_t since_ms = (clock.monotonic_us() - last_commit_us) / 1000;
  const int64_t interval = runtime->has_output() ? options.commit_interval_ms : options.progress_interval_ms;
  if (!now && since_ms < interval) return {};
  return start_commit();
}

Status Job::State::start_commit() {
  last_commit_us = clock.monotonic_us();
  std::string changes =
      runtime->write_state(runtime->has_output() ? Runtime::Extent::changes_with_output : Runtime::Extent::changes);
  log::WriteBatch batch;
  TRY(runtime->write_output(batch));
  late.commit_into(batch);
  if (!options.transient && !changes.empty()) {
    batch.job_delta(options.name, SharedBytes::own(std::move(changes)));
    start_snapshot(batch);
  }
  if (batch.empty()) return runtime->output_committed();
  flight = std::make_shared<Flight>();
  flight_began_us = last_commit_us;
  log.commit(std::move(batch), [flight = flight, bell = bell](Result<std::vector<log::Appended>> result) {
    {
      const std::lock_guard lock(flight->mutex);
      flight->result = result ? Status() : Status(std::unexpected(std::move(result).error()));
    }
    bell->ring();
  });
  return {};
}

Status Job::State::finish_commit() {
  if (!flight) return {};
  {
    const std::lock_guard lock(flight->mutex);
    if (!flight->result) return {};
    if (!*flight->result) return *std::exchange(flight->result, std::nullopt);
  }
  flight.reset();
  TRY(runtime->output_committed());
  finish_snapshot();
  const std::lock_guard lock(status_mutex);
  ++status.commits;
  status.last_commit_ms = clock.wall_ms();
  status.last_commit_took_us = clock.monotonic_us() - flight_began_us;
  return {};
}

/// Deltas have outgrown the state: write the whole once, so that a restart reads little.
void Job::State::start_snapshot(log::WriteBatch& batch) {
  const uint64_t deltas = log.jobs().delta_bytes(options.name);
  if (deltas < std::max(options.snapshot_delta_bytes, 2 * runtime->state_bytes())) return;
  snapshot = Snapshot{++generation, runtime->write_state(Runtime::Extent::everything)};
  batch.job_snapshot_begin(options.name, snapshot->generation);
}

void Job::State::finish_snapshot() {
  if (!snapshot) return;
  Snapshot taken = *std::exchange(snapshot, std::nullopt);
  log.jobs().finish_snapshot(options.name, taken.generation, SharedBytes::own(std::move(taken.bytes)),
                             [name = options.name](Status done) {
                               if (!done) log_warn("job {}: snapshot: {}", name, done.error().message());
                             });
}

Job::Job(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<Job>> Job::start(sql::PhysicalPlan plan, Connectors& connectors, log::Log& log,
                                        const io::Clock& clock, JobOptions options) {
  auto state = std::make_unique<State>(std::move(plan), connectors, log, clock, std::move(options));
  TRY(state->open());
  state->status.name = state->options.name;
  state->status.started_ms = clock.wall_ms();
  state->status.workers = state->options.runtime.parallelism;
  State* raw = state.get();
  raw->thread = std::thread([raw] { raw->run(); });
  return std::unique_ptr<Job>(new Job(std::move(state)));
}

Job::~Job() { stop(); }

const std::string& Job::name() const { return state_->options.name; }

JobStatus Job::status() const {
  const std::lock_guard lock(state_->status_mutex);
  return state_->status;
}

void Job::stop() {
  state_->give_up_at_us = state_->clock.monotonic_us() + stop_grace_us;
  state_->stopping = true;
  state_->bell->ring();
  if (state_->thread.joinable()) state_->thread.join();
}

Status Job::wait() {
  std::unique_lock lock(state_->status_mutex);
  const auto over = [&] {
    const auto now = state_->status.state;
    return now == JobStatus::State::finished || now == JobStatus::State::stopped || now == JobStatus::State::failed;
  };
  state_->ended.wait(lock, over);
  if (state_->status.state == JobStatus::State::failed) return std::unexpected(*state_->status.error);
  return {};
}

}  // namespace azud::stream
