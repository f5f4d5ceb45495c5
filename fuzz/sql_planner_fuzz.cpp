// Any text as SQL over a few tables of all types: what parses is planned or refused.

#include <cstdint>
#include <string>

#include "sql/explain/explain.h"
#include "sql/session.h"
#include "sql/syntax/parser.h"

namespace {

using namespace azud::sql;

constexpr const char* tables = R"(
CREATE TABLE t (b BOOLEAN, i INT, bi BIGINT, d DOUBLE, de DECIMAL(10, 2), c CHAR(3), s STRING, da DATE, ts TIMESTAMP(3),
  tl TIMESTAMP_LTZ(3), r ROW<x INT, y STRING>, ar ARRAY<INT>, ma MAP<STRING, INT>, proc AS PROCTIME(),
  WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'datagen');
CREATE TABLE u (id INT, name STRING, at_ TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL, PRIMARY KEY (id) NOT ENFORCED,
  WATERMARK FOR at_ AS at_) WITH ('connector' = 'upsert-kafka');
CREATE TABLE o (i INT, s STRING) WITH ('connector' = 'print');
CREATE VIEW v AS SELECT i, s, ts FROM t WHERE i > 0;
)";

void run(Session& session, const std::string& text) {
  const auto source = std::make_shared<const Source>("fuzz.sql", text);
  (void)divide_statements(*source);
  const auto statements = parse_script(source);
  if (!statements) return;
  for (const ast::Statement& statement : *statements) {
    const azud::Result<Outcome> outcome = session.execute(statement);
    if (!outcome) return;
    if (const auto* plan = std::get_if<PhysicalPlan>(&outcome->result)) (void)to_text(*plan);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  static const Session prepared = [] {
    Session session;
    run(session, tables);
    return session;
  }();
  Session session = prepared;
  run(session, std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
