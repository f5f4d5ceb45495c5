#include "web/live/subscriber.h"

#include <algorithm>
#include <charconv>

namespace azud::web {

namespace {

/// "15m" in milliseconds.
std::optional<int64_t> parse_last(std::string_view text) {
  int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || count <= 0 || count > 100'000 || end + 1 != text.data() + text.size())
    return std::nullopt;
  switch (*end) {
    case 's': return count * 1000;
    case 'm': return count * 60'000;
    case 'h': return count * 3'600'000;
    case 'd': return count * 86'400'000;
    default: return std::nullopt;
  }
}

Result<TimeRange> read_range(const Json& range) {
  constexpr int64_t hour_ms = 3'600'000;
  if (range.is_null()) return TimeRange{.last_ms = hour_ms};
  if (range.is_object() && range.contains("last") && range["last"].is_string()) {
    if (const auto last = parse_last(range["last"].get<std::string>())) return TimeRange{.last_ms = *last};
  } else if (range.is_object() && range.contains("from") && range.contains("to") && range["from"].is_number() &&
             range["to"].is_number()) {
    const TimeRange out{
        .last_ms = std::nullopt, .from = range["from"].get<int64_t>(), .to = range["to"].get<int64_t>()};
    if (out.from < out.to) return out;
  }
  return fail(Code::invalid,
              "range is {{\"last\":\"15m\"}} (s, m, h, d), or {{\"from\",\"to\"}} in milliseconds with from < to");
}

}  // namespace

Result<SubscribeOptions> read_subscribe_options(const Json& frame) {
  SubscribeOptions out;
  TRY_ASSIGN(out.request.range, read_range(frame.value("range", Json())));
  const Json width = frame.value("width", Json(1000));
  if (!width.is_number()) return fail(Code::invalid, "width is a number of pixels");
  out.request.width = static_cast<int>(std::clamp<double>(width.get<double>(), 50, 10'000));
  if (const auto resume = frame.find("resume"); resume != frame.end() && resume->is_object()) {
    const Json epoch = resume->value("epoch", Json()), seq = resume->value("seq", Json());
    if (epoch.is_string() && seq.is_number_unsigned())
      out.resume = ResumePoint{epoch.get<std::string>(), seq.get<uint64_t>()};
  }
  return out;
}

std::string error_frame(std::string_view id, const Error& error) {
  Json frame = {{"op", "error"}};
  if (!id.empty()) frame["id"] = id;
  frame.update(to_json(error));
  return to_text(frame);
}

std::string status_frame(std::string_view id, std::string_view state, std::string_view message) {
  Json frame = {{"op", "status"}, {"id", id}, {"state", state}};
  if (!message.empty()) frame["message"] = message;
  return to_text(frame);
}

std::string clock_frame(std::string_view op, TimestampMs now) {
  return fmt::format("{{\"op\":\"{}\",\"now\":{}}}", op, now);
}

}  // namespace azud::web
