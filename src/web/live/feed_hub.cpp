#include "web/live/feed_hub.h"

#include <algorithm>
#include <chrono>

#include "base/logging.h"
#include "base/thread_name.h"
#include "io/thread_urgency.h"
#include "web/feed/entities_feed.h"

namespace azud::web {

namespace {

constexpr std::size_t clients_max = 256;
constexpr std::size_t subscriptions_max = 64;
constexpr std::size_t backlog_bytes_max = 1 << 20;
constexpr std::size_t backlog_bytes_low = 64 << 10;
constexpr std::size_t delta_bytes_max = 4 << 20;
constexpr int64_t second_us = 1'000'000;
constexpr int64_t resume_us = 60 * second_us;
constexpr int64_t behind_us_max = 30 * second_us;
constexpr int64_t heartbeat_us = 5 * second_us;
constexpr int64_t refresh_us = 2 * second_us;
constexpr uint16_t close_try_again = 1013;

std::string with_last_data(const Feed& feed) {
  const auto last = feed.last_data();
  return last ? fmt::format(",\"last_data\":{}", *last) : "";
}

}  // namespace

FeedHub::FeedHub(const io::Clock& clock, TopicMeter& meter, JobMeter* jobs, Dashboards& dashboards, FeedParts parts)
    : clock_(clock), meter_(meter), jobs_(jobs), dashboards_(dashboards), parts_(std::move(parts)), thread_([this] {
        run();
      }) {}

FeedHub::~FeedHub() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

std::optional<FeedHub::ClientId> FeedHub::open(io::WebSocketSessionPtr session) {
  ClientId id = 0;
  {
    const MutexLock lock(mutex_);
    if (open_ >= clients_max) return std::nullopt;
    ++open_;
    id = next_client_++;
  }
  session->send_text(clock_frame("hello", clock_.wall_ms()));
  post([this, id, session = std::move(session)]() mutable { clients_[id].session = std::move(session); });
  return id;
}

void FeedHub::close(ClientId client) {
  {
    const MutexLock lock(mutex_);
    --open_;
  }
  post([this, client] {
    const auto found = clients_.find(client);
    if (found == clients_.end()) return;
    while (!found->second.subscriptions.empty()) {
      drop(client, std::string(found->second.subscriptions.begin()->first));
    }
    clients_.erase(found);
  });
}

void FeedHub::subscribe(ClientId client, std::string id, Query query, SubscribeOptions options) {
  post([this, client, id = std::move(id), query = std::move(query), options = std::move(options)] {
    do_subscribe(client, id, query, options);
  });
}

void FeedHub::unsubscribe(ClientId client, std::string id) {
  post([this, client, id = std::move(id)] { drop(client, id); });
}

void FeedHub::snapshot(Query query, SnapshotRequest request, UniqueFunction<void(Result<std::string>)> done) {
  post([this, query = std::move(query), request, done = std::move(done)]() mutable {
    when_ready(query, request.range, [this, request, done = std::move(done)](Result<Slot*> slot) mutable {
      if (!slot) return done(std::unexpected(std::move(slot).error()));
      std::string out =
          fmt::format("{{\"epoch\":\"{}\",\"seq\":{}{},", (*slot)->epoch, (*slot)->seq, with_last_data(*(*slot)->feed));
      request.now = clock_.wall_ms();
      (*slot)->feed->write_snapshot(request, out);
      done(out + "}");
    });
  });
}

void FeedHub::entities(Query query, std::vector<std::string> ids, UniqueFunction<void(Result<Json>)> done) {
  post([this, query = std::move(query), ids = std::move(ids), done = std::move(done)]() mutable {
    when_ready(query, {}, [ids = std::move(ids), done = std::move(done)](Result<Slot*> slot) mutable {
      if (!slot) return done(std::unexpected(std::move(slot).error()));
      const auto* feed = dynamic_cast<const EntitiesFeed*>((*slot)->feed.get());
      if (!feed) return done(fail(Code::invalid, "the panel shows no entities"));
      done(Json{{"entities", feed->details(ids)}});
    });
  });
}

void FeedHub::post(UniqueFunction<void()> task) {
  {
    const MutexLock lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
}

void FeedHub::run() {
  name_thread("page-feeds");
  io::set_urgency(io::Urgency::background);
  dashboards_.refresh();
  for (;;) {
    const int64_t wait_us = tick();
    std::deque<UniqueFunction<void()>> tasks;
    {
      MutexLock lock(mutex_);
      const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(wait_us);
      while (tasks_.empty() && !stopping_ && wake_.wait_until(lock, until) != std::cv_status::timeout) {
      }
      if (stopping_) return;
      tasks.swap(tasks_);
    }
    for (UniqueFunction<void()>& task : tasks) task();
  }
}

int64_t FeedHub::tick() {
  int64_t now_us = clock_.monotonic_us();
  if (now_us >= sample_at_us_) {
    const TimestampMs now = clock_.wall_ms();
    meter_.sample(now);
    if (jobs_) jobs_->sample(now);
    // Just after the next full second of the wall clock.
    sample_at_us_ = now_us + (1000 - now % 1000) * 1000 + 5000;
  }
  if (now_us >= refresh_at_us_) {
    dashboards_.refresh();
    drop_unused(now_us);
    refresh_at_us_ = now_us + refresh_us;
  }
  if (now_us >= heartbeat_at_us_) {
    const std::string frame = clock_frame("heartbeat", clock_.wall_ms());
    for (auto& [id, client] : clients_) client.session->send_text(frame);
    heartbeat_at_us_ = now_us + heartbeat_us;
  }
  for (auto& [id, client] : clients_) {
    if (client.behind_since_us >= 0) keeps_up(client, now_us);
  }
  std::vector<std::string> due;
  for (const auto& [key, slot] : slots_) {
    if (now_us >= slot->advance_at_us) due.push_back(key);
  }
  for (const std::string& key : due) {
    if (const auto slot = slots_.find(key); slot != slots_.end()) advance(*slot->second, now_us);
  }
  int64_t next = std::min({sample_at_us_, refresh_at_us_, heartbeat_at_us_});
  for (const auto& [key, slot] : slots_) next = std::min(next, slot->advance_at_us);
  return std::max<int64_t>(0, next - clock_.monotonic_us());
}

void FeedHub::advance(Slot& slot, int64_t now_us) {
  const bool was_ready = slot.feed->ready();
  Delta delta{.seq = 0, .at_us = now_us, .members = {}};
  if (const Status done = slot.feed->advance(clock_.wall_ms(), delta.members); !done) return end(slot, done.error());
  slot.advance_at_us = now_us + slot.feed->interval_ms() * 1000;

  if (std::string waiting_for = slot.feed->waiting_for(); waiting_for != slot.waiting_for) {
    slot.waiting_for = std::move(waiting_for);
    for (const auto& one : slot.subscriptions) {
      clients_[one->client].session->send_text(
          status_frame(one->id, slot.waiting_for.empty() ? "live" : "waiting", slot.waiting_for));
    }
  }
  if (!slot.feed->ready()) return;
  if (!was_ready || slot.epoch.empty()) {
    // What was taken in so far is in the snapshots that everybody gets now.
    slot.epoch = fmt::format("{:x}.{}", clock_.wall_ms(), ++epochs_);
    for (const auto& one : slot.subscriptions) send_first(slot, *one);
    for (auto& done : std::exchange(slot.waiting, {})) done(&slot);
    return;
  }
  if (delta.members.empty()) return;
  delta.members += with_last_data(*slot.feed);
  delta.seq = ++slot.seq;
  for (const auto& one : slot.subscriptions) {
    if (one->started && keeps_up(clients_[one->client], now_us)) send_delta(slot, *one, delta);
  }
  slot.delta_bytes += delta.members.size();
  slot.deltas.push_back(std::move(delta));
  while (!slot.deltas.empty() &&
         (slot.delta_bytes > delta_bytes_max || now_us - slot.deltas.front().at_us > resume_us)) {
    slot.delta_bytes -= slot.deltas.front().members.size();
    slot.deltas.pop_front();
  }
}

void FeedHub::send_first(Slot& slot, Subscription& subscription) {
  Client& client = clients_[subscription.client];
  if (client.behind_since_us >= 0) return;
  const std::optional<ResumePoint> resume = std::exchange(subscription.options.resume, std::nullopt);
  const bool known = resume && resume->epoch == slot.epoch && resume->seq <= slot.seq &&
                     (resume->seq == slot.seq || (!slot.deltas.empty() && slot.deltas.front().seq <= resume->seq + 1));
  subscription.started = true;
  if (known) {
    for (const Delta& delta : slot.deltas) {
      if (delta.seq > resume->seq) send_delta(slot, subscription, delta);
    }
  } else {
    std::string frame = "{\"op\":\"snapshot\",\"id\":";
    append_json_string(frame, subscription.id);
    fmt::format_to(std::back_inserter(frame), ",\"epoch\":\"{}\",\"seq\":{}{},", slot.epoch, slot.seq,
                   with_last_data(*slot.feed));
    SnapshotRequest request = subscription.options.request;
    request.now = clock_.wall_ms();
    slot.feed->write_snapshot(request, frame);
    frame += '}';
    client.snapshot_bytes_max = std::max(client.snapshot_bytes_max, frame.size());
    client.session->send_text(std::move(frame));
  }
  client.session->send_text(
      status_frame(subscription.id, slot.waiting_for.empty() ? "live" : "waiting", slot.waiting_for));
}

void FeedHub::send_delta(Slot&, Subscription& subscription, const Delta& delta) {
  std::string frame = "{\"op\":\"delta\",\"id\":";
  append_json_string(frame, subscription.id);
  fmt::format_to(std::back_inserter(frame), ",\"seq\":{},{}}}", delta.seq, delta.members);
  clients_[subscription.client].session->send_text(std::move(frame));
}

/// False while too much waits for the client: it then gets snapshots once that has left.
bool FeedHub::keeps_up(Client& client, int64_t now_us) {
  const std::size_t waiting = client.session->queued_bytes();
  if (client.behind_since_us < 0) {
    if (waiting <= backlog_bytes_max + client.snapshot_bytes_max) return true;
    client.behind_since_us = now_us;
    for (auto& [id, one] : client.subscriptions) one->started = false;
    return false;
  }
  if (waiting <= backlog_bytes_low) {
    client.behind_since_us = -1;
    for (auto& [id, one] : client.subscriptions) {
      if (const auto slot = slots_.find(one->slot); slot != slots_.end() && slot->second->feed->ready()) {
        send_first(*slot->second, *one);
      }
    }
    return true;
  }
  if (now_us - client.behind_since_us > behind_us_max)
    client.session->close(close_try_again, "the client takes too little");
  return false;
}

void FeedHub::end(Slot& slot, const Error& error) {
  log_warn("page: {} ended: {}", slot.key, error.to_text());
  const auto subscriptions = std::exchange(slot.subscriptions, {});
  for (const auto& one : subscriptions) {
    Client& client = clients_[one->client];
    client.session->send_text(error_frame(one->id, error));
    client.subscriptions.erase(one->id);
  }
  auto waiting = std::exchange(slot.waiting, {});
  slots_.erase(std::string(slot.key));
  for (auto& done : waiting) done(std::unexpected(error));
}

Result<FeedHub::Slot*> FeedHub::slot_of(const Query& query, const TimeRange& range) {
  const std::string key = feed_key(query, range);
  if (const auto found = slots_.find(key); found != slots_.end()) return found->second.get();
  TRY_ASSIGN(std::unique_ptr<Feed> feed, make_feed(query, range, parts_));
  auto slot = std::make_unique<Slot>();
  slot->key = key;
  slot->feed = std::move(feed);
  slot->unused_since_us = clock_.monotonic_us();
  return slots_.emplace(key, std::move(slot)).first->second.get();
}

void FeedHub::when_ready(const Query& query, const TimeRange& range, UniqueFunction<void(Result<Slot*>)> done) {
  const Result<Slot*> slot = slot_of(query, range);
  if (!slot) return done(std::unexpected(slot.error()));
  (*slot)->unused_since_us = clock_.monotonic_us();
  if (!(*slot)->epoch.empty()) return done(*slot);
  (*slot)->waiting.push_back(std::move(done));
  advance(**slot, clock_.monotonic_us());
}

void FeedHub::do_subscribe(ClientId client_id, const std::string& id, const Query& query,
                           const SubscribeOptions& options) {
  const auto client = clients_.find(client_id);
  if (client == clients_.end()) return;
  drop(client_id, id);
  if (client->second.subscriptions.size() >= subscriptions_max) {
    const Error error(Code::invalid,
                      fmt::format("a client may have {} subscriptions: unsubscribe some", subscriptions_max));
    return client->second.session->send_text(error_frame(id, error));
  }
  const Result<Slot*> found = slot_of(query, options.request.range);
  if (!found) return client->second.session->send_text(error_frame(id, found.error()));
  Slot& slot = **found;
  auto subscription = std::make_shared<Subscription>(Subscription{id, client_id, slot.key, options, false});
  slot.subscriptions.push_back(subscription);
  client->second.subscriptions.emplace(id, subscription);
  if (!slot.epoch.empty()) return send_first(slot, *subscription);
  if (!slot.waiting_for.empty()) client->second.session->send_text(status_frame(id, "waiting", slot.waiting_for));
  advance(slot, clock_.monotonic_us());
}

void FeedHub::drop(ClientId client_id, const std::string& id) {
  const auto client = clients_.find(client_id);
  if (client == clients_.end()) return;
  const auto found = client->second.subscriptions.find(id);
  if (found == client->second.subscriptions.end()) return;
  if (const auto slot = slots_.find(found->second->slot); slot != slots_.end()) {
    std::erase(slot->second->subscriptions, found->second);
    if (slot->second->subscriptions.empty()) slot->second->unused_since_us = clock_.monotonic_us();
  }
  client->second.subscriptions.erase(found);
}

void FeedHub::drop_unused(int64_t now_us) {
  std::erase_if(slots_, [&](const auto& entry) {
    const Slot& slot = *entry.second;
    return slot.subscriptions.empty() && slot.waiting.empty() &&
           now_us - slot.unused_since_us > slot.feed->keep_ms() * 1000;
  });
}

}  // namespace azud::web
