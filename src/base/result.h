#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace azud {

/// What went wrong, coarse enough to decide what to do next. Kafka codes and HTTP statuses are derived from it at the
/// edges, each in one table.
enum class Code : unsigned char {
  invalid,         ///< the caller's input is wrong; repeating it cannot help
  not_found,       ///< the thing named does not exist
  already_exists,  ///< the thing named exists and must not
  unsupported,     ///< understood, and not offered
  unavailable,     ///< not now; repeating may help
  storage_full,    ///< the disk or a configured limit is full; repeating helps once there is room
  corrupt,         ///< stored or received bytes contradict themselves
  io,              ///< the operating system refused; the message holds its words
  cancelled,       ///< stopped on request
  internal,        ///< a defect of ours that was noticed in time
};

std::string_view to_string(Code code);

/// A failure: code, message (lower case, no full stop), and optionally a hint that says how to mend it. One pointer
/// wide. Never "no error": that is what Result's value side is for.
class Error {
 public:
  Error(Code code, std::string message, std::string hint = {});
  Error(Error&&) noexcept = default;
  Error& operator=(Error&&) noexcept = default;
  Error(const Error& other);
  Error& operator=(const Error& other);
  ~Error() = default;

  Code code() const { return state_->code; }
  const std::string& message() const { return state_->message; }
  const std::string& hint() const { return state_->hint; }

  /// The same error with "context: " before its message.
  Error with_context(std::string_view context) &&;

  /// "message" or "message\nhint: hint".
  std::string to_text() const;

 private:
  struct State {
    Code code;
    std::string message;
    std::string hint;
  };
  std::unique_ptr<State> state_;
};

template <class T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

/// `return fail(Code::invalid, "topic {} …", name);`
template <class... Args>
std::unexpected<Error> fail(Code code, fmt::format_string<Args...> format, Args&&... args) {
  return std::unexpected(Error(code, fmt::format(format, std::forward<Args>(args)...)));
}

/// The last system call's errno as an Error: ENOSPC and EDQUOT become storage_full, ENOENT not_found, the rest io.
Error errno_error(std::string_view what, int error_number);

}  // namespace azud

#define AZUD_CONCAT_INNER(a, b) a##b
#define AZUD_CONCAT(a, b) AZUD_CONCAT_INNER(a, b)

/// Leaves the function with the error of `expression`, if it has one.
#define TRY(expression)                                                     \
  do {                                                                      \
    if (auto azud_try_result = (expression); !azud_try_result) [[unlikely]] \
      return std::unexpected(std::move(azud_try_result).error());           \
  } while (false)

/// `TRY_ASSIGN(auto x, f());` leaves the function with f's error, or assigns its value.
#define TRY_ASSIGN(target, ...) TRY_ASSIGN_INNER(AZUD_CONCAT(azud_try_, __LINE__), target, __VA_ARGS__)
#define TRY_ASSIGN_INNER(temporary, target, ...)          \
  auto temporary = (__VA_ARGS__);                         \
  if (!temporary) [[unlikely]]                            \
    return std::unexpected(std::move(temporary).error()); \
  target = *std::move(temporary)
