#include "flink_program.h"

#include <algorithm>

#include "changelog.h"
#include "engine.h"
#include "value_text.h"

namespace azud::engine {
namespace {

using Json = nlohmann::json;
using stream::testing::MemoryRow;

/// A value as the dump writes it: {"type", "text"}, a row, or elements, or entries of a map.
Result<data::Value> dumped_value(const Json& json, const data::DataType& type) {
  if (json.is_null()) return data::Value();
  const auto& fields = type.fields();
  if (json.contains("text") && !json.contains("values")) return value_of_text(json["text"].get<std::string>(), type);
  data::Value::List list;
  const auto add = [&](const Json& one, std::size_t field) -> Status {
    if (field >= fields.size()) return fail(Code::invalid, "a value does not fit {}", type.to_sql());
    TRY_ASSIGN(data::Value value, dumped_value(one, fields[field].type));
    list.push_back(std::move(value));
    return {};
  };
  const Json& row = json.contains("row") ? json["row"] : json;
  if (row.contains("values")) {
    for (std::size_t i = 0; i < row["values"].size(); ++i) TRY(add(row["values"][i], i));
  } else if (json.contains("elements")) {
    for (const Json& element : json["elements"]) TRY(add(element, 0));
  } else if (json.contains("entries")) {
    for (const Json& entry : json["entries"]) {
      const bool pair = entry.is_array();
      TRY(add(pair ? entry[0] : entry["key"], 0));
      TRY(add(pair ? entry[1] : entry["value"], 1));
    }
  } else {
    return fail(Code::unsupported, "a value of the dump: {}", json.dump().substr(0, 100));
  }
  return data::Value(std::move(list));
}

Result<MemoryRow> dumped_row(const Json& json, const std::vector<data::DataType>& types) {
  MemoryRow row;
  const std::string kind = json["kind"].get<std::string>();
  for (const data::RowKind each :
       {data::RowKind::insert, data::RowKind::update_before, data::RowKind::update_after, data::RowKind::remove})
    if (data::to_string(each) == kind) row.kind = each;
  if (json["values"].size() != types.size())
    return fail(Code::unsupported, "rows with {} values for {} columns", json["values"].size(), types.size());
  for (std::size_t i = 0; i < types.size(); ++i) {
    TRY_ASSIGN(data::Value value, dumped_value(json["values"][i], types[i]));
    row.values.push_back(std::move(value));
  }
  return row;
}

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out.append(c == '\'' ? 2 : 1, c);
  return out + "'";
}

std::string create_table(const Json& step) {
  std::string sql = "CREATE TABLE `" + step["name"].get<std::string>() + "` (";
  for (std::size_t i = 0; i < step["schema"].size(); ++i)
    sql += (i == 0 ? "" : ", ") + step["schema"][i].get<std::string>();
  sql += ") WITH ('connector' = 'values'";
  for (const auto& [key, value] : step["options"].items())
    if (key != "connector") sql += ", " + quoted(key) + " = " + quoted(value.get<std::string>());
  return sql + ");";
}

Changelog rows_of(const Json& rows) {
  Changelog out;
  if (rows.is_array())
    for (const Json& row : rows) out.push_back(row["text"].get<std::string>());
  return out;
}

/// A program on its way.
class Run {
 public:
  Run(const Json& program, const Disturbance& how) : program_(program), engine_(how, 11) {}

  ProgramResult go() {
    Status status = prepare();
    if (status && failing_statements_ > 0 && !inserts_) return {ProgramResult::Kind::refused, ""};
    if (status) status = feed("before");
    if (status) status = run_until_written({"before"});
    if (status && has_after_) {
      status = engine_.restart();
      if (status) status = feed("after");
      if (status) status = run_until_written({"before", "after"});
    }
    if (status) {
      if (!endless()) engine_.end();
      status = engine_.run();
    }
    if (!status) {
      const bool lacking = status.error().code() == Code::unsupported;
      return {lacking ? ProgramResult::Kind::lacking : ProgramResult::Kind::failed, status.error().message()};
    }
    return compare();
  }

 private:
  bool endless() const {
    return std::ranges::any_of(program_["runners"],
                               [](const Json& runner) { return runner.value("afterRestore", "") == "INFINITE"; });
  }

