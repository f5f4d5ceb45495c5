#include "gateway/sql_gateway.h"

#include <chrono>
#include <random>

#include "base/logging.h"
#include "base/thread_name.h"

namespace azud::gateway {
namespace {

constexpr auto look_for_idle_every = std::chrono::seconds(10);

/// As a UUID: nobody guesses another's.
std::string new_handle() {
  std::random_device random;
  const auto word = [&] { return static_cast<uint32_t>(random()); };
  const uint32_t a = word(), b = word(), c = word(), d = word();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:04x}{:08x}", a, b >> 16, b & 0xFFF, 0x8000 | (c & 0x3FFF), c >> 16,
                     d);
}

sql::Schema text_columns(const std::vector<std::string>& names) {
  sql::Schema columns;
  for (const std::string& name : names) columns.push_back({name, data::DataType::string()});
  return columns;
}

}  // namespace

/// One statement and what came of it.
struct SqlGateway::Operation {
  enum class State : uint8_t { pending, running, finished, canceled, failed };
  Mutex mutex;
  State state AZUD_GUARDED_BY(mutex) = State::pending;
  std::optional<Error> error AZUD_GUARDED_BY(mutex);
  Page first AZUD_GUARDED_BY(mutex);  ///< columns, and the rows of all that is no query
  std::shared_ptr<Query> query AZUD_GUARDED_BY(mutex);
  uint64_t next_token AZUD_GUARDED_BY(mutex) = 0;
  Page last AZUD_GUARDED_BY(mutex);  ///< of next_token - 1, without a query's rows
};

struct SqlGateway::Client {
  explicit Client(Jobs& jobs) : session(jobs) {}
  Session session;  ///< of the gateway's thread
  Mutex mutex;
  Properties properties AZUD_GUARDED_BY(mutex);  ///< what is set
  std::map<std::string, OperationPtr> operations AZUD_GUARDED_BY(mutex);
  int64_t used_us AZUD_GUARDED_BY(mutex) = 0;
};

SqlGateway::SqlGateway(Jobs& jobs, const io::Clock& clock, SqlGatewayOptions options)
    : jobs_(jobs), clock_(clock), options_(options), thread_([this] { run(); }) {}

SqlGateway::~SqlGateway() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
  const MutexLock lock(mutex_);
  for (const auto& [handle, client] : clients_) end(*client);
}

