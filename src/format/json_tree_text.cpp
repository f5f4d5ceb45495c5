#include "format/json_tree_text.h"

#include <cmath>
#include <unordered_map>
#include <utility>
#include <vector>

#include "data/number_parse.h"
#include "data/number_text.h"
#include "format/json_text.h"

namespace azud::format {
namespace {

constexpr int depth_max = 200;

/// Off the hot path: plain recursive descent over text that has been checked to be UTF-8.
class TreeWriter {
 public:
  TreeWriter(std::string_view raw, std::string& why) : rest_(raw), why_(why) {}

  bool write(std::string& out, int depth) {
    skip_spaces();
    if (rest_.empty()) return broken("it ends too early");
    if (depth > depth_max) return broken("it is nested too deep");
    switch (rest_.front()) {
      case '{': return write_object(out, depth);
      case '[': return write_array(out, depth);
      case '"': {
        std::string text;
        if (!take_string(text)) return false;
        append_string(out, text);
        return true;
      }
      default: return write_scalar(out);
    }
  }

 private:
  bool broken(std::string_view why) {
    why_ = why;
    return false;
  }
  void skip_spaces() {
    const std::size_t at = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at);
  }
  bool take(char c) {
    skip_spaces();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool take_string(std::string& text) {
    if (!take('"')) return broken("a name in quotes is missing");
    std::size_t end = 0;
    while (end < rest_.size() && rest_[end] != '"') end += rest_[end] == '\\' ? 2 : 1;
    if (end >= rest_.size()) return broken("a string has no end");
    if (!unescape_json(rest_.substr(0, end), text)) return broken("a string holds an unknown escape");
    rest_.remove_prefix(end + 1);
    return true;
  }

  /// As append_json_string, but nothing beyond ASCII is escaped here.
  static void append_string(std::string& out, std::string_view text) {
    std::size_t run = 0;
    out += '"';
    for (std::size_t at = 0; at < text.size(); ++at) {
      const auto c = static_cast<unsigned char>(text[at]);
      if (c >= ' ' && c != '"' && c != '\\') continue;
      out += text.substr(run, at - run);
      std::string escaped;
      append_json_string(escaped, text.substr(at, 1));
      out += std::string_view(escaped).substr(1, escaped.size() - 2);
      run = at + 1;
    }
    out.append(text.substr(run)) += '"';
  }

  bool write_scalar(std::string& out) {
    const std::size_t end = std::min(rest_.find_first_of(" \t\r\n,]}"), rest_.size());
    const std::string_view token = rest_.substr(0, end);
    rest_.remove_prefix(end);
    if (token == "true" || token == "false" || token == "null") {
      out += token;
      return true;
    }
    if (!is_json_number(token)) return broken("it holds a word that JSON does not know");
    if (token.find_first_of(".eE") == std::string_view::npos) {
      out += token == "-0" ? "0" : token;
      return true;
    }
    double value = 0;
    data::parse_double(token, value);
    const bool quoted = !std::isfinite(value);
    if (quoted) out += '"';
    data::append_double(out, value);
    if (quoted) out += '"';
    return true;
  }

  bool write_array(std::string& out, int depth) {
    take('[');
    out += '[';
    if (take(']')) {
      out += ']';
      return true;
    }
    while (true) {
      if (!write(out, depth + 1)) return false;
      if (take(']')) break;
      if (!take(',')) return broken("a comma or ] is missing");
      out += ',';
    }
    out += ']';
    return true;
  }

  bool write_object(std::string& out, int depth) {
    take('{');
    std::vector<std::pair<std::string, std::string>> entries;
    std::unordered_map<std::string, std::size_t> places;
    bool more = !take('}');
    while (more) {
      std::string key, value;
      if (!take_string(key)) return false;
      if (!take(':')) return broken("a colon is missing");
      if (!write(value, depth + 1)) return false;
      const auto [place, is_new] = places.try_emplace(key, entries.size());
      if (is_new)
        entries.emplace_back(std::move(key), std::move(value));
      else
        entries[place->second].second = std::move(value);
      more = !take('}');
      if (more && !take(',')) return broken("a comma or } is missing");
    }
    out += '{';
    for (const auto& [key, value] : entries) {
      if (&key != &entries.front().first) out += ',';
      append_string(out, key);
      out.append(":").append(value);
    }
    out += '}';
    return true;
  }

  std::string_view rest_;
  std::string& why_;
};

}  // namespace

bool append_json_tree(std::string_view raw, std::string& out, std::string& why) {
  return TreeWriter(raw, why).write(out, 0);
}

}  // namespace azud::format
