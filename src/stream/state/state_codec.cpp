#include "stream/state/state_codec.h"

#include "base/varint.h"

namespace azud::stream {
namespace {

constexpr char version = 1;

void append_times(std::string& out, const std::map<std::string, TimestampMs>& times) {
  append_varint(out, times.size());
  for (const auto& [name, time] : times) {
    append_sized(out, name);
    append_varint(out, zigzag(time));
  }
}

void append_texts(std::string& out, const std::map<std::string, std::string>& texts) {
  append_varint(out, texts.size());
  for (const auto& [name, text] : texts) {
    append_sized(out, name);
    append_sized(out, text);
  }
}

bool take_times(ByteView& in, std::map<std::string, TimestampMs>& times) {
  uint64_t count = 0;
  if (!take_varint(in, count)) return false;
  for (; count > 0; --count) {
    ByteView name;
    uint64_t time = 0;
    if (!take_sized(in, name) || !take_varint(in, time)) return false;
    times[std::string(name)] = unzigzag(time);
  }
  return true;
}

template <class Text>
bool take_texts(ByteView& in, std::map<std::string, Text>& texts) {
  uint64_t count = 0;
  if (!take_varint(in, count)) return false;
  for (; count > 0; --count) {
    ByteView name, text;
    if (!take_sized(in, name) || !take_sized(in, text)) return false;
    texts[std::string(name)] = Text(text);
  }
  return true;
}

}  // namespace

std::string encode(const JobState& state) {
  std::string out(1, version);
  append_texts(out, state.positions);
  append_times(out, state.splits);
  append_times(out, state.watermarks);
  append_texts(out, state.entries);
  return out;
}

Result<JobStateView> decode_job_state(ByteView bytes) {
  JobStateView state;
  if (bytes.empty() || bytes.front() != version)
    return fail(Code::corrupt, "the state of a job is not of version {}", int{version});
  bytes.remove_prefix(1);
  if (!take_texts(bytes, state.positions) || !take_times(bytes, state.splits) || !take_times(bytes, state.watermarks) ||
      !take_texts(bytes, state.entries) || !bytes.empty())
    return fail(Code::corrupt, "the state of a job breaks off");
  return state;
}

Result<std::optional<StateReader::Entry>> StateReader::next() {
  if (left_.empty()) return std::nullopt;
  uint64_t group = 0;
  ByteView payload;
  if (!take_varint(left_, group) || group >= key_group_count || !take_sized(left_, payload))
    return fail(Code::corrupt, "an entry of a job's state breaks off");
  return Entry{static_cast<KeyGroup>(group), payload};
}

}  // namespace azud::stream
