#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/thread_annotations.h"
#include "base/unique_function.h"
#include "gateway/session.h"
#include "io/clock.h"

namespace azud::gateway {

struct SqlGatewayOptions {
  std::size_t sessions_max = 100;
  std::size_t operations_max = 100;            ///< of a session, not closed
  int64_t idle_timeout_ms = 10LL * 60 * 1000;  ///< after which a session that nobody uses is closed
};

/// Sessions of clients that come over a network: statements are executed on a thread of its own, results are fetched
/// page by page, under handles, as Flink's SQL Gateway has them. Thread-safe; nothing blocks but the destructor.
class SqlGateway {
 public:
  /// `jobs` and `clock` outlive the gateway.
  SqlGateway(Jobs& jobs, const io::Clock& clock, SqlGatewayOptions options = {});
  ~SqlGateway();  ///< ends the queries; jobs run on

  using Properties = std::map<std::string, std::string>;
  /// The session's handle. `unavailable` if there are too many.
  Result<std::string> open(Properties properties);
  Status close(const std::string& session);
  Result<Properties> properties(const std::string& session);
  Status touch(const std::string& session);

  /// The operation's handle, at once; what comes of it is told by status() and fetch().
  Result<std::string> execute(const std::string& session, std::string statement);
  /// Flink's words: PENDING, RUNNING, FINISHED, CANCELED, ERROR.
  Result<std::string> status(const std::string& session, const std::string& operation);
  Status cancel(const std::string& session, const std::string& operation);
  Status close_operation(const std::string& session, const std::string& operation);

  /// Stops a job after its last commit, soon and for good: `not_found` if there is none.
  Status stop_job(const std::string& name);

  struct Page {
    enum class Type : uint8_t { not_ready, payload, end };
    Type type = Type::not_ready;
    sql::Schema columns;
    std::vector<data::Batch> rows;                ///< of a query
    std::vector<std::vector<std::string>> texts;  ///< of all else
    bool is_query = false;
    bool is_done = false;  ///< the statement had an effect and nothing to show but "OK"
    std::string job;       ///< that the statement started
    uint64_t next_token = 0;
  };
  /// The page of a token: 0, then each page's next; the page before may be asked for again. The statement's own error.
  Result<Page> fetch(const std::string& session, const std::string& operation, uint64_t token);

 private:
  struct Operation;
  struct Client;
  using OperationPtr = std::shared_ptr<Operation>;
  using ClientPtr = std::shared_ptr<Client>;

  Result<ClientPtr> find(const std::string& session);
  Result<OperationPtr> find(const std::string& session, const std::string& operation);
  void post(UniqueFunction<void()> task);
  void run();
  void close_idle();
  static void end(Client& client);
  static void execute_now(Client& client, Operation& operation, const std::string& statement);

  Jobs& jobs_;
  const io::Clock& clock_;
  const SqlGatewayOptions options_;
  Mutex mutex_;
  std::condition_variable_any wake_;
  std::map<std::string, ClientPtr> clients_ AZUD_GUARDED_BY(mutex_);
  std::deque<UniqueFunction<void()>> tasks_ AZUD_GUARDED_BY(mutex_);
  bool stopping_ AZUD_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace azud::gateway
