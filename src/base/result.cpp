#include "base/result.h"

#include <cerrno>
#include <cstring>

namespace azud {

std::string_view to_string(Code code) {
  switch (code) {
    case Code::invalid: return "invalid";
    case Code::not_found: return "not found";
    case Code::already_exists: return "already exists";
    case Code::unsupported: return "unsupported";
    case Code::unavailable: return "unavailable";
    case Code::storage_full: return "storage full";
    case Code::corrupt: return "corrupt";
    case Code::io: return "i/o";
    case Code::cancelled: return "cancelled";
    case Code::internal: return "internal";
  }
  return "unknown";
}

Error::Error(Code code, std::string message, std::string hint)
    : state_(std::make_unique<State>(code, std::move(message), std::move(hint))) {}

Error::Error(const Error& other) : state_(std::make_unique<State>(*other.state_)) {}

Error& Error::operator=(const Error& other) {
  if (this != &other) state_ = std::make_unique<State>(*other.state_);
  return *this;
}

Error Error::with_context(std::string_view context) && {
  state_->message = fmt::format("{}: {}", context, state_->message);
  return std::move(*this);
}

std::string Error::to_text() const {
  return hint().empty() ? message() : fmt::format("{}\nhint: {}", message(), hint());
}

Error errno_error(std::string_view what, int error_number) {
  Code code = Code::io;
  if (error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG) code = Code::storage_full;
  if (error_number == ENOENT) code = Code::not_found;
  if (error_number == EEXIST) code = Code::already_exists;
  char buffer[128];
  return {code, fmt::format("{}: {}", what, ::strerror_r(error_number, buffer, sizeof buffer))};
}

}  // namespace azud
