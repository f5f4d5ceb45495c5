#pragma once

#include <string_view>

#include "sql/syntax/source.h"

namespace azud::sql {

/// Errors of the binder at a place of the text that is bound.
class BindErrors {
 public:
  explicit BindErrors(const Source& source) : source_(source) {}
  std::unexpected<Error> invalid(Place place, std::string_view message, std::string hint = {}) const {
    return std::unexpected(error_at(source_, place, Code::invalid, message, std::move(hint)));
  }
  std::unexpected<Error> unsupported(Place place, std::string_view message, std::string hint = {}) const {
    return std::unexpected(error_at(source_, place, Code::unsupported, message, std::move(hint)));
  }
  std::unexpected<Error> not_found(Place place, std::string_view message, std::string hint = {}) const {
    return std::unexpected(error_at(source_, place, Code::not_found, message, std::move(hint)));
  }
  const Source& source() const { return source_; }

 private:
  const Source& source_;
};

/// "; did you mean …" for the candidate that differs from `name` only in case or in a letter or two; empty if none.
std::string suggestion(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace azud::sql
