#include "config/document.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <set>
#include <span>
#include <sstream>

#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include "base/parse_number.h"

namespace azud::config {

struct Node::Impl {
  std::shared_ptr<const std::string> file;
  YAML::Node yaml;
};

namespace {

struct Unit {
  std::string_view name;
  double factor;
};
constexpr std::array<Unit, 5> duration_units{{{"ms", 1}, {"s", 1e3}, {"m", 60e3}, {"h", 3600e3}, {"d", 86400e3}}};
constexpr std::array<Unit, 9> byte_units{{{"B", 1},
                                          {"KiB", 1024},
                                          {"MiB", 1048576},
                                          {"GiB", 1073741824.0},
                                          {"TiB", 1099511627776.0},
                                          {"KB", 1e3},
                                          {"MB", 1e6},
                                          {"GB", 1e9},
                                          {"TB", 1e12}}};

/// A number with one of `units`; no unit means the first one.
std::optional<int64_t> quantity(std::string_view text, std::span<const Unit> units) {
  double amount = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
  if (error != std::errc() || amount < 0) return std::nullopt;
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  for (const Unit& known : units)
    if (unit == known.name || (unit.empty() && known.factor == 1)) {
      const double scaled = amount * known.factor;
      if (scaled > 9e18) return std::nullopt;
      return static_cast<int64_t>(scaled);
    }
  return std::nullopt;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string suggest(std::string_view wrong, std::span<const std::string_view> allowed) {
  const auto nearest =
      std::ranges::min_element(allowed, {}, [&](std::string_view name) { return edit_distance(wrong, name); });
  const bool close = nearest != allowed.end() && edit_distance(wrong, *nearest) <= 2;
  return fmt::format("{}allowed: {}", close ? fmt::format("did you mean \"{}\"? ", *nearest) : "",
                     fmt::join(allowed, ", "));
}

std::string_view kind_of(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Scalar: return "a value";
    case YAML::NodeType::Sequence: return "a list";
    case YAML::NodeType::Map: return "a mapping";
    default: return "nothing";
  }
}

}  // namespace

Result<Node> Node::load(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) return fail(Code::not_found, "cannot read the configuration file {}", file.string());
  return parse(text.str(), file.string());
}

Result<Node> Node::parse(const std::string& text, std::string name) {
  try {
    return Node(
        std::make_shared<const Impl>(Impl{std::make_shared<const std::string>(std::move(name)), YAML::Load(text)}));
  } catch (const YAML::Exception& e) {
    return fail(Code::invalid, "{}:{}:{}: {}", name, e.mark.line + 1, e.mark.column + 1, e.msg);
  }
}

std::string Node::place() const {
  const YAML::Mark mark = impl_->yaml.Mark();
  return mark.is_null() ? *impl_->file : fmt::format("{}:{}:{}", *impl_->file, mark.line + 1, mark.column + 1);
}

std::unexpected<Error> Node::complain(std::string_view message, std::string hint) const {
  return std::unexpected(Error(Code::invalid, fmt::format("{}: {}", place(), message), std::move(hint)));
}

bool Node::is_null() const { return impl_->yaml.IsNull(); }
bool Node::is_list() const { return impl_->yaml.IsSequence(); }
bool Node::is_mapping() const { return impl_->yaml.IsMap(); }

Result<std::string> Node::text() const {
  if (!impl_->yaml.IsScalar()) return complain(fmt::format("a text is expected here, found {}", kind_of(impl_->yaml)));
  return impl_->yaml.Scalar();
}

Result<bool> Node::boolean() const {
  TRY_ASSIGN(const std::string word, text());
  if (word == "true") return true;
  if (word == "false") return false;
  return complain(fmt::format("true or false is expected here, found \"{}\"", word));
}