void SqlGateway::post(UniqueFunction<void()> task) {
  {
    const MutexLock lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  wake_.notify_all();
}

void SqlGateway::run() {
  name_thread("sql-gateway");
  while (true) {
    UniqueFunction<void()> task;
    {
      MutexLock lock(mutex_);
      while (tasks_.empty() && !stopping_)
        if (wake_.wait_for(lock, look_for_idle_every) == std::cv_status::timeout) break;
      if (stopping_) return;
      if (!tasks_.empty()) {
        task = std::move(tasks_.front());
        tasks_.pop_front();
      }
    }
    if (task) task();
    jobs_.forget_finished();
    close_idle();
  }
}

void SqlGateway::close_idle() {
  std::vector<ClientPtr> idle;
  {
    const MutexLock lock(mutex_);
    const int64_t before = clock_.monotonic_us() - options_.idle_timeout_ms * 1000;
    for (auto at = clients_.begin(); at != clients_.end();) {
      const MutexLock client_lock(at->second->mutex);
      if (at->second->used_us >= before) {
        ++at;
        continue;
      }
      idle.push_back(at->second);
      at = clients_.erase(at);
    }
  }
  for (const ClientPtr& client : idle) end(*client);
}

/// Ends the queries of a session; the jobs that it started run on.
void SqlGateway::end(Client& client) {
  std::map<std::string, OperationPtr> operations;
  {
    const MutexLock lock(client.mutex);
    operations.swap(client.operations);
  }
  for (const auto& [handle, operation] : operations) {
    std::shared_ptr<Query> query;
    {
      const MutexLock lock(operation->mutex);
      query = operation->query;
    }
    if (query) query->cancel();
  }
}

Result<std::string> SqlGateway::open(Properties properties) {
  auto client = std::make_shared<Client>(jobs_);
  for (const auto& [key, value] : properties)
    // What is not ours (an address of a cluster, say) is a notice at most.
    if (const Status set = client->session.set(key, value); !set && set.error().code() != Code::not_found)
      return std::unexpected(set.error());
  {
    const MutexLock lock(client->mutex);
    client->used_us = clock_.monotonic_us();
    client->properties = std::move(properties);
  }
  const std::string handle = new_handle();
  const MutexLock lock(mutex_);
  if (clients_.size() >= options_.sessions_max)
    return fail(Code::unavailable, "there are {} sessions, no more are allowed: close one", clients_.size());
  clients_[handle] = std::move(client);
  return handle;
}

Status SqlGateway::close(const std::string& session) {
  ClientPtr client;
  {
    const MutexLock lock(mutex_);
    const auto found = clients_.find(session);
    if (found == clients_.end()) return fail(Code::not_found, "there is no session {}", session);
    client = found->second;
    clients_.erase(found);
  }
  post([client] { end(*client); });
  return {};
}

Result<SqlGateway::ClientPtr> SqlGateway::find(const std::string& session) {
  const MutexLock lock(mutex_);
  const auto found = clients_.find(session);
  if (found == clients_.end())
    return fail(Code::not_found, "there is no session {}: it was closed, or idle for too long", session);
  const MutexLock client_lock(found->second->mutex);
  found->second->used_us = clock_.monotonic_us();
  return found->second;
}

Result<SqlGateway::OperationPtr> SqlGateway::find(const std::string& session, const std::string& operation) {
  TRY_ASSIGN(const ClientPtr client, find(session));
  const MutexLock lock(client->mutex);
  const auto found = client->operations.find(operation);
  if (found == client->operations.end()) return fail(Code::not_found, "there is no operation {}", operation);
  return found->second;
}

Result<SqlGateway::Properties> SqlGateway::properties(const std::string& session) {
  TRY_ASSIGN(const ClientPtr client, find(session));
  const MutexLock lock(client->mutex);
  return client->properties;
}

Status SqlGateway::touch(const std::string& session) {
  TRY(find(session));
  return {};
}

Result<std::string> SqlGateway::execute(const std::string& session, std::string statement) {
  TRY_ASSIGN(const ClientPtr client, find(session));
  const auto operation = std::make_shared<Operation>();
  const std::string handle = new_handle();
  {
    const MutexLock lock(client->mutex);
    if (client->operations.size() >= options_.operations_max)
      return fail(Code::unavailable, "the session has {} open operations, no more are allowed: close some",
                  client->operations.size());
    client->operations[handle] = operation;
  }
  post([client, operation, statement = std::move(statement)] { execute_now(*client, *operation, statement); });
  return handle;
}

void SqlGateway::execute_now(Client& client, Operation& operation, const std::string& statement) {
  using State = Operation::State;
  {
    const MutexLock lock(operation.mutex);
    if (operation.state != State::pending) return;
    operation.state = State::running;
  }
  Result<Executed> executed = client.session.execute_kept(statement);
  {
    const MutexLock lock(client.mutex);
    client.properties = client.session.settings();
  }
  const MutexLock lock(operation.mutex);
  if (!executed) {
    operation.state = State::failed;
    // A name that is not there is a fault of the statement; "not found" would be the operation to who asks for its
    // result.
    const Error& error = executed.error();
    operation.error = error.code() == Code::not_found ? Error(Code::invalid, error.message(), error.hint()) : error;
    return;
  }
  operation.state = State::finished;
  Page& page = operation.first;
  page.type = Page::Type::payload;
  if (auto* query = std::get_if<std::shared_ptr<Query>>(&executed->result)) {
    operation.query = *query;
    page.columns = (*query)->schema();
    page.is_query = true;
    page.job = (*query)->job_name();
  } else if (auto* listing = std::get_if<sql::Listing>(&executed->result)) {
    page.columns = text_columns(listing->columns);
    page.texts = std::move(listing->rows);
  } else if (auto* job = std::get_if<std::shared_ptr<stream::Job>>(&executed->result)) {
    page.job = (*job)->name();
    page.columns = text_columns({"job id"});
    page.texts = {{page.job}};
  } else {
    page.is_done = true;
    page.columns = text_columns({"result"});
    page.texts = {{"OK"}};
  }
}

Result<std::string> SqlGateway::status(const std::string& session, const std::string& operation) {
  TRY_ASSIGN(const OperationPtr found, find(session, operation));
  const MutexLock lock(found->mutex);
  switch (found->state) {
    case Operation::State::pending: return "PENDING";
    case Operation::State::running: return "RUNNING";
    case Operation::State::finished: return "FINISHED";
    case Operation::State::canceled: return "CANCELED";
    case Operation::State::failed: return "ERROR";
  }
  return "ERROR";
}

Status SqlGateway::cancel(const std::string& session, const std::string& operation) {
  TRY_ASSIGN(const OperationPtr found, find(session, operation));
  std::shared_ptr<Query> query;
  {
    const MutexLock lock(found->mutex);
    if (found->state != Operation::State::failed) found->state = Operation::State::canceled;
    query = found->query;
  }
  if (query) post([query] { query->cancel(); });
  return {};
}

Status SqlGateway::close_operation(const std::string& session, const std::string& operation) {
  TRY(cancel(session, operation));
  TRY_ASSIGN(const ClientPtr client, find(session));
  const MutexLock lock(client->mutex);
  client->operations.erase(operation);
  return {};
}

Status SqlGateway::stop_job(const std::string& name) {
  if (!jobs_.has(name)) return fail(Code::not_found, "there is no job {}", name);
  post([this, name] {
    if (const Status stopped = jobs_.stop(name); !stopped)
      log_warn("job {}: not stopped: {}", name, stopped.error().message());
  });
  return {};
}

Result<SqlGateway::Page> SqlGateway::fetch(const std::string& session, const std::string& operation, uint64_t token) {
  TRY_ASSIGN(const OperationPtr found, find(session, operation));
  const MutexLock lock(found->mutex);
  using State = Operation::State;
  if (found->error) return std::unexpected(*found->error);
  if (found->state == State::pending || found->state == State::running) return Page{.next_token = token};
  if (token + 1 == found->next_token) {
    Page page = found->last;
    if (page.is_query && page.type == Page::Type::payload) {
      TRY_ASSIGN(page.rows, found->query->again());
    }
    return page;
  }
  if (token != found->next_token)
    return fail(Code::invalid, "the token is {} or {}, not {}", found->next_token,
                found->next_token == 0 ? 0 : found->next_token - 1, token);
  Page page = found->first;
  std::vector<data::Batch> rows_of_page;
  if (found->state == State::canceled || (!page.is_query && token > 0)) {
    page.type = Page::Type::end;
    page.texts.clear();
  } else if (page.is_query) {
    TRY_ASSIGN(Query::Page rows, found->query->next());
    rows_of_page = std::move(rows.rows);
    if (rows_of_page.empty() && rows.ended) page.type = Page::Type::end;
  }
  page.next_token = ++found->next_token;
  found->last = page;  // the rows stay with the query, which counts them
  page.rows = std::move(rows_of_page);
  return page;
}

}  // namespace azud::gateway
