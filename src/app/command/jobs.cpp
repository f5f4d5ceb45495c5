#include <chrono>
#include <ctime>
#include <iostream>
#include <memory>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/command/command.h"
#include "app/command/http_call.h"
#include "app/command/report.h"

namespace azud::app {
namespace {

using Json = HttpCall::Json;

constexpr auto poll_pause = std::chrono::milliseconds(50);

struct JobsOptions {
  std::string server = "http://localhost:7000";
  std::string job;
  bool json = false;
  int64_t timeout_s = 60;
};

std::string text_of(const Json& value) {
  if (value.is_null()) return "-";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string time_of(const Json& value) {
  if (!value.is_number()) return "-";
  const std::time_t seconds = value.get<int64_t>() / 1000;
  std::tm t{};
  gmtime_r(&seconds, &t);
  char out[32];
  return std::string(out, std::strftime(out, sizeof out, "%F %TZ", &t));
}

std::string rate_of(const Json& node, const char* name) {
  const Json rate = node.value(name, Json());
  return rate.is_number() ? fmt::format("{:.0f}", rate.get<double>()) : "-";
}

/// Records that the sources of a job have still to read.
int64_t lag_of(const Json& job) {
  int64_t lag = 0;
  for (const Json& node : job["nodes"])
    for (const Json& partition : node.value("partitions", Json::array())) lag += partition.value("lag", int64_t{0});
  return lag;
}

std::string path_of(const JobsOptions& options) { return "/api/jobs/" + HttpCall::segment(options.job); }

Status list_jobs(HttpCall& http, const JobsOptions& options) {
  TRY_ASSIGN(const Json answer, http.get("/api/jobs"));
  if (options.json) {
    std::cout << answer["jobs"].dump(2) << '\n';
    return {};
  }
  std::vector<std::vector<std::string>> rows{{"JOB", "STATE", "STARTED", "RESTARTS", "COMMITS", "STATE BYTES", "LAG"}};
  for (const Json& job : answer["jobs"])
    rows.push_back({text_of(job["id"]), text_of(job["state"]), time_of(job["started_at"]), text_of(job["restarts"]),
                    text_of(job["commits"]), text_of(job["state_bytes"]), std::to_string(lag_of(job))});
  std::cout << table(rows);
  return {};
}

void show_sources(const Json& job) {
  std::vector<std::vector<std::string>> rows{{"PARTITION", "POSITION", "END", "LAG", "WATERMARK", ""}};
  for (const Json& node : job["nodes"])
    for (const Json& one : node.value("partitions", Json::array()))
      rows.push_back({fmt::format("{}-{}", text_of(one["topic"]), text_of(one["partition"])), text_of(one["position"]),
                      text_of(one["end"]), text_of(one["lag"]), time_of(one["watermark"]),
                      one.value("holds_back", false) ? "holds the watermark back"
                      : one.value("idle", false)     ? "idle"
                                                     : ""});
  if (rows.size() > 1) std::cout << '\n' << table(rows);
}

Status show_job(HttpCall& http, const JobsOptions& options) {
  TRY_ASSIGN(const Json job, http.get(path_of(options)));
  if (options.json) {
    std::cout << job.dump(2) << '\n';
    return {};
  }
  std::cout << fmt::format("{}: {} since {}, {} workers, {} commits, {} restarts, {} bytes of state\n",
                           text_of(job["id"]), text_of(job["state"]), time_of(job["started_at"]),
                           text_of(job["workers"]), text_of(job["commits"]), text_of(job["restarts"]),
                           text_of(job["state_bytes"]));
  if (job["error"].is_object()) std::cout << "error: " << job["error"].value("message", "") << '\n';
  std::vector<std::vector<std::string>> rows{{"NODE", "KIND", "IN/S", "OUT/S", "IN", "OUT", "LATE", "WATERMARK"}};
  for (const Json& node : job["nodes"])
    rows.push_back({text_of(node["name"]), text_of(node["kind"]), rate_of(node, "records_in_per_second"),
                    rate_of(node, "records_out_per_second"), text_of(node["records_in"]), text_of(node["records_out"]),
                    text_of(node["late_rows"]), time_of(node["watermark"])});
  std::cout << '\n' << table(rows);
  show_sources(job);
  return {};
}

Status show_plan(HttpCall& http, const JobsOptions& options) {
  TRY_ASSIGN(const Json answer, http.get(path_of(options) + "/plan"));
  if (options.json) {
    std::cout << answer.dump(2) << '\n';
    return {};
  }
  for (const Json& stage : answer["stages"])
    std::cout << fmt::format("== {} ==\n{}\n", text_of(stage["name"]), text_of(stage["text"]));
  return {};
}

/// The server answers at once; the job ends after its last commit.
Status stop_job(HttpCall& http, const JobsOptions& options) {
  TRY(http.post(path_of(options) + "/stop", Json::object()));
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(options.timeout_s);
  while (!stop_requested() && std::chrono::steady_clock::now() < end) {
    TRY_ASSIGN(const Json job, http.get(path_of(options)));
    const std::string state = text_of(job["state"]);
    if (state == "stopped" || state == "finished" || state == "failed") {
      std::cout << fmt::format("job {} is {}\n", options.job, state);
      return {};
    }
    std::this_thread::sleep_for(poll_pause);
  }
  return fail(Code::unavailable, "job {} has not ended within {} s; it still will", options.job, options.timeout_s);
}

Status run_jobs(const std::string& what, const JobsOptions& options) try {
  watch_signals();
  HttpCall http(options.server);
  if (what == "show") return show_job(http, options);
  if (what == "plan") return show_plan(http, options);
  if (what == "stop") return stop_job(http, options);
  return list_jobs(http, options);
} catch (const Json::exception&) {
  return fail(Code::corrupt, "{} answers in another form than an azud", options.server);
}

}  // namespace

CommandRun define_jobs(CLI::App& app) {
  auto options = std::make_shared<JobsOptions>();
  app.require_subcommand(0, 1);
  app.add_option("--server", options->server, "the page's address of a running azud")->capture_default_str();
  app.add_flag("--json", options->json, "print what the server answers instead of tables");
  const auto named = [&](const char* name, const char* summary) {
    CLI::App* sub = app.add_subcommand(name, summary);
    sub->fallthrough();
    sub->add_option("job", options->job, "the job's name")->required();
    return sub;
  };
  app.add_subcommand("list", "all jobs: state, commits, how far they are behind (default)")->fallthrough();
  named("show", "one job: its operators with rates and watermarks, its sources by partition");
  named("plan", "the plan that a job runs, as EXPLAIN shows it");
  named("stop", "stop a job after a last commit; its state stays in the log under its name")
      ->add_option("--timeout", options->timeout_s, "seconds to wait for its end")
      ->capture_default_str();
  app.footer(
      "A job of the configuration file that was stopped runs again after the next start of azud, from where it "
      "stopped.\n"
      "Jobs are submitted with azud sql --server URL -f FILE: each INSERT or statement set becomes one.");
  return [&app, options] {
    const auto chosen = app.get_subcommands();
    const std::string name = chosen.empty() ? "list" : chosen.front()->get_name();
    return report("jobs " + name, run_jobs(name, *options));
  };
}

}  // namespace azud::app
