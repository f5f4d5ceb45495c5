#include "kafka/broker/group/group_image.h"

#include "kafka/broker/group/group.h"
#include "kafka/wire/decode.h"
#include "kafka/wire/encode.h"

namespace azud::kafka {
namespace {

constexpr int8_t image_version = 1;

}  // namespace

std::string to_bytes(const GroupImage& image) {
  Writer out;
  out.put_int(image_version);
  Encoder<Writer>(out, image_version, true).put_structure(image);
  return std::string(out.finish().front().view());
}

Result<GroupImage> group_image_of(ByteView bytes) {
  Reader in(SharedBytes::own(std::string(bytes)));
  const auto version = in.take_int<int8_t>();
  if (version != image_version) {
    return fail(Code::unsupported, "stored group has a version that this azud does not know: {}", version);
  }
  GroupImage image;
  Decoder(in, version, true).take_structure(image);
  TRY(in.status("stored group"));
  return image;
}

GroupImage Group::image() const {
  GroupImage image;
  image.generation = generation_;
  image.protocol_type = protocol_type_;
  image.protocol = protocol_;
  image.leader = leader_;
  for (const auto& [id, member] : members_) {
    GroupImage::Member& kept = image.members.emplace_back();
    kept.id = id;
    kept.instance_id = member.instance_id;
    kept.client_id = member.client_id;
    kept.client_host = member.client_host;
    kept.session_timeout_ms = member.session_timeout_ms;
    kept.rebalance_timeout_ms = member.rebalance_timeout_ms;
    for (const auto& protocol : member.protocols) kept.protocols.push_back({protocol.name, protocol.metadata});
    kept.assignment = member.assignment;
  }
  return image;
}

void Group::restore(const GroupImage& image, int64_t now_ms) {
  generation_ = image.generation;
  protocol_type_ = image.protocol_type;
  protocol_ = image.protocol;
  leader_ = image.leader;
  state_ = image.members.empty() ? GroupState::empty : GroupState::stable;
  for (const GroupImage::Member& kept : image.members) {
    Member& member = members_[kept.id];
    member.id = kept.id;
    member.instance_id = kept.instance_id;
    member.client_id = kept.client_id;
    member.client_host = kept.client_host;
    member.session_timeout_ms = kept.session_timeout_ms;
    member.rebalance_timeout_ms = kept.rebalance_timeout_ms;
    for (const auto& protocol : kept.protocols) member.protocols.push_back({protocol.name, protocol.metadata});
    member.assignment = kept.assignment;
    member.is_new = false;
    touch(member, now_ms);
    if (member.instance_id) static_members_[*member.instance_id] = member.id;
  }
}

}  // namespace azud::kafka
