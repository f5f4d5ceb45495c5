#include "connect/print/print_sink.h"

#include <array>
#include <cstdio>
#include <string>

#include "connect/table_options.h"
#include "data/text.h"

namespace azud::connect {
namespace {

struct PrintOptions {
  std::string identifier;
  bool to_stderr = false;
};

Result<PrintOptions> parse(const sql::TableDefinition& table) {
  TableOptions options(table);
  constexpr auto keys = std::to_array<std::string_view>(
      {"print-identifier", "scan.watermark.alignment.group", "scan.watermark.alignment.max-drift",
       "scan.watermark.alignment.update-interval", "scan.watermark.emit.strategy", "scan.watermark.idle-timeout",
       "sink.parallelism", "standard-error"});
  TRY(options.take({}, keys));
  TRY(options.finish());
  PrintOptions out{.identifier = std::string(options.values().text("print-identifier", ""))};
  TRY_ASSIGN(out.to_stderr, options.values().boolean("standard-error", false));
  return out;
}

class PrintWriter final : public stream::SinkWriter {
 public:
  PrintWriter(std::string prefix, bool to_stderr, PrintLines print)
      : prefix_(std::move(prefix)), to_stderr_(to_stderr), print_(std::move(print)) {}

  Status write(const data::Batch& rows) override {
    for (std::size_t row = 0; row < rows.rows; ++row) lines_.append(prefix_).append(data::to_text(rows, row)) += '\n';
    return {};
  }
  Status flush() override { return {}; }
  Status commit_into(log::WriteBatch&) override { return {}; }
  Status committed() override {
    if (!lines_.empty()) print_(lines_, to_stderr_);
    lines_.clear();
    return {};
  }

 private:
  std::string prefix_;
  bool to_stderr_;
  PrintLines print_;
  std::string lines_;
};

class PrintSink final : public stream::Sink {
 public:
  PrintSink(PrintOptions options, PrintLines print) : options_(std::move(options)), print_(std::move(print)) {}

  bool takes_all_changes() const override { return true; }
  Result<std::unique_ptr<stream::SinkWriter>> open_writer(std::size_t instance, std::size_t parallelism) override {
    std::string prefix = options_.identifier;
    if (parallelism > 1) prefix += fmt::format("{}{}", prefix.empty() ? "" : ":", instance + 1);
    if (!prefix.empty()) prefix += "> ";
    return std::make_unique<PrintWriter>(std::move(prefix), options_.to_stderr, print_);
  }

 private:
  PrintOptions options_;
  PrintLines print_;
};

}  // namespace

void print_to_process(std::string_view lines, bool to_stderr) {
  std::FILE* const out = to_stderr ? stderr : stdout;
  std::fwrite(lines.data(), 1, lines.size(), out);
  std::fflush(out);
}

Status check_print(const sql::TableDefinition& table) {
  TRY(parse(table));
  return {};
}

Result<std::unique_ptr<stream::Sink>> open_print_sink(const std::shared_ptr<const sql::SinkNode>& node,
                                                      PrintLines print) {
  TRY_ASSIGN(PrintOptions options, parse(*node->table));
  return std::make_unique<PrintSink>(std::move(options), std::move(print));
}

}  // namespace azud::connect
