#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "connect/mail/mail_carrier.h"

namespace azud::connect {

/// Writes each mail as `<id>.eml` into a folder: a mail carried twice is there once.
class FolderCarrier final : public MailCarrier {
 public:
  explicit FolderCarrier(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::size_t batch_max() const override { return 1000; }
  MailState state_when_done() const override { return MailState::stored; }
  std::vector<MailOutcome> carry(std::span<const Outbox::Queued> mails) override;
  std::string destination() const override { return "folder " + folder_.string(); }

 private:
  Status write_file(const Mail& mail, bool sync) const;
  Status write_all(std::span<const Outbox::Queued> mails) const;

  std::filesystem::path folder_;
};

}  // namespace azud::connect