  /// In processing time, until the windows have given what is expected, as the tests of the programs wait for it.
  Status run_until_written(std::initializer_list<const char*> expected) {
    TRY(engine_.run());
    if (program_.dump().find("PROCTIME()") == std::string::npos) return {};
    std::size_t rows = 0;
    for (const Json& step : program_["steps"])
      for (const char* when : expected)
        if (step["type"] == "sink" && step[when].is_array()) rows += step[when].size();
    for (int second = 0; second < 60 && engine_.written_count() < rows; ++second) {
      engine_.advance_ms(1000);
      TRY(engine_.run());
    }
    return {};
  }

  /// A statement that must fail: when it is planned, or with the rows of the sources, in a job by itself.
  Status expect_failure(const std::string& sql) {
    ++failing_statements_;
    if (!engine_.execute(sql + ";")) return {};
    Json alone = program_;
    alone["steps"] = Json::array();
    for (const Json& step : program_["steps"])
      if (step["type"] == "config" || step["type"] == "source" || step["type"] == "sink")
        alone["steps"].push_back(step);
    alone["steps"].push_back({{"type", "sql"}, {"sql", sql}});
    const ProgramResult result = run_program(alone, "one row at a time");
    if (result.kind == ProgramResult::Kind::failed) return {};
    return fail(Code::invalid, "a statement that must fail did not: {}", sql);
  }

  /// Whether the program was only ever run from a plan that an older Flink had made, without the checks of this one.
  bool restores_only() const {
    return std::ranges::none_of(program_["runners"],
                                [](const Json& runner) { return runner.value("type", "") == "semantic"; });
  }

  Status prepare() {
    if (restores_only()) TRY(engine_.execute("SET 'table.exec.sink.require-on-conflict' = 'false';"));
    for (const Json& step : program_["steps"]) {
      const std::string type = step["type"];
      if (type == "config") {
        TRY(engine_.execute("SET " + quoted(step["key"]) + " = " + quoted(step["value"]) + ";"));
      } else if (type == "source" || type == "sink") {
        TRY(engine_.execute(create_table(step)));
      } else if (type == "sql") {
        inserts_ |= step["sql"].get<std::string>().find("INSERT") != std::string::npos;
        TRY(engine_.execute(step["sql"].get<std::string>() + ";"));
      } else if (type == "statement-set") {
        std::string sql = "EXECUTE STATEMENT SET BEGIN ";
        for (const Json& one : step["statements"]) sql += one.get<std::string>() + "; ";
        inserts_ = true;
        TRY(engine_.execute(sql + "END;"));
      } else if (type == "failing-sql") {
        TRY(expect_failure(step["sql"].get<std::string>()));
      } else {
        return fail(Code::unsupported, "step {}", type);
      }
    }
    return {};
  }

  Status feed(const char* when) {
    for (const Json& step : program_["steps"]) {
      if (step["type"] != "source") continue;
      if (step["after"].is_array() && !step["after"].empty()) has_after_ = true;
      const std::string name = step["name"];
      TRY_ASSIGN(const std::vector<data::DataType> types, engine_.row_types(name));
      if (!step[when].is_array()) continue;
      for (const Json& json : step[when]) {
        TRY_ASSIGN(MemoryRow row, dumped_row(json, types));
        TRY(engine_.feed(name, std::move(row)));
      }
    }
    return {};
  }

  std::vector<int> key_of(const std::string& table) const {
    const sql::TableDefinition* found = engine_.find(table);
    std::vector<int> key;
    for (const int32_t column : found->primary_key) key.push_back(column);
    return key;
  }

  ProgramResult compare() {
    ProgramResult result{ProgramResult::Kind::passed, ""};
    for (const Json& step : program_["steps"]) {
      if (step["type"] != "sink") continue;
      const std::string name = step["name"];
      const Changelog got = engine_.take_written(name);
      Changelog expected = rows_of(step["before"]);
      for (const std::string& row : rows_of(step["after"])) expected.push_back(row);
      const std::vector<int> key = key_of(name);
      const std::string changes = difference(expected, got);
      if (changes.empty()) continue;
      const Changelog table = step["materialized"].is_array() ? rows_of(step["materialized"]) : expected;
      if (difference(folded(table, key), folded(got, key)).empty()) {
        result = {ProgramResult::Kind::folded, changes};
        continue;
      }
      return {ProgramResult::Kind::different, changes};
    }
    return result;
  }

  const Json& program_;
  Engine engine_;
  bool has_after_ = false;
  bool inserts_ = false;
  int failing_statements_ = 0;
};

}  // namespace

ProgramResult run_program(const Json& program, const std::string& way) {
  const auto how = std::ranges::find(disturbances(), way, &Disturbance::name);
  return Run(program, how == disturbances().end() ? disturbances().front() : *how).go();
}

}  // namespace azud::engine
