#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "gateway/jobs.h"
#include "gateway/query.h"
#include "sql/session.h"

namespace azud::gateway {

/// What came of a statement.
struct Executed {
  /// Nothing to show, a listing, a job that runs on, or a query whose rows are to be taken.
  std::variant<std::monostate, sql::Listing, std::shared_ptr<stream::Job>, std::shared_ptr<Query>> result;
  std::vector<std::string> notices;
};

/// Statements one after another, and the jobs that they start. Belongs to one thread at a time.
class Session {
 public:
  /// `jobs` outlives the session. `job_name`: of the first job that a statement starts, "<name>-2" of the next one;
  /// empty: pipeline.name if it is set, otherwise names are made up.
  explicit Session(Jobs& jobs, std::string job_name = {}) : jobs_(jobs), job_name_(std::move(job_name)) {}

  Result<Executed> execute(const sql::ast::Statement& statement);
  /// Every statement of a text, up to the first error. `name` is shown in errors.
  Result<std::vector<Executed>> execute_script(const std::string& name, const std::string& text);
  Status set(const std::string& key, const std::string& value);
  /// All that is set.
  const std::map<std::string, std::string>& settings() const { return sql_.settings().values(); }

  /// One statement of a client. The job that it starts is started again with azud, with what this session was told
  /// before; see Jobs::Start::statements.
  Result<Executed> execute_kept(const std::string& statement);
  /// What execute_kept had kept: runs the statements, and the job under its old name.
  Status start_again(const KeptJobs::Entry& entry);

 private:
  Result<Executed> execute(const sql::ast::Statement& statement, std::vector<std::string> kept);
  std::string next_job_name();
  sql::Listing list_jobs() const;

  Jobs& jobs_;
  sql::Session sql_;
  std::string job_name_;
  std::map<std::string, std::size_t> jobs_started_;  ///< by their name: the second is called name-2
  bool name_is_fixed_ = false;                       ///< job_name_ is the name of the one job
  std::vector<std::string> told_;                    ///< what execute_kept executed and what changed the session
};

/// Starts the jobs again that clients had started before azud ended. One that cannot start is said in the log, and is
/// tried again the next time.
void start_kept_jobs(Jobs& jobs);

/// Reads the file and executes it.
Result<std::vector<Executed>> execute_file(Session& session, const std::filesystem::path& file);

}  // namespace azud::gateway
