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
  set(key, newest_of(key, found->second), {});
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
  expired_to_ = std::max(expired_to_, watermark);
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

ByteView Versions::row_of(const std::vector<Version>& versions, TimestampMs time) {
  const auto version = std::ranges::lower_bound(versions, time, {}, &Version::time);
  return version != versions.end() && version->time == time ? ByteView(version->row) : ByteView();
}

TimestampMs Versions::newest_of(ByteView key, const std::vector<Version>& versions) const {
  const auto newest = newest_.find(key);
  return newest == newest_.end() ? versions.back().time : newest->second;
}

void Versions::write_changes(StateWriter& writer, char tag) {
  for (const Change& change : changes_) {
    const auto found = keys_.find(change.key);
    // A version that has gone is written as a delete where something hangs on it: what an earlier commit wrote of the
    // key, or which version came last. One that another has superseded needs nothing.
    const bool superseded = found != keys_.end() && change.time < found->second.front().time &&
                            found->second.front().time <= expired_to_ &&
                            change.time != newest_of(change.key, found->second);
    if (superseded) continue;
    const ByteView row = found == keys_.end() ? ByteView() : row_of(found->second, change.time);
    write_version(writer, tag, change.key, change.time, row);
  }
  changes_.clear();
}

void Versions::write_all(StateWriter& writer, char tag) {
  for (const auto& [key, versions] : keys_) {
    const TimestampMs last = newest_of(key, versions);
    for (const Version& version : versions)
      if (version.time != last) write_version(writer, tag, key, version.time, version.row);
    write_version(writer, tag, key, last, row_of(versions, last));
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
