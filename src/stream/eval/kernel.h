#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/result.h"
#include "base/time.h"
#include "data/builder.h"
#include "data/column.h"
#include "sql/plan/expression.h"
#include "stream/eval/frame.h"
#include "stream/eval/zone.h"

namespace azud::stream {

/// What expressions take from the job's settings.
struct EvalSettings {
  Zone zone;  ///< table.local-time-zone
};

/// One argument of a call: a column of the call's rows, or one value for all of them.
struct Operand {
  data::ColumnPtr column;
  bool constant = false;  ///< `column` has one row

  bool always_null() const { return constant && (column->is_null(0) || column->type().kind() == data::TypeKind::null); }
  bool has_nulls() const { return column->has_nulls() || column->type().kind() == data::TypeKind::null; }
};

/// An argument's values by row, constant or not.
template <class T>
class View {
 public:
  explicit View(const Operand& operand)
      : data_(operand.column->values<T>().data()),
        valid_(operand.column->has_nulls() ? operand.column->valid().data() : nullptr),
        mask_(operand.constant ? 0 : ~std::size_t{0}) {}

  const T& operator[](std::size_t row) const { return data_[row & mask_]; }
  bool is_null(std::size_t row) const { return valid_ != nullptr && valid_[row & mask_] == 0; }
  bool constant() const { return mask_ == 0; }
  const T* data() const { return data_; }

 private:
  const T* data_;
  const uint8_t* valid_;
  std::size_t mask_;
};

/// A call of a function for the rows of a frame.
struct Call {
  const sql::Expression& expression;
  std::span<const Operand> args;
  std::size_t rows;
  Frame& frame;

  template <class T>
  View<T> view(std::size_t arg) const {
    return View<T>(args[arg]);
  }
  const data::DataType& type() const { return expression.type; }
  const data::DataType& arg_type(std::size_t arg) const { return expression.arguments[arg]->type; }

  /// The error of row `row`; the row is remembered for the message.
  template <class... Args>
  std::unexpected<Error> fail_at(std::size_t row, fmt::format_string<Args...> format, Args&&... values) const {
    frame.note_failed(row);
    return fail(Code::invalid, format, std::forward<Args>(values)...);
  }
};

/// One validity byte a row: 0 where any argument is NULL; empty if none is.
std::vector<uint8_t> strict_validity(const Call& call);

/// Collects the result of a call, NULL where any argument is. Values start as T{}.
template <class T>
class Out {
 public:
  explicit Out(const Call& call) : Out(call, strict_validity(call)) {}
  Out(const Call& call, std::vector<uint8_t> valid)
      : type_(call.type()), values_(call.rows), valid_(std::move(valid)) {}

  std::size_t rows() const { return values_.size(); }
  /// NULL by an argument: the function is not asked.
  bool skip(std::size_t row) const { return !valid_.empty() && valid_[row] == 0; }
  T& operator[](std::size_t row) { return values_[row]; }
  T* data() { return values_.data(); }
  void set_null(std::size_t row) {
    if (valid_.empty()) valid_.assign(values_.size(), 1);
    valid_[row] = 0;
    values_[row] = T{};
  }
  data::ColumnPtr finish(data::Column::Owners owners = {}) {
    const std::size_t size = values_.size();
    return std::make_shared<data::Column>(type_, size, std::move(values_), std::move(valid_), std::move(owners));
  }

 private:
  data::DataType type_;
  std::vector<T> values_;
  std::vector<uint8_t> valid_;
};

/// The same for text: views into arguments, or copies in an arena of its own.
class TextOut {
 public:
  explicit TextOut(const Call& call) : out_(call), room_(call.frame.made()) {}
  TextOut(const Call& call, std::vector<uint8_t> valid) : out_(call, std::move(valid)), room_(call.frame.made()) {}

  std::size_t rows() const { return out_.rows(); }
  bool skip(std::size_t row) const { return out_.skip(row); }
  void set_null(std::size_t row) { out_.set_null(row); }
  /// False if there is no room for it: the call fails, go no further.
  bool copy(std::size_t row, std::string_view text) {
    if (!room_.take(text.size())) return false;
    out_[row] = arena().keep(text);
    return true;
  }
  /// A text of `size` bytes for the caller to write; null if there is no room for it.
  char* make(std::size_t row, std::size_t size) {
    if (!room_.take(size)) return nullptr;
    char* to = arena().reserve(size);
    out_[row] = arena().commit(size);
    return to;
  }
  /// `text` lies in something that `share` was called for, or is static.
  void view(std::size_t row, std::string_view text) { out_[row] = text; }
  void share(const Operand& operand) {
    owners_.insert(owners_.end(), operand.column->owners().begin(), operand.column->owners().end());
  }
  data::ColumnPtr finish() {
    if (arena_) owners_.push_back(arena_);
    return out_.finish(std::move(owners_));
  }

 private:
  data::TextArena& arena() {
    if (!arena_) arena_ = std::make_shared<data::TextArena>();
    return *arena_;
  }

  Out<std::string_view> out_;
  MadeRoom& room_;
  data::Column::Owners owners_;
  std::shared_ptr<data::TextArena> arena_;
};

/// Out[i] = f(a[i]) for all rows; `f` must be total and cheap, it is asked for NULL rows too.
template <class Result_, class A, class F>
data::ColumnPtr map_one(const Call& call, F f) {
  Out<Result_> out(call);
  const View<A> a = call.view<A>(0);
  Result_* to = out.data();
  const A* from = a.data();
  if (a.constant()) {
    for (std::size_t i = 0; i < out.rows(); ++i) to[i] = f(*from);
  } else {
    for (std::size_t i = 0; i < out.rows(); ++i) to[i] = f(from[i]);
  }
  return out.finish();
}

/// Out[i] = f(a[i], b[i]), as `map_one`.
template <class Result_, class A, class B, class F>
data::ColumnPtr map_two(const Call& call, F f) {
  Out<Result_> out(call);
  const View<A> a = call.view<A>(0);
  const View<B> b = call.view<B>(1);
  Result_* to = out.data();
  const A* left = a.data();
  const B* right = b.data();
  if (!a.constant() && !b.constant()) {
    for (std::size_t i = 0; i < out.rows(); ++i) to[i] = f(left[i], right[i]);
  } else if (!a.constant()) {
    const B value = *right;
    for (std::size_t i = 0; i < out.rows(); ++i) to[i] = f(left[i], value);
  } else {
    const A value = *left;
    for (std::size_t i = 0; i < out.rows(); ++i) to[i] = f(value, b[i]);
  }
  return out.finish();
}

/// A function made ready for one call of an expression: patterns compiled, formats read. Shared by all workers, so it
/// changes nothing in itself.
using Kernel = std::function<Result<data::ColumnPtr>(Call&)>;

}  // namespace azud::stream
