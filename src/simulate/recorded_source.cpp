#include "simulate/recorded_source.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/parse_number.h"

namespace azud::simulate {

namespace {

/// Takes the text up to `end` off `rest`, and the mark with it; nothing when the mark is missing.
std::optional<std::string_view> take_until(char end, std::string_view& rest) {
  const std::size_t place = rest.find(end);
  if (place == std::string_view::npos) return std::nullopt;
  const std::string_view taken = rest.substr(0, place);
  rest.remove_prefix(place + 1);
  return taken;
}

/// The number of `name` in `numbers`, a new one if it is met for the first time.
uint32_t number_of(std::string_view name, std::map<std::string, uint32_t, std::less<>>& numbers) {
  const auto found = numbers.find(name);
  if (found != numbers.end()) return found->second;
  return numbers.emplace(name, static_cast<uint32_t>(numbers.size())).first->second;
}

}  // namespace

Result<std::unique_ptr<RecordedSource>> RecordedSource::read(std::string_view text) {
  auto source = std::make_unique<RecordedSource>();
  std::map<std::string, uint32_t, std::less<>> topics;
  std::map<std::string, uint32_t, std::less<>> keys;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto time_text = take_until('\t', line);
    const auto topic = take_until('\t', line);
    const auto key = take_until('\t', line);
    const auto time = parse_number<TimestampMs>(time_text.value_or(""));
    if (!key || !time) {
      return fail(Code::invalid, "line {}: expected time in ms, topic, key and value with tabs between them", number);
    }
    source->lines_.push_back({.topic = number_of(*topic, topics),
                              .key_slot = number_of(*key, keys),
                              .key = std::string(*key),
                              .value = std::string(line),
                              .nominal_ms = *time});
  }
  source->key_slots_ = static_cast<uint32_t>(keys.size());
  source->topics_.resize(topics.size());
  for (const auto& [name, number] : topics) source->topics_[number] = name;
  return source;
}

bool RecordedSource::next(Event& event) {
  if (next_ == lines_.size()) return false;
  const Line& line = lines_[next_++];
  event = {.topic = line.topic,
           .key_slot = line.key_slot,
           .key = line.key,
           .value = line.value,
           .nominal_ms = line.nominal_ms};
  return true;
}

}  // namespace azud::simulate
