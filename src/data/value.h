#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "data/type.h"

namespace azud::data {

/// One value of any type, off the hot path: literals, defaults, tests. What the alternative means is told by the
/// DataType beside it (Storage): integers, dates and times are int64_t, CHAR and BYTES are string, ROW, ARRAY are the
/// list of their values, MAP and MULTISET the list key, value, key, value …
class Value {
 public:
  using List = std::vector<Value>;
  using Any = std::variant<std::monostate, int64_t, double, Int128, std::string, List>;

  Value() = default;  ///< NULL
  Value(bool v) : any_(static_cast<int64_t>(v)) {}
  Value(int v) : any_(static_cast<int64_t>(v)) {}
  Value(int64_t v) : any_(v) {}
  Value(double v) : any_(v) {}
  Value(Int128 v) : any_(v) {}
  Value(std::string v) : any_(std::move(v)) {}
  Value(std::string_view v) : any_(std::string(v)) {}
  Value(const char* v) : any_(std::string(v)) {}
  Value(List v) : any_(std::move(v)) {}

  bool is_null() const { return any_.index() == 0; }
  bool as_bool() const { return as_int() != 0; }
  int64_t as_int() const { return std::get<int64_t>(any_); }
  double as_double() const { return std::get<double>(any_); }
  Int128 as_decimal() const { return std::get<Int128>(any_); }
  const std::string& as_text() const { return std::get<std::string>(any_); }
  const List& as_list() const { return std::get<List>(any_); }
  const Any& any() const { return any_; }

  bool operator==(const Value&) const = default;

 private:
  Any any_;
};

}  // namespace azud::data
