#include "stream/op/window_assign.h"

#include "data/time_text.h"
#include "sql/plan/physical_state.h"
#include "stream/eval/kernel.h"

namespace azud::stream {
namespace {

using data::floor_div;
using sql::WindowSpec;

class WindowAssign final : public Operator {
 public:
  WindowAssign(const sql::WindowAssignNode& node, const Zone& zone) : node_(node), zone_(zone) {}

  Status on_rows(std::size_t, data::Batch batch, Output& out) override {
    rows_.clear();
    starts_.clear();
    ends_.clear();
    const data::Column& times = *batch.columns[static_cast<std::size_t>(node_.window.time_column)];
    for (uint32_t row = 0; row < batch.rows; ++row)
      if (!times.is_null(row)) add_windows(row, times.values<int64_t>()[row]);
    if (rows_.empty()) return {};
    std::vector<int64_t> last_moments;
    for (const int64_t end : ends_) last_moments.push_back(zone_.to_utc(end - 1000));
    data::Batch result = data::take(batch, rows_);
    for (std::vector<int64_t>* added : {&starts_, &ends_, &last_moments}) {
      const data::DataType& type = node_.output[result.columns.size()].type;
      result.columns.push_back(std::make_shared<data::Column>(type, result.rows, std::move(*added)));
    }
    return out.rows(std::move(result));
  }

 private:
  void add(uint32_t row, int64_t start_ms, int64_t end_ms) {
    rows_.push_back(row);
    starts_.push_back(start_ms * 1000);
    ends_.push_back(end_ms * 1000);
  }

  void add_windows(uint32_t row, int64_t time_us) {
    const WindowSpec& window = node_.window;
    const int64_t local = data::us_to_ms(zone_.to_local(time_us));
    const auto cut = [&](int64_t width) {
      return floor_div(local - window.offset_ms, width) * width + window.offset_ms;
    };
    switch (window.kind) {
      case WindowSpec::Kind::tumble: return add(row, cut(window.size_ms), cut(window.size_ms) + window.size_ms);
      case WindowSpec::Kind::hop:
        for (int64_t start = cut(window.slide_ms); start > local - window.size_ms; start -= window.slide_ms)
          add(row, start, start + window.size_ms);
        return;
      case WindowSpec::Kind::cumulate: {
        const int64_t start = cut(window.size_ms);
        for (int64_t end = cut(window.slide_ms) + window.slide_ms; end <= start + window.size_ms;
             end += window.slide_ms)
          add(row, start, end);
        return;
      }
      case WindowSpec::Kind::session: return;
    }
  }

  const sql::WindowAssignNode& node_;
  ZoneCursor zone_;
  std::vector<uint32_t> rows_;
  std::vector<int64_t> starts_, ends_;
};

class WindowAssignSpec final : public OperatorSpec {
 public:
  WindowAssignSpec(sql::NodePtr node, Zone zone) : node_(std::move(node)), zone_(std::move(zone)) {}
  std::unique_ptr<Operator> open(OperatorContext&) const override {
    return std::make_unique<WindowAssign>(node_->as<sql::WindowAssignNode>(), zone_);
  }

 private:
  sql::NodePtr node_;
  Zone zone_;
};

}  // namespace

Result<OperatorSpecPtr> make_window_assign(const sql::NodePtr& node, const EvalSettings& settings) {
  const WindowSpec& window = node->as<sql::WindowAssignNode>().window;
  if (window.kind == WindowSpec::Kind::session)
    return fail(Code::unsupported, "SESSION windows are not supported: use TUMBLE, HOP or CUMULATE");
  return OperatorSpecPtr(std::make_unique<WindowAssignSpec>(node, window.zoned ? settings.zone : Zone()));
}

}  // namespace azud::stream
