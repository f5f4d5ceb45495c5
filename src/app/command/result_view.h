#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace azud::app {

/// How the rows of a query are shown: as changelog lines, or as a table on the terminal that is drawn anew as it
/// changes.
class ResultView {
 public:
  /// `changelog`: lines, whatever standard output is; otherwise a terminal gets a table.
  ResultView(std::vector<std::string> columns, bool changelog);

  /// `kind`: "+I", "-U", "+U" or "-D".
  void change(const std::string& kind, std::vector<std::string> fields);
  /// Shows what has come; the table not more often than the eye can follow.
  void show(bool at_once = false);

 private:
  std::vector<std::string> columns_;
  bool table_;
  std::vector<std::vector<std::string>> rows_;
  std::size_t lines_drawn_ = 0;
  bool changed_ = true;
  std::chrono::steady_clock::time_point drawn_at_;
};

}  // namespace azud::app
