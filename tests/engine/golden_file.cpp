#include "golden_file.h"

#include <algorithm>
#include <sstream>

#include "changelog.h"
#include "data/number_parse.h"
#include "value_text.h"

namespace azud::engine {
namespace {

using stream::testing::MemoryRow;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

int64_t number_of(const std::string& text) {
  int64_t value = 0;
  data::parse_integer(data::trim(text), value);
  return value;
}

/// "t/1: -U [1, "a"]" without what stands before the colon.
Result<MemoryRow> row_of(const std::string& text, const std::vector<data::DataType>& types) {
  MemoryRow row;
  std::string_view rest = data::trim(text);
  for (const data::RowKind kind :
       {data::RowKind::insert, data::RowKind::update_before, data::RowKind::update_after, data::RowKind::remove})
    if (rest.starts_with(data::to_string(kind))) {
      row.kind = kind;
      rest = data::trim(rest.substr(2));
      break;
    }
  const nlohmann::json json = nlohmann::json::parse(rest, nullptr, false);
  if (!json.is_array() || json.size() != types.size())
    return fail(Code::invalid, "a row is a list of {} values: {}", types.size(), text);
  for (std::size_t i = 0; i < types.size(); ++i) {
    TRY_ASSIGN(data::Value value, value_of(json[i], types[i]));
    row.values.push_back(std::move(value));
  }
  return row;
}

/// A line of a script: a directive, or rows for a table.
Status perform(Engine& engine, const std::string& line) {
  if (line.empty() || line.starts_with('#') || line.starts_with("splits:")) return {};
  if (line == "end") {
    engine.end();
    return {};
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string::npos) return fail(Code::invalid, "not understood: {}", line);
  std::string name = line.substr(0, colon);
  const std::string rest = line.substr(colon + 1);
  if (name == "wall") {
    engine.advance_ms(number_of(rest));
    return {};
  }
  if (name == "clock") {
    engine.set_log_clock(number_of(rest));
    return {};
  }
  std::size_t split = 0;
  if (const std::size_t slash = name.find('/'); slash != std::string::npos) {
    split = static_cast<std::size_t>(number_of(name.substr(slash + 1)));
    name.resize(slash);
  }
  TRY_ASSIGN(const std::vector<data::DataType> types, engine.row_types(name));
  TRY_ASSIGN(MemoryRow row, row_of(rest, types));
  return engine.feed(name, std::move(row), split);
}

/// Without the picture of the place in the statement.
std::string first_line(const Error& error) {
  return std::string(error.message().substr(0, error.message().find('\n')));
}

void set_splits(Engine& engine, const GoldenCase& one) {
  for (const GoldenCase::Step& step : one.steps)
    for (const std::string& line : step.lines)
      if (line.starts_with("splits:")) {
        std::istringstream words(line.substr(7));
        std::string table;
        std::size_t count = 1;
        words >> table >> count;
        engine.set_splits(table, count);
      }
}

std::vector<std::string> taken(Engine& engine) {
  std::vector<std::string> lines;
  for (const std::string& sink : engine.sinks())
    for (const std::string& row : engine.take_written(sink)) lines.push_back(sink + ": " + row);
  for (const std::string& row : engine.take_late()) lines.push_back("late: " + row);
  return lines;
}

}  // namespace

std::vector<GoldenCase> parse_golden(const std::string& text) {
  std::vector<GoldenCase> cases(1);
  enum class Part : uint8_t { sql, feed, expected } part = Part::sql;
  for (const std::string& line : lines_of(text)) {
    if (line == "====") {
      cases.emplace_back();
      part = Part::sql;
    } else if (line == "----" && part == Part::sql) {
      cases.back().steps.emplace_back();
      part = Part::feed;
    } else if (part == Part::sql) {
      cases.back().sql += line + "\n";
    } else if (line == "=>") {
      part = Part::expected;
    } else {
      const bool is_expectation = part == Part::expected && !line.empty();
      if (part == Part::expected && !is_expectation) {
        cases.back().steps.emplace_back();
        part = Part::feed;
        continue;
      }
      (is_expectation ? cases.back().steps.back().expected : cases.back().steps.back().lines).push_back(line);
    }
  }
  return cases;
}

std::string to_text(const std::vector<GoldenCase>& cases) {
  std::string out;
  for (const GoldenCase& one : cases) {
    if (!out.empty()) out += "====\n";
    out += one.sql + "----\n";
    for (std::size_t i = 0; i < one.steps.size(); ++i) {
      if (i != 0) out += "\n";
      for (const std::string& line : one.steps[i].lines) out += line + "\n";
      out += "=>\n";
      for (const std::string& line : one.steps[i].expected) out += line + "\n";
    }
  }
  return out;
}

std::vector<std::vector<std::string>> run_case(const GoldenCase& one, const Disturbance& how, uint32_t seed) {
  Engine engine(how, seed);
  set_splits(engine, one);
  std::vector<std::vector<std::string>> out;
  // As tests/flink/run: the rules about keys have cases of their own.
  Status status = engine.execute("SET 'table.exec.sink.require-on-conflict' = 'false';");
  if (status) status = engine.execute(one.sql);
  for (const GoldenCase::Step& step : one.steps) {
    for (const std::string& line : step.lines)
      if (status) status = perform(engine, line);
    if (status) status = engine.run();
    out.push_back(status ? taken(engine) : std::vector<std::string>{"error: " + first_line(status.error())});
    if (status && out.size() == 1 && !engine.result_types().empty())
      out[0].insert(out[0].begin(), "types: " + engine.result_types());
    if (!status) break;
  }
  return out;
}

}  // namespace azud::engine
