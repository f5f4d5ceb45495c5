#include "connect/mail/folder_carrier.h"

#include <memory>

namespace azud::connect {

std::filesystem::path FolderCarrier::path_of(const Mail& mail) const { return folder_ / (mail.id + ".eml"); }
std::filesystem::path FolderCarrier::path_aside(const Mail& mail) const { return folder_ / ("." + mail.id + ".tmp"); }

/// Written aside, synced, then renamed: a reader sees a whole file or none, after a power cut too. The first sync
/// carries the metadata of all, so that the others are cheap; a sync of the file system would wait for what everybody
/// else wrote.
Status FolderCarrier::write_all(std::span<const Outbox::Queued> mails) const {
  std::vector<std::unique_ptr<io::File>> files;
  for (const Outbox::Queued& one : mails) {
    TRY_ASSIGN(auto file, files_.open(path_aside(one.mail), io::OpenMode::create));
    TRY(file->write_at(0, mail_bytes(one.mail)));
    file->start_writing();
    files.push_back(std::move(file));
  }
  for (const auto& file : files) TRY(file->sync());
  for (const Outbox::Queued& one : mails) TRY(files_.rename(path_aside(one.mail), path_of(one.mail)));
  return files_.sync_directory(folder_);
}

std::vector<MailOutcome> FolderCarrier::carry(std::span<const Outbox::Queued> mails) {
  if (const Status written = write_all(mails); !written)
    return {{MailOutcome::Kind::unreachable, written.error().message(), {}}};
  return std::vector<MailOutcome>(mails.size());
}

}  // namespace azud::connect
