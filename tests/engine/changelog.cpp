#include "changelog.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace azud::engine {

Changelog sorted(Changelog rows) {
  std::ranges::sort(rows);
  return rows;
}

std::vector<std::string> values_of(const std::string& row) {
  std::vector<std::string> values(1);
  int depth = 0;
  const std::size_t begin = row.find('[') + 1;
  for (std::size_t i = begin; i + 1 < row.size(); ++i) {
    const char c = row[i];
    if (c == '[' || c == '{' || c == '(') ++depth;
    if (c == ']' || c == '}' || c == ')') --depth;
    if (depth == 0 && c == ',' && row[i + 1] == ' ') {
      values.emplace_back();
      ++i;
    } else {
      values.back() += c;
    }
  }
  return values;
}

Changelog folded(const Changelog& rows, const std::vector<int>& key) {
  std::multimap<std::string, std::string> table;
  Changelog wrong;
  for (const std::string& row : rows) {
    const std::string kind = row.substr(0, 2), values = row.substr(2);
    std::string of = values;
    if (!key.empty()) {
      of.clear();
      const std::vector<std::string> parts = values_of(row);
      for (const int place : key) of += parts[static_cast<std::size_t>(place)] + "\x1f";
    }
    if (kind == "+I" || kind == "+U") {
      if (!key.empty()) table.erase(of);
      table.emplace(of, values);
      continue;
    }
    if (!key.empty()) {
      if (kind == "-D") table.erase(of);
      continue;
    }
    const auto there = table.find(of);
    if (there == table.end())
      wrong.push_back("? " + row);
    else
      table.erase(there);
  }
  Changelog left;
  for (const auto& [of, values] : table) left.push_back(values);
  left = sorted(std::move(left));
  left.insert(left.end(), wrong.begin(), wrong.end());
  return left;
}

std::string difference(const Changelog& expected, const Changelog& got) {
  const Changelog a = sorted(expected), b = sorted(got);
  Changelog missing, more;
  std::ranges::set_difference(a, b, std::back_inserter(missing));
  std::ranges::set_difference(b, a, std::back_inserter(more));
  std::string out;
  for (const std::string& line : missing) out += "- " + line + "\n";
  for (const std::string& line : more) out += "+ " + line + "\n";
  return out;
}

}  // namespace azud::engine
