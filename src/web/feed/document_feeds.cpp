#include "web/feed/document_feeds.h"

namespace azud::web {

Status DocumentFeed::advance(TimestampMs now, std::string& delta) {
  std::string text = to_text(read_(now));
  if (text == text_) return {};
  text_ = std::move(text);
  delta += "\"data\":" + text_;
  return {};
}

void DocumentFeed::write_snapshot(const SnapshotRequest&, std::string& out) const {
  out += "\"kind\":\"doc\",\"data\":" + text_;
}

std::unique_ptr<Feed> make_jobs_feed(const JobMeter& meter, std::string job) {
  return std::make_unique<DocumentFeed>([&meter, job = std::move(job)](TimestampMs) { return meter.to_json(job); },
                                        500);
}

}  // namespace azud::web
