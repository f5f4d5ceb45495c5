#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace azud::config {

class Members;

/// One value of a YAML document together with its place, so that every complaint can name file, line and what is
/// allowed. A cheap handle; the document stays alive with it.
class Node {
 public:
  /// Reads and parses a file, or text that came from `name`. Only the first document of a stream is read.
  static Result<Node> load(const std::filesystem::path& file);
  static Result<Node> parse(const std::string& text, std::string name);

  /// "file:line:column: message" as an `invalid` error.
  std::unexpected<Error> complain(std::string_view message, std::string hint = {}) const;
  /// "file:line:column".
  std::string place() const;

  bool is_null() const;
  bool is_list() const;
  bool is_mapping() const;

  Result<std::string> text() const;
  Result<bool> boolean() const;
  Result<int64_t> integer(int64_t min, int64_t max) const;
  Result<double> number() const;
  /// "250ms", "1 s", "5m", "2h", "7d" or a bare number of milliseconds; "-1" where `allow_unlimited`.
  Result<int64_t> duration_ms(bool allow_unlimited = false) const;
  /// "512", "64KiB", "1 GiB", "10MB"; "-1" where `allow_unlimited`.
  Result<int64_t> bytes(bool allow_unlimited = false) const;
  /// One of `allowed`.
  Result<std::string> choice(std::initializer_list<std::string_view> allowed) const;

  Result<std::vector<Node>> list() const;
  /// All members of a mapping with free names, in the order of the file.
  Result<std::vector<std::pair<std::string, Node>>> entries() const;
  /// A mapping whose names are known: any other name is an error that says which are allowed.
  Result<Members> members(std::initializer_list<std::string_view> allowed) const;

 private:
  struct Impl;
  explicit Node(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

/// The members of one mapping.
class Members {
 public:
  Members(Node mapping, std::vector<std::pair<std::string, Node>> entries)
      : mapping_(std::move(mapping)), entries_(std::move(entries)) {}

  std::optional<Node> find(std::string_view name) const;
  /// The member, or an error at the mapping's place.
  Result<Node> require(std::string_view name) const;

  /// Reads the member into `target` if it is there: `TRY(members.read("port", target, &Node::text))`.
  template <class T, class... Args>
  Status read(std::string_view name, T& target, Result<T> (Node::*reader)(Args...) const,
              std::type_identity_t<Args>... args) const {
    if (const std::optional<Node> node = find(name)) {
      TRY_ASSIGN(target, ((*node).*reader)(args...));
    }
    return {};
  }

 private:
  Node mapping_;
  std::vector<std::pair<std::string, Node>> entries_;
};

}  // namespace azud::config
