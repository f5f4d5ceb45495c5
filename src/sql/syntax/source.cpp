#include "sql/syntax/source.h"

#include <algorithm>

namespace azud::sql {
namespace {

constexpr uint32_t excerpt_width_max = 160;

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

uint32_t count_characters(std::string_view text) {
  return static_cast<uint32_t>(std::ranges::count_if(text, [](char c) { return !continues_character(c); }));
}

}  // namespace

Source::Source(std::string name, std::string text) : name_(std::move(name)), text_(std::move(text)), line_begins_{0} {
  for (uint32_t i = 0; i < text_.size(); ++i)
    if (text_[i] == '\n') line_begins_.push_back(i + 1);
}

std::string_view Source::text(Place place) const {
  const auto begin = std::min<std::size_t>(place.begin, text_.size());
  const auto end = std::clamp<std::size_t>(place.end, begin, text_.size());
  return std::string_view(text_).substr(begin, end - begin);
}

Source::Location Source::location(uint32_t offset) const {
  const auto after = std::ranges::upper_bound(line_begins_, offset);
  const uint32_t line = static_cast<uint32_t>(after - line_begins_.begin());
  return {line, count_characters(text({line_begins_[line - 1], offset})) + 1};
}

std::string Source::show(Place place) const {
  const Location at = location(place.begin);
  return name_.empty() ? fmt::format("{}:{}", at.line, at.column) : fmt::format("{}:{}:{}", name_, at.line, at.column);
}

std::string Source::excerpt(Place place) const {
  const Location at = location(place.begin);
  uint32_t begin = line_begins_[at.line - 1];
  uint32_t end = at.line < line_begins_.size() ? line_begins_[at.line] - 1 : static_cast<uint32_t>(text_.size());
  if (end > begin && text_[end - 1] == '\r') --end;
  bool cut_left = false;
  if (place.begin - begin > excerpt_width_max / 2) {
    begin = place.begin - excerpt_width_max / 2;
    while (begin < place.begin && continues_character(text_[begin])) ++begin;
    cut_left = true;
  }
  if (end - begin > excerpt_width_max) {
    end = begin + excerpt_width_max;
    while (end > begin && continues_character(text_[end])) --end;
  }
  std::string shown(text({begin, end}));
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  const std::string margin = fmt::format("  {} | {}", at.line, cut_left ? "…" : "");
  const std::size_t indent = count_characters(margin) + count_characters(text({begin, std::max(begin, place.begin)}));
  return fmt::format("{}{}\n{}^", margin, shown, std::string(indent, ' '));
}

Error error_at(const Source& source, Place place, Code code, std::string_view message, std::string hint) {
  return Error(code, fmt::format("{}: {}\n{}", source.show(place), message, source.excerpt(place)), std::move(hint));
}

}  // namespace azud::sql
