#include "app/command/report.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>

#include <fmt/format.h>

namespace azud::app {
namespace {

std::atomic<bool> stop{false};

}  // namespace

int report(std::string_view command, const Status& status) {
  if (status) return exit_ok;
  fmt::print(stderr, "azud {}: {}\n", command, status.error().to_text());
  return status.error().code() == Code::invalid ? exit_usage : exit_failed;
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      const bool last = c + 1 == row.size();
      out += last ? row[c] + "\n" : fmt::format("{:<{}}  ", row[c], widths[c]);
    }
  }
  return out;
}

bool stop_requested() { return stop.load(std::memory_order_relaxed); }

void watch_signals() {
  const auto note = [](int) { stop.store(true, std::memory_order_relaxed); };
  std::signal(SIGINT, note);
  std::signal(SIGTERM, note);
}

}  // namespace azud::app
