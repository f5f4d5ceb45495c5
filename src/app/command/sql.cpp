#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "app/command/command.h"
#include "app/command/report.h"
#include "app/command/result_view.h"
#include "app/command/sql_remote.h"
#include "app/server/catalogue_offsets.h"
#include "data/text.h"
#include "gateway/session.h"
#include "io/file.h"
#include "sql/syntax/parser.h"

namespace azud::app {
namespace {

struct SqlOptions {
  std::string file;
  std::string statements;
  std::string data;
  std::string server;
  bool changelog = false;
};

/// A folder that goes away with the process.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "azud-sql-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void show(const sql::Listing& listing) {
  // A single column is text of many lines (EXPLAIN, SHOW CREATE TABLE): as it is.
  if (listing.columns.size() == 1) {
    for (const auto& row : listing.rows) std::cout << row.front() << '\n';
    return;
  }
  std::vector<std::vector<std::string>> rows{listing.columns};
  rows.insert(rows.end(), listing.rows.begin(), listing.rows.end());
  std::cout << table(rows);
}

/// The rows as they come, until the query ends.
Status follow(gateway::Query& query, bool changelog) {
  std::vector<std::string> columns;
  for (const sql::Field& column : query.schema()) columns.push_back(column.name);
  ResultView view(std::move(columns), changelog);
  while (!stop_requested()) {
    TRY_ASSIGN(const gateway::Query::Page page, query.next());
    for (const data::Batch& batch : page.rows) {
      for (std::size_t row = 0; row < batch.rows; ++row) {
        std::vector<std::string> fields;
        for (const data::ColumnPtr& column : batch.columns) fields.push_back(data::to_text(*column, row));
        view.change(std::string(data::to_string(batch.kind(row))), std::move(fields));
      }
    }
    if (page.ended && page.rows.empty()) break;
    view.show();
    if (page.rows.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  view.show(true);
  query.cancel();
  return {};
}

Status execute(gateway::Session& session, const std::string& name, const std::string& text, bool changelog) {
  const auto source = std::make_shared<const sql::Source>(name, text);
  TRY_ASSIGN(const auto statements, sql::parse_script(source));
  for (const sql::ast::Statement& statement : statements) {
    TRY_ASSIGN(const gateway::Executed executed, session.execute(statement));
    for (const std::string& notice : executed.notices) std::cerr << notice << '\n';
    if (const auto* listing = std::get_if<sql::Listing>(&executed.result)) show(*listing);
    if (const auto* query = std::get_if<std::shared_ptr<gateway::Query>>(&executed.result))
      TRY(follow(**query, changelog));
    if (const auto* job = std::get_if<std::shared_ptr<stream::Job>>(&executed.result)) {
      // An unbounded job runs until Ctrl-C.
      using enum stream::JobStatus::State;
      for (auto state = (*job)->status().state; state != finished && state != failed && state != stopped;
           state = (*job)->status().state) {
        if (stop_requested()) (*job)->stop();
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
      TRY((*job)->wait());
    }
  }
  return {};
}

Result<std::string> read_input(const SqlOptions& options) {
  if (!options.statements.empty()) return options.statements;
  std::stringstream text;
  if (options.file.empty() || options.file == "-") {
    text << std::cin.rdbuf();
    return text.str();
  }
  std::ifstream in(options.file);
  text << in.rdbuf();
  if (!in) return fail(Code::not_found, "cannot read {}", options.file);
  return text.str();
}

Status run_sql(const SqlOptions& options) {
  watch_signals();
  TRY_ASSIGN(const std::string text, read_input(options));
  if (!options.server.empty()) return run_sql_remotely({options.server, options.file, text, options.changelog});
  const TemporaryFolder temporary;
  const std::filesystem::path folder = options.data.empty() ? temporary.path() : std::filesystem::path(options.data);
  const io::SystemClock clock;
  io::RealFileSystem files;
  TRY_ASSIGN(const auto log, log::Log::open(files, clock, folder / "log", {}));
  const CatalogueOffsets group_offsets(*log, clock);
  auto environment = connect::Environment::of(
      *log, files, clock, [](std::string_view server) { return server == "azud" || server == "localhost:9092"; },
      &group_offsets);
  gateway::Jobs jobs(std::move(environment), *log, clock, {});
  gateway::Session session(jobs);
  return execute(session, options.file, text, options.changelog);
}

}  // namespace

CommandRun define_sql(CLI::App& app) {
  auto options = std::make_shared<SqlOptions>();
  app.add_option("-f,--file", options->file, "a file of statements; - or nothing: standard input");
  app.add_option("-e,--execute", options->statements, "statements, instead of a file");
  CLI::Option* data =
      app.add_option("--data", options->data, "folder of the log that kafka tables are in (default: a temporary one)");
  app.add_option("--server", options->server, "run them on this azud instead: its page's address, http://host:7000")
      ->excludes(data);
  app.add_flag("--changelog", options->changelog, "rows as lines of a changelog, on a terminal too");
  app.footer(
      "The rows of a query are a table that updates on a terminal, and lines such as +I[1, abc] or -U[1, abc] "
      "elsewhere.\n"
      "In this process a job (INSERT) runs until its input ends or Ctrl-C; on a server it runs on, under the name in\n"
      "SET 'pipeline.name' = '...' or one made up (azud jobs). Flink's own SQL client reaches the same address.\n"
      "Exit codes: 0 done, 1 it could not be done, 2 a statement or an option is wrong.\n"
      "  azud sql -e \"SELECT 1\"\n"
      "  azud sql --server http://localhost:7000 -f queries.sql --changelog");
  return [options] { return report("sql", run_sql(*options)); };
}

}  // namespace azud::app
