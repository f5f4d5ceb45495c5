#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace azud::table {

/// A prepared statement. Parameters are bound in order, `?`; columns are read by place. Reusable: run() begins anew.
class Statement {
 public:
  Statement() = default;

  /// Binds the arguments (integers, doubles, texts, optionals of them, nullptr) and steps to the first row.
  template <class... Args>
  Result<bool> run(const Args&... args) {
    reset();
    int place = 0;
    (bind(++place, args), ...);
    return step();
  }
  /// To the next row; false when there is none.
  Result<bool> step();

  int64_t integer(int column) const;
  double number(int column) const;
  std::string text(int column) const;
  bool is_null(int column) const;
  std::optional<int64_t> optional_integer(int column) const;
  std::optional<std::string> optional_text(int column) const;

 private:
  friend class Database;
  explicit Statement(std::shared_ptr<sqlite3_stmt> handle) : handle_(std::move(handle)) {}
  void reset();
  void bind(int place, int64_t value);
  void bind(int place, int value) { bind(place, int64_t{value}); }
  void bind(int place, uint64_t value) { bind(place, static_cast<int64_t>(value)); }
  void bind(int place, uint32_t value) { bind(place, int64_t{value}); }
  void bind(int place, double value);
  void bind(int place, std::string_view value);
  void bind(int place, const std::string& value) { bind(place, std::string_view(value)); }
  void bind(int place, const char* value) { bind(place, std::string_view(value)); }
  void bind(int place, std::nullptr_t);
  template <class T>
  void bind(int place, const std::optional<T>& value) {
    if (value)
      bind(place, *value);
    else
      bind(place, nullptr);
  }

  std::shared_ptr<sqlite3_stmt> handle_;
};

/// One connection to a SQLite file. Belongs to one thread at a time.
class Database {
 public:
  /// Opens or creates the file, in WAL mode.
  static Result<Database> open(const std::filesystem::path& file);

  /// Runs statements without parameters or results: schema, pragmas.
  Status execute(const std::string& statements);
  Result<Statement> prepare(const std::string& statement);

  /// Whether commits from here on are durable when they return, with all before them (synchronous = FULL): the default.
  /// If not (NORMAL), a power cut may take back the last ones, a crash of the process none. Outside transactions.
  Status sync_commits(bool synced) {
    return execute(synced ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  }

  Status begin() { return execute("BEGIN IMMEDIATE"); }
  Status commit() { return execute("COMMIT"); }
  void roll_back();

 private:
  explicit Database(std::shared_ptr<sqlite3> handle) : handle_(std::move(handle)) {}
  std::shared_ptr<sqlite3> handle_;
};

}  // namespace azud::table
