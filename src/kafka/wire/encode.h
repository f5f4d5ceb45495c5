#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/bytes.h"
#include "kafka/wire/field.h"
#include "kafka/wire/writer.h"

namespace azud::kafka {

/// Writes described structures into `Sink`, a Writer or a SizeCounter. What has no place in the version is left out; a
/// value that may not be null in it is written empty.
template <class Sink>
class Encoder {
 public:
  Encoder(Sink& sink, int16_t version, bool flexible) : sink_(sink), version_(version), flexible_(flexible) {}

  template <class T>
  void field(std::string_view /*name*/, const T& value, Field f = {}) {
    if (f.versions.has(version_)) put(value, f.is_nullable(version_));
  }
  template <class... Rest>
  void tagged(uint32_t /*tag*/, std::string_view /*name*/, const auto& /*value*/, Field /*f*/, Rest&&...) {}

  template <Described T>
  void put_structure(const T& m) {
    T::visit(m, *this);
    if (flexible_) put_tagged_fields(m);
  }

 private:
  struct TagCounter {
    int16_t version;
    uint32_t count = 0;
    void field(std::string_view, const auto&, Field = {}) {}
    template <class T>
    void tagged(uint32_t /*tag*/, std::string_view /*name*/, const T& value, Field f, const T& fallback = {}) {
      if (f.versions.has(version) && is_set(value, fallback)) ++count;
    }
  };
  struct TagWriter {
    Encoder& outer;
    void field(std::string_view, const auto&, Field = {}) {}
    template <class T>
    void tagged(uint32_t tag, std::string_view /*name*/, const T& value, Field f, const T& fallback = {}) {
      if (f.versions.has(outer.version_) && is_set(value, fallback)) outer.put_tagged(tag, value);
    }
  };

  /// Tagged fields stand in the message only if they say something.
  template <class T>
  static bool is_set(const T& value, const T& fallback) {
    if constexpr (requires { value.has_value(); }) {
      return value.has_value();
    } else if constexpr (requires { value.empty(); }) {
      return !value.empty();
    } else {
      return value != fallback;
    }
  }

  template <Described T>
  void put_tagged_fields(const T& m) {
    TagCounter counter{version_};
    T::visit(m, counter);
    sink_.put_varint(counter.count);
    if (counter.count == 0) return;
    TagWriter writer{*this};
    T::visit(m, writer);
  }

  template <class T>
  void put_tagged(uint32_t tag, const T& value) {
    SizeCounter counter;
    Encoder<SizeCounter>(counter, version_, flexible_).put_present(value);
    sink_.put_varint(tag);
    sink_.put_varint(counter.size());
    put_present(value);
  }

  template <class>
  friend class Encoder;

  /// A tagged value is there or not, so an optional structure has no byte that says so; a nullable string is written as
  /// such.
  template <class T>
  void put_present(const T& value) {
    put(value, true);
  }
  template <Described T>
  void put_present(const std::optional<T>& value) {
    put_structure(*value);
  }

  void put_short_length(std::size_t size) {
    if (flexible_) {
      sink_.put_varint(size + 1);
    } else {
      sink_.put_int(static_cast<int16_t>(size));
    }
  }
  void put_length(std::size_t size) {
    if (flexible_) {
      sink_.put_varint(size + 1);
    } else {
      sink_.put_int(static_cast<int32_t>(size));
    }
  }
  void put_null_length(bool is_short) {
    if (flexible_) {
      sink_.put_varint(0);
    } else if (is_short) {
      sink_.put_int(int16_t{-1});
    } else {
      sink_.put_int(int32_t{-1});
    }
  }

  template <class T>
    requires std::is_arithmetic_v<T>
  void put(T value, bool) {
    if constexpr (std::is_same_v<T, bool>) {
      sink_.put_int(static_cast<int8_t>(value));
    } else {
      static_assert(std::is_integral_v<T>, "no message has another kind of number");
      sink_.put_int(value);
    }
  }
  template <class T>
    requires std::is_enum_v<T>
  void put(T value, bool) {
    sink_.put_int(static_cast<std::underlying_type_t<T>>(value));
  }
  void put(const Uuid& value, bool) {
    sink_.put_bytes({reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size()});
  }
  void put(const std::string& value, bool) {
    // Names longer than a plain length can say exist only where a message of ours is at fault: cut, never misread.
    const std::string_view cut = std::string_view(value).substr(0, flexible_ ? value.npos : 0x7fff);
    put_short_length(cut.size());
    sink_.put_bytes(cut);
  }
  void put(const SharedBytes& value, bool) {
    put_length(value.size());
    sink_.put_bytes(value.view());
  }
  void put(const Records& value, bool) {
    put_length(value.size());
    sink_.put_records(value);
  }
  template <Described T>
  void put(const T& value, bool) {
    put_structure(value);
  }
  template <class T>
  void put(const std::vector<T>& values, bool) {
    put_length(values.size());
    for (const T& value : values) put(value, false);
  }
  template <class T>
  void put(const std::optional<T>& value, bool nullable) {
    if constexpr (Described<T>) {
      if (nullable) sink_.put_int(int8_t{value ? int8_t{1} : int8_t{-1}});
      if (value || !nullable) put(value ? *value : T{}, false);
    } else if (value) {
      put(*value, false);
    } else if (nullable) {
      put_null_length(std::is_same_v<T, std::string>);
    } else {
      put(T{}, false);
    }
  }

  Sink& sink_;
  int16_t version_;
  bool flexible_;
};

/// Bytes of `message` in `version`, without header.
template <Message M>
std::size_t encoded_size(const M& message, int16_t version) {
  SizeCounter counter;
  Encoder<SizeCounter>(counter, version, version >= M::info.flexible_since).put_structure(message);
  return counter.size();
}

/// Writes `message` in `version`, without header.
template <Message M>
void encode(const M& message, int16_t version, Writer& writer) {
  Encoder<Writer>(writer, version, version >= M::info.flexible_since).put_structure(message);
}

}  // namespace azud::kafka
