#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/endian.h"
#include "base/strong.h"
#include "log/ids.h"

namespace azud::log {

// A structure that is stored has one function `fields(structure, f)` that shows its fields to `f` in order and stops
// when f says false. These three measure, write and read what it shows: numbers little-endian, text and bytes after a
// u32 length, lists and maps after a u32 count, nested structures field by field.

struct MeasureFields {
  std::size_t size = 0;

  template <class Tag, class T>
  bool operator()(const Strong<Tag, T>&) {
    size += sizeof(T);
    return true;
  }
  template <std::integral T>
  bool operator()(const T&) {
    size += sizeof(T);
    return true;
  }
  bool operator()(const TopicId& id) {
    size += id.bytes.size();
    return true;
  }
  bool operator()(ByteView bytes) {
    size += 4 + bytes.size();
    return true;
  }
  bool operator()(const std::map<std::string, std::string>& map) {
    size += 4;
    for (const auto& [key, value] : map) size += 8 + key.size() + value.size();
    return true;
  }
};

/// Writes where there is room for what MeasureFields says.
struct WriteFields {
  char* to;

  template <class Tag, class T>
  bool operator()(const Strong<Tag, T>& value) {
    return (*this)(value.value());
  }
  template <std::integral T>
  bool operator()(const T& value) {
    store_little(to, value);
    to += sizeof(T);
    return true;
  }
  bool operator()(const TopicId& id) {
    std::memcpy(to, id.bytes.data(), id.bytes.size());
    to += id.bytes.size();
    return true;
  }
  bool operator()(ByteView bytes) {
    (*this)(static_cast<uint32_t>(bytes.size()));
    if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
    to += bytes.size();
    return true;
  }
  bool operator()(const std::map<std::string, std::string>& map) {
    (*this)(static_cast<uint32_t>(map.size()));
    for (const auto& [key, value] : map) {
      (*this)(ByteView(key));
      (*this)(ByteView(value));
    }
    return true;
  }
};

/// Writes at the end of a string.
struct AppendFields {
  std::string& out;

  template <class Tag, class T>
  bool operator()(const Strong<Tag, T>& value) {
    return (*this)(value.value());
  }
  template <std::integral T>
  bool operator()(const T& value) {
    append_little<T>(out, value);
    return true;
  }
  bool operator()(const TopicId& id) {
    out.append(reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size());
    return true;
  }
  bool operator()(ByteView bytes) {
    append_little<uint32_t>(out, static_cast<uint32_t>(bytes.size()));
    out += bytes;
    return true;
  }
  bool operator()(const SharedBytes& bytes) { return (*this)(bytes.view()); }
  bool operator()(const std::map<std::string, std::string>& map) {
    append_little<uint32_t>(out, static_cast<uint32_t>(map.size()));
    for (const auto& [key, value] : map) {
      (*this)(ByteView(key));
      (*this)(ByteView(value));
    }
    return true;
  }
  template <class T>
  bool operator()(std::vector<T>& list) {
    append_little<uint32_t>(out, static_cast<uint32_t>(list.size()));
    for (T& each : list) fields(each, *this);
    return true;
  }
};

/// False as soon as the bytes end too early. Views are into the bytes.
struct ReadFields {
  ByteView& rest;

  template <class Tag, class T>
  bool operator()(Strong<Tag, T>& value) {
    T plain;
    if (!(*this)(plain)) return false;
    value = Strong<Tag, T>(plain);
    return true;
  }
  template <std::integral T>
  bool operator()(T& value) {
    if (rest.size() < sizeof(T)) return false;
    value = load_little<T>(rest.data());
    rest.remove_prefix(sizeof(T));
    return true;
  }
  bool operator()(TopicId& id) {
    if (rest.size() < id.bytes.size()) return false;
    std::memcpy(id.bytes.data(), rest.data(), id.bytes.size());
    rest.remove_prefix(id.bytes.size());
    return true;
  }
  bool operator()(ByteView& bytes) {
    uint32_t size;
    if (!(*this)(size) || rest.size() < size) return false;
    bytes = rest.substr(0, size);
    rest.remove_prefix(size);
    return true;
  }
  bool operator()(SharedBytes& bytes) {
    ByteView view;
    if (!(*this)(view)) return false;
    bytes = SharedBytes::own(std::string(view));
    return true;
  }
  bool operator()(std::string& text) {
    ByteView view;
    if (!(*this)(view)) return false;
    text = view;
    return true;
  }
  bool operator()(std::map<std::string, std::string>& map) {
    uint32_t count;
    if (!(*this)(count)) return false;
    for (; count > 0; --count) {
      ByteView key, value;
      if (!(*this)(key) || !(*this)(value)) return false;
      map.emplace(key, value);
    }
    return true;
  }
  template <class T>
  bool operator()(std::vector<T>& list) {
    uint32_t count;
    if (!(*this)(count)) return false;
    for (; count > 0; --count) {
      if (!fields(list.emplace_back(), *this)) return false;
    }
    return true;
  }
};

}  // namespace azud::log
