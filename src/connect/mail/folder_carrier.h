#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "connect/mail/mail_carrier.h"
#include "io/file.h"

namespace azud::connect {

/// Writes each mail as `<id>.eml` into a folder: a mail carried twice is there once.
class FolderCarrier final : public MailCarrier {
 public:
  /// `files` outlives it.
  FolderCarrier(io::FileSystem& files, std::filesystem::path folder) : files_(files), folder_(std::move(folder)) {}

  std::size_t batch_max() const override { return 250; }  // open files
  MailState state_when_done() const override { return MailState::stored; }
  std::vector<MailOutcome> carry(std::span<const Outbox::Queued> mails) override;
  std::string destination() const override { return "folder " + folder_.string(); }

 private:
  std::filesystem::path path_of(const Mail& mail) const;
  std::filesystem::path path_aside(const Mail& mail) const;
  Status write_all(std::span<const Outbox::Queued> mails) const;

  io::FileSystem& files_;
  std::filesystem::path folder_;
};

}  // namespace azud::connect
