#include "gateway/session.h"

#include <ctime>
#include <fstream>
#include <sstream>

#include "base/in_quotes.h"
#include "base/logging.h"
#include "sql/syntax/parser.h"

namespace azud::gateway {
namespace {

/// The plan of a query has one sink, which shows its input.
const sql::PhysicalNode* collecting_sink(const sql::PhysicalPlan& plan) {
  if (plan.sinks.size() != 1 || !plan.sinks.front()->as<sql::SinkNode>().collect) return nullptr;
  return plan.sinks.front().get();
}

/// "2024-05-01T00:00:01", UTC.
std::string iso_time(TimestampMs at) {
  const std::time_t seconds = at / 1000;
  std::tm t{};
  gmtime_r(&seconds, &t);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
                     t.tm_min, t.tm_sec);
}

}  // namespace

std::string Session::next_job_name() {
  if (name_is_fixed_) return job_name_;
  std::string name = sql_.settings().text("pipeline.name", job_name_);
  if (name.empty()) return jobs_.new_name("job");
  const std::size_t number = ++jobs_started_[name];
  return number == 1 ? name : fmt::format("{}-{}", name, number);
}

/// As Flink lists them: a job of ours has one name for both.
sql::Listing Session::list_jobs() const {
  sql::Listing listing{{"job id", "job name", "status", "start time"}, {}};
  for (const auto& job : jobs_.all()) {
    const stream::JobStatus status = job->status();
    std::string state(to_string(status.state));
    for (char& c : state) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    listing.rows.push_back({status.name, status.name, state, iso_time(status.started_ms)});
  }
  return listing;
}

Result<Executed> Session::execute(const sql::ast::Statement& statement) { return execute(statement, {}); }

Result<Executed> Session::execute(const sql::ast::Statement& statement, std::vector<std::string> kept) {
  if (const auto* show = std::get_if<sql::ast::Show>(&statement.node); show != nullptr && show->what == "JOBS")
    return Executed{.result = list_jobs(), .notices = {}};
  TRY_ASSIGN(sql::Outcome outcome, sql_.execute(statement));
  Executed executed{.result = {}, .notices = std::move(outcome.notices)};
  if (auto* listing = std::get_if<sql::Listing>(&outcome.result)) executed.result = std::move(*listing);
  auto* plan = std::get_if<sql::PhysicalPlan>(&outcome.result);
  if (plan == nullptr) return executed;
  if (const sql::PhysicalNode* sink = collecting_sink(*plan)) {
    auto query = std::make_shared<Query>(sink->inputs.front()->output);
    query->rows()->count_in(jobs_.unfetched_rows(), fmt::format("{}", fmt::ptr(this)));
    TRY_ASSIGN(auto job, jobs_.start({.name = jobs_.new_name("query"),
                                      .plan = std::move(*plan),
                                      .collector = query->rows(),
                                      .transient = true,
                                      .statements = {}},
                                     sql_.settings()));
    query->set_job(std::move(job));
    executed.result = std::move(query);
    return executed;
  }
  TRY_ASSIGN(
      auto job,
      jobs_.start(
          {.name = next_job_name(), .plan = std::move(*plan), .collector = nullptr, .statements = std::move(kept)},
          sql_.settings()));
  executed.result = std::move(job);
  return executed;
}

Result<Executed> Session::execute_kept(const std::string& statement) {
  TRY_ASSIGN(const auto parsed, sql::parse_script(std::make_shared<const sql::Source>("", statement)));
  if (parsed.size() != 1) return fail(Code::invalid, "one statement at a time is expected, found {}", parsed.size());
  std::vector<std::string> kept = told_;
  kept.push_back(statement);
  TRY_ASSIGN(Executed executed, execute(parsed.front(), std::move(kept)));
  if (!std::holds_alternative<std::monostate>(executed.result)) return executed;
  // A setting counts as it was set last, and a client may well set the same before each of its statements.
  if (parsed.front().as<sql::ast::Set>() != nullptr) std::erase(told_, statement);
  told_.push_back(statement);
  return executed;
}

Status Session::start_again(const KeptJobs::Entry& entry) {
  job_name_ = entry.name;
  name_is_fixed_ = true;
  for (const std::string& statement : entry.statements) TRY(execute_script("", statement));
  return {};
}

Result<std::vector<Executed>> Session::execute_script(const std::string& name, const std::string& text) {
  const auto source = std::make_shared<const sql::Source>(name, text);
  TRY_ASSIGN(const auto statements, sql::parse_script(source));
  std::vector<Executed> all;
  for (const sql::ast::Statement& statement : statements) {
    TRY_ASSIGN(Executed executed, execute(statement));
    all.push_back(std::move(executed));
  }
  return all;
}

Status Session::set(const std::string& key, const std::string& value) {
  TRY(execute_kept(fmt::format("SET {} = {};", in_quotes(key, '\''), in_quotes(value, '\''))));
  return {};
}

void start_kept_jobs(Jobs& jobs) {
  for (const KeptJobs::Entry& entry : jobs.kept()) {
    Session session(jobs);
    if (const Status started = session.start_again(entry); started)
      log_info("job {}: goes on", entry.name);
    else
      log_error("job {}: cannot start again, is tried at the next start (azud jobs stop {} forgets it): {}", entry.name,
                entry.name, started.error().to_text());
  }
}

Result<std::vector<Executed>> execute_file(Session& session, const std::filesystem::path& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) return fail(Code::not_found, "cannot read {}", file.string());
  return session.execute_script(file.string(), text.str());
}

}  // namespace azud::gateway
