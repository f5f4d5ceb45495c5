#include "simulate/text_sender.h"

namespace azud::simulate {

Result<bool> TextSender::send(const Event& event) {
  out_ << event.nominal_ms << '\t' << topics_.at(event.topic) << '\t' << event.key << '\t' << event.value << '\n';
  if (!out_) return fail(Code::io, "cannot write to the output");
  ++counts_.sent;
  ++counts_.acknowledged;
  return true;
}

Status TextSender::finish(int) {
  if (!out_.flush()) return fail(Code::io, "cannot write to the output");
  return {};
}

}  // namespace azud::simulate