Result<int64_t> Node::integer(int64_t min, int64_t max) const {
  TRY_ASSIGN(const std::string digits, text());
  const auto value = parse_number<int64_t>(digits);
  if (!value || *value < min || *value > max)
    return complain(fmt::format("a whole number from {} to {} is expected here, found \"{}\"", min, max, digits));
  return *value;
}

Result<double> Node::number() const {
  TRY_ASSIGN(const std::string digits, text());
  const auto value = parse_number<double>(digits);
  if (!value) return complain(fmt::format("a number is expected here, found \"{}\"", digits));
  return *value;
}

Result<int64_t> Node::duration_ms(bool allow_unlimited) const {
  TRY_ASSIGN(const std::string word, text());
  if (allow_unlimited && word == "-1") return -1;
  if (const std::optional<int64_t> value = quantity(word, duration_units)) return *value;
  return complain(fmt::format("a duration is expected here, found \"{}\"", word),
                  fmt::format("write 250ms, 1s, 5m, 2h or 7d{}", allow_unlimited ? ", or -1 for no limit" : ""));
}

Result<int64_t> Node::bytes(bool allow_unlimited) const {
  TRY_ASSIGN(const std::string word, text());
  if (allow_unlimited && word == "-1") return -1;
  if (const std::optional<int64_t> value = quantity(word, byte_units)) return *value;
  return complain(fmt::format("a size is expected here, found \"{}\"", word),
                  fmt::format("write 512, 64KiB, 10MB or 1GiB{}", allow_unlimited ? ", or -1 for no limit" : ""));
}

Result<std::string> Node::choice(std::initializer_list<std::string_view> allowed) const {
  TRY_ASSIGN(std::string word, text());
  if (std::ranges::find(allowed, word) == allowed.end())
    return complain(fmt::format("\"{}\" is not allowed here", word),
                    suggest(word, std::span(allowed.begin(), allowed.size())));
  return word;
}

Result<std::vector<Node>> Node::list() const {
  if (!impl_->yaml.IsSequence())
    return complain(fmt::format("a list is expected here, found {}", kind_of(impl_->yaml)));
  std::vector<Node> items;
  for (const YAML::Node& item : impl_->yaml)
    items.push_back(Node(std::make_shared<const Impl>(Impl{impl_->file, item})));
  return items;
}

Result<std::vector<std::pair<std::string, Node>>> Node::entries() const {
  if (!impl_->yaml.IsMap()) return complain(fmt::format("a mapping is expected here, found {}", kind_of(impl_->yaml)));
  std::vector<std::pair<std::string, Node>> found;
  std::set<std::string> names;
  for (const auto& entry : impl_->yaml) {
    const Node name(std::make_shared<const Impl>(Impl{impl_->file, entry.first}));
    TRY_ASSIGN(std::string text, name.text());
    if (!names.insert(text).second) return name.complain(fmt::format("\"{}\" stands here a second time", text));
    found.emplace_back(std::move(text), Node(std::make_shared<const Impl>(Impl{impl_->file, entry.second})));
  }
  return found;
}

Result<Members> Node::members(std::initializer_list<std::string_view> allowed) const {
  TRY_ASSIGN(auto found, entries());
  for (const auto& entry : impl_->yaml) {
    const Node name(std::make_shared<const Impl>(Impl{impl_->file, entry.first}));
    const std::string& word = entry.first.Scalar();
    if (std::ranges::find(allowed, word) == allowed.end())
      return name.complain(fmt::format("unknown key \"{}\"", word),
                           suggest(word, std::span(allowed.begin(), allowed.size())));
  }
  return Members(*this, std::move(found));
}

std::optional<Node> Members::find(std::string_view name) const {
  for (const auto& [key, node] : entries_)
    if (key == name) return node;
  return std::nullopt;
}

Result<Node> Members::require(std::string_view name) const {
  if (std::optional<Node> node = find(name)) return *std::move(node);
  return mapping_.complain(fmt::format("\"{}\" is missing in this mapping", name));
}

}  // namespace azud::config
