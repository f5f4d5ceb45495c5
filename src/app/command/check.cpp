#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/command/command.h"
#include "app/command/report.h"
#include "app/configuration/configuration.h"
#include "base/in_quotes.h"
#include "connect/registry.h"
#include "sql/plan/physical_io.h"
#include "sql/session.h"
#include "sql/syntax/parser.h"

namespace azud::app {
namespace {

/// Whether connectors take the options of the tables that a job uses.
Status check_tables(const sql::PhysicalPlan& plan) {
  for (const sql::NodePtr& node : plan.in_order()) {
    if (node->kind == sql::NodeKind::scan)
      TRY(connect::check_table(*node->as<sql::ScanNode>().table, connect::TableUse::source));
    if (node->kind == sql::NodeKind::sink && !node->as<sql::SinkNode>().collect)
      TRY(connect::check_table(*node->as<sql::SinkNode>().table, connect::TableUse::sink));
  }
  return {};
}

/// Plans every statement; nothing is opened.
Status check_sql(const std::filesystem::path& file, const std::map<std::string, std::string>& set) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) return fail(Code::not_found, "cannot read {}", file.string());
  sql::Session session;
  for (const auto& [key, value] : set) {
    const auto source = std::make_shared<const sql::Source>(
        "", fmt::format("SET {} = {};", in_quotes(key, '\''), in_quotes(value, '\'')));
    TRY_ASSIGN(const auto statement, sql::parse_statement(source));
    TRY(session.execute(statement));
  }
  const auto source = std::make_shared<const sql::Source>(file.string(), text.str());
  TRY_ASSIGN(const auto statements, sql::parse_script(source));
  int jobs = 0;
  for (const sql::ast::Statement& statement : statements) {
    TRY_ASSIGN(const sql::Outcome outcome, session.execute(statement));
    for (const std::string& notice : outcome.notices) fmt::print("{}: {}\n", file.string(), notice);
    const auto* plan = std::get_if<sql::PhysicalPlan>(&outcome.result);
    if (plan == nullptr) continue;
    TRY(check_tables(*plan));
    ++jobs;
  }
  fmt::print("{}: {} statements, {} jobs: good\n", file.string(), statements.size(), jobs);
  return {};
}

Status check_configuration(const std::filesystem::path& file) {
  TRY_ASSIGN(const Configuration configuration, Configuration::load_file(file));
  for (const JobSection& job : configuration.jobs) TRY(check_sql(job.file, job.set));
  fmt::print("{}: {} topics, {} jobs: good\n", file.string(), configuration.topics.size(), configuration.jobs.size());
  return {};
}

}  // namespace

CommandRun define_check(CLI::App& app) {
  auto files = std::make_shared<std::vector<std::string>>();
  app.add_option("file", *files, "configuration files (.yaml) and SQL files (.sql)")->required();
  app.footer(
      "Nothing is started or written. A complaint names file, line, column and what is allowed; exit code 2.\n"
      "SQL files are planned in full: what azud cannot run is told here.\n"
      "  azud check azud.yaml jobs.sql");
  return [files] {
    int worst = exit_ok;
    for (const std::string& file : *files) {
      const Status status = file.ends_with(".sql") ? check_sql(file, {}) : check_configuration(file);
      if (report("check", status) != exit_ok) worst = exit_usage;
    }
    return worst;
  };
}

}  // namespace azud::app
