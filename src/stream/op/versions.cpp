#include "stream/op/versions.h"

#include <algorithm>

#include "base/varint.h"

namespace azud::stream {
namespace {

void write_version(StateWriter& writer, char tag, ByteView key, TimestampMs time, ByteView row) {
  std::string payload(1, tag);
  append_sized(payload, key);
  append_varint(payload, zigzag(time));
  payload.append(row);
  writer.entry(key_group_of(data::stable_hash(key)), payload);
}

}  // namespace

void Versions::set(ByteView key, TimestampMs time, ByteView row) {
  auto at = keys_.find(key);
  if (at == keys_.end()) {
    at = keys_.emplace(std::string(key), std::vector<Version>()).first;
    bytes_ += key.size() + sizeof(Version);
  }
  auto& versions = at->second;
  const auto place = std::ranges::lower_bound(versions, time, {}, &Version::time);
  if (place != versions.end() && place->time == time) {
    bytes_ -= place->row.size();
    place->row = row;
  } else {
    versions.insert(place, {time, std::string(row)});
  }
  if (versions.size() == 2 || row.empty()) expiring_.emplace_back(key);
  bytes_ += row.size();
  changes_.push_back({std::string(key), time});
  if (time != versions.back().time)
    newest_.insert_or_assign(key, time);
  else if (!newest_.empty())
    newest_.erase(key);
}

TimestampMs Versions::newest_time(ByteView key) const {
  const auto found = keys_.find(key);
  return found == keys_.end() ? timestamp_min : found->second.back().time;
}

void Versions::remove_newest(ByteView key) {
  const auto found = keys_.find(key);
  if (found == keys_.end()) return;
  const auto newest = newest_.find(key);
  set(key, newest == newest_.end() ? found->second.back().time : newest->second, {});
}

ByteView Versions::at(ByteView key, TimestampMs time, TimestampMs watermark) const {
  const auto found = keys_.find(key);
  if (found == keys_.end()) return {};
  const auto after = std::ranges::upper_bound(found->second, time, {}, &Version::time);
  if (after == found->second.begin()) return {};
  const bool expired = watermark > time && after != found->second.end() && after->time <= watermark;
  return expired ? ByteView() : ByteView(std::prev(after)->row);
}

void Versions::expire(TimestampMs watermark) {
  std::erase_if(expiring_, [&](const std::string& key) {
    const auto found = keys_.find(key);
    if (found == keys_.end()) return true;
    auto& versions = found->second;
    const auto after = std::ranges::upper_bound(versions, watermark, {}, &Version::time);
    if (after != versions.begin()) {
      for (auto gone = versions.begin(); gone != std::prev(after); ++gone) bytes_ -= gone->row.size();
      versions.erase(versions.begin(), std::prev(after));
    }
    if (versions.size() > 1 || !versions.front().row.empty()) return versions.size() < 2;
    if (versions.front().time > watermark) return false;
    bytes_ -= key.size() + sizeof(Version);
    newest_.erase(key);
    keys_.erase(found);
    return true;
  });
}

void Versions::write_changes(StateWriter& writer, char tag) {
  for (const Change& change : changes_) {
    const auto found = keys_.find(change.key);
    if (found == keys_.end()) {  // its delete has expired already; what was written before must go with it
      write_version(writer, tag, change.key, change.time, {});
      continue;
    }
    const auto& versions = found->second;
    const auto version = std::ranges::lower_bound(versions, change.time, {}, &Version::time);
    if (version != versions.end() && version->time == change.time)
      write_version(writer, tag, change.key, change.time, version->row);
  }
  changes_.clear();
}

void Versions::write_all(StateWriter& writer, char tag) {
  for (const auto& [key, versions] : keys_) {
    const auto newest = newest_.find(key);
    const TimestampMs last = newest == newest_.end() ? versions.back().time : newest->second;
    for (const Version& version : versions)
      if (version.time != last) write_version(writer, tag, key, version.time, version.row);
    const auto version = std::ranges::lower_bound(versions, last, {}, &Version::time);
    if (version != versions.end() && version->time == last) write_version(writer, tag, key, last, version->row);
  }
  changes_.clear();
}

Status Versions::read(ByteView payload) {
  ByteView key;
  uint64_t time = 0;
  if (!take_sized(payload, key)) return fail(Code::corrupt, "a version's key breaks off");
  if (!take_varint(payload, time)) return fail(Code::corrupt, "a version's time breaks off");
  set(key, unzigzag(time), payload);
  changes_.pop_back();
  return {};
}

}  // namespace azud::stream
