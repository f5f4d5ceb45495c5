#include "app/command/result_view.h"

#include <algorithm>
#include <iostream>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/command/report.h"

namespace azud::app {
namespace {

constexpr auto draw_every = std::chrono::milliseconds(200);
constexpr std::size_t rows_held_max = 100'000;

std::size_t terminal_lines() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 4 ? size.ws_row : 24;
}

}  // namespace

ResultView::ResultView(std::vector<std::string> columns, bool changelog)
    : columns_(std::move(columns)), table_(!changelog && ::isatty(STDOUT_FILENO) != 0) {}

void ResultView::change(const std::string& kind, std::vector<std::string> fields) {
  if (!table_) {
    std::cout << kind << fmt::format("[{}]\n", fmt::join(fields, ", "));
    return;
  }
  changed_ = true;
  if (kind == "+I" || kind == "+U") {
    rows_.push_back(std::move(fields));
    if (rows_.size() > rows_held_max) rows_.erase(rows_.begin());
  } else if (const auto found = std::find(rows_.rbegin(), rows_.rend(), fields); found != rows_.rend()) {
    rows_.erase(std::next(found).base());
  }
}

void ResultView::show(bool at_once) {
  if (!table_) {
    std::cout << std::flush;
    return;
  }
  const auto now = std::chrono::steady_clock::now();
  if (!changed_ || (!at_once && now - drawn_at_ < draw_every)) return;
  drawn_at_ = now;
  changed_ = false;
  if (lines_drawn_ > 0) std::cout << fmt::format("\x1b[{}A\x1b[J", lines_drawn_);
  const std::size_t shown = std::min(rows_.size(), terminal_lines() - 3);
  std::vector<std::vector<std::string>> lines{columns_};
  lines.insert(lines.end(), rows_.end() - static_cast<std::ptrdiff_t>(shown), rows_.end());
  std::cout << table(lines)
            << fmt::format("{} rows{}\n", rows_.size(), shown < rows_.size() ? ", the last ones shown" : "")
            << std::flush;
  lines_drawn_ = lines.size() + 1;
}

}  // namespace azud::app
