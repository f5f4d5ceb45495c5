#include "sql/bind/window_function.h"

#include <algorithm>
#include <array>

#include "sql/bind/literal.h"
#include "sql/syntax/keyword.h"

namespace azud::sql {
namespace {

struct Form {
  std::string_view name;
  WindowSpec::Kind kind;
  /// In the order of places; those behind `least` may be left out.
  std::array<std::string_view, 5> arguments;
  std::size_t least, most;
  std::string_view text;
};
constexpr std::array<Form, 4> forms = {{{"TUMBLE",
                                         WindowSpec::Kind::tumble,
                                         {"DATA", "TIMECOL", "SIZE", "OFFSET"},
                                         3,
                                         4,
                                         "TUMBLE(TABLE t, DESCRIPTOR(ts), size[, offset])"},
                                        {"HOP",
                                         WindowSpec::Kind::hop,
                                         {"DATA", "TIMECOL", "SLIDE", "SIZE", "OFFSET"},
                                         4,
                                         5,
                                         "HOP(TABLE t, DESCRIPTOR(ts), slide, size[, offset])"},
                                        {"CUMULATE",
                                         WindowSpec::Kind::cumulate,
                                         {"DATA", "TIMECOL", "STEP", "SIZE", "OFFSET"},
                                         4,
                                         5,
                                         "CUMULATE(TABLE t, DESCRIPTOR(ts), step, size[, offset])"},
                                        {"SESSION",
                                         WindowSpec::Kind::session,
                                         {"DATA", "TIMECOL", "GAP"},
                                         3,
                                         3,
                                         "SESSION(TABLE t [PARTITION BY k], DESCRIPTOR(ts), gap)"}}};

const Form* find_form(const ast::Call& call) {
  const auto* form = std::ranges::find(forms, to_upper(call.name.back().text), &Form::name);
  return form == forms.end() ? nullptr : form;
}

class WindowCallReader {
 public:
  WindowCallReader(const ast::Call& call, const Form& form, Place place, const BindErrors& errors)
      : call_(call), form_(form), place_(place), errors_(errors) {}

  Result<WindowCall> read() {
    result_.kind = result_.window.kind = form_.kind;
    if (call_.args.size() < form_.least || call_.args.size() > form_.most) return fail_form();
    for (std::size_t i = 0; i < call_.args.size(); ++i) {
      TRY_ASSIGN(const std::string_view name, name_of(i));
      TRY(take(name, *call_.args[i]));
    }
    if ((result_.data == nullptr && !result_.query) || result_.time == nullptr) return fail_form();
    TRY(check_sizes());
    return std::move(result_);
  }

 private:
  std::unexpected<Error> fail_form() const {
    return errors_.invalid(place_, fmt::format("{} does not take these arguments", form_.name),
                           fmt::format("it is {}", form_.text));
  }

  Result<std::string_view> name_of(std::size_t index) const {
    if (call_.arg_names.empty() || !call_.arg_names[index]) {
      if (!call_.arg_names.empty()) return fail_form();
      return form_.arguments[index];
    }
    const std::string name = to_upper(call_.arg_names[index]->text);
    const auto known = std::ranges::find(form_.arguments, std::string_view(name));
    if (known == form_.arguments.end() || known->empty()) return fail_form();
    return *known;
  }

  Status take(std::string_view name, const ast::Expr& argument) {
    if (name == "DATA") {
      if (const auto* query = argument.as<ast::ScalarQuery>()) result_.query = query->query;
      result_.data = argument.as<ast::TableArgument>();
      if (result_.data == nullptr && !result_.query)
        return errors_.invalid(argument.place, "the first argument is a table", "write TABLE t");
      return {};
    }
    if (name == "TIMECOL") {
      result_.time = argument.as<ast::Descriptor>();
      result_.time_place = argument.place;
      if (result_.time == nullptr || result_.time->columns.size() != 1)
        return errors_.invalid(argument.place, "the second argument is one time column", "write DESCRIPTOR(ts)");
      return {};
    }
    TRY_ASSIGN(const int64_t length, milliseconds(argument));
    if (name == "SIZE" || name == "GAP") result_.window.size_ms = length;
    if (name == "SLIDE" || name == "STEP") result_.window.slide_ms = length;
    if (name == "OFFSET") result_.window.offset_ms = length;
    return {};
  }

  Result<int64_t> milliseconds(const ast::Expr& argument) const {
    TRY_ASSIGN(ExpressionPtr literal, bind_literal(argument, false, errors_));
    if (const auto* unary = argument.as<ast::Unary>(); unary != nullptr && unary->op == ast::UnaryOp::negate) {
      TRY_ASSIGN(literal, bind_literal(*unary->operand, true, errors_));
    }
    if (!literal || literal->type.kind() != data::TypeKind::interval_ms)
      return errors_.invalid(argument.place, "the sizes of a window are intervals of days to seconds",
                             "write INTERVAL '5' MINUTE");
    return literal->literal.as_int();
  }

  Status check_sizes() const {
    const WindowSpec& window = result_.window;
    if (window.size_ms <= 0) return errors_.invalid(place_, "the size of a window is larger than nothing");
    const bool slides = form_.kind == WindowSpec::Kind::hop || form_.kind == WindowSpec::Kind::cumulate;
    if (slides && window.slide_ms <= 0)
      return errors_.invalid(place_, "the slide or step of a window is larger than nothing");
    if (slides && window.size_ms % window.slide_ms != 0)
      return errors_.invalid(place_,
                             fmt::format("the size of {} is a multiple of its {}", form_.name, form_.arguments[2]),
                             fmt::format("{} ms is no multiple of {} ms", window.size_ms, window.slide_ms));
    if (std::abs(window.offset_ms) >= window.size_ms)
      return errors_.invalid(place_, "the offset of a window is smaller than its size");
    return {};
  }

  const ast::Call& call_;
  const Form& form_;
  Place place_;
  const BindErrors& errors_;
  WindowCall result_;
};

}  // namespace

std::optional<WindowSpec::Kind> window_kind(const ast::Call& call) {
  const Form* form = find_form(call);
  return form == nullptr ? std::nullopt : std::optional(form->kind);
}

Result<WindowCall> read_window_call(const ast::Call& call, Place place, const BindErrors& errors) {
  return WindowCallReader(call, *find_form(call), place, errors).read();
}

}  // namespace azud::sql
