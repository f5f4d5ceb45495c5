#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "kafka/wire/frame.h"
#include "kafka/wire/message/all_requests.h"
#include "kafka/wire/testing/hex.h"
#include "kafka/wire/testing/random.h"
#include "kafka/wire/text.h"

namespace azud::kafka {
namespace {

std::string join(const std::vector<SharedBytes>& pieces) {
  std::string whole;
  for (const SharedBytes& piece : pieces) whole.append(piece.view());
  return whole;
}

template <class M>
std::string encoded(const M& message, int16_t version) {
  Writer out;
  encode(message, version, out);
  return join(out.finish());
}

/// Calls `f.template operator()<Message>(version)` for every request and answer in every version described.
template <class F>
void for_each_version(F&& f) {
  for_each_request(AllRequests{}, [&]<class Request>() {
    const auto all_versions = [&]<class M>() {
      for (int16_t version = M::info.versions.first; version <= M::info.versions.last; ++version) {
        f.template operator()<M>(version);
      }
    };
    all_versions.template operator()<Request>();
    all_versions.template operator()<typename Request::Response>();
  });
}

TEST(Message, every_version_comes_back_as_it_was_written) {
  for_each_version([]<class M>(int16_t version) {
    for (uint32_t seed = 0; seed < 20; ++seed) {
      const M message = random_message<M>(seed, version);
      const std::string bytes = encoded(message, version);
      ASSERT_EQ(bytes.size(), encoded_size(message, version)) << M::info.name << " v" << version;

      Reader in(SharedBytes::own(bytes));
      const Result<M> back = decode<M>(in, version);
      ASSERT_TRUE(back) << back.error().message();
      ASSERT_TRUE(in.at_end()) << M::info.name << " v" << version;
      ASSERT_EQ(to_text(*back, version, BytesAs::base64), to_text(message, version, BytesAs::base64));
      ASSERT_EQ(encoded(*back, version), bytes) << M::info.name << " v" << version;
    }
  });
}

/// The bytes Apache Kafka 4.3.1 makes of the random messages, made by
///   ninja azud_kafka_wire_samples
///   azud_kafka_wire_samples | java -cp "KAFKA_LIBS/*" src/kafka/wire/testing/WireGolden.java >kafka_messages.txt
std::map<std::string, std::string> kafkas_own_bytes() {
  std::ifstream in(AZUD_SOURCE_DIR "/src/kafka/wire/testing/kafka_messages.txt");
  std::map<std::string, std::string> golden;
  std::string name, version, seed, hex;
  while (in >> name >> version >> seed && std::getline(in, hex)) {
    golden[fmt::format("{} {} {}", name, version, seed)] = hex.substr(1);
  }
  return golden;
}

TEST(Message, bytes_are_those_of_apache_kafka) {
  const auto golden = kafkas_own_bytes();
  std::size_t compared = 0;
  for_each_version([&]<class M>(int16_t version) {
    for (uint32_t seed = 1; seed <= sample_seeds; ++seed) {
      const auto found = golden.find(fmt::format("{} {} {}", M::info.name, version, seed));
      ASSERT_NE(found, golden.end()) << M::info.name << " v" << version;
      const M message = random_message<M>(seed, version);
      ASSERT_EQ(to_hex(encoded(message, version)), found->second) << to_text(message, version);
      ++compared;
    }
  });
  EXPECT_EQ(compared, golden.size());
}

TEST(Message, bytes_cut_off_anywhere_are_an_error) {
  for_each_version([]<class M>(int16_t version) {
    for (uint32_t seed = 100; seed < 104; ++seed) {
      const SharedBytes bytes = SharedBytes::own(encoded(random_message<M>(seed, version), version));
      for (std::size_t size = 0; size < bytes.size(); ++size) {
        Reader in(bytes.slice(0, size));
        const Result<M> back = decode<M>(in, version);
        ASSERT_FALSE(back) << M::info.name << " v" << version << " cut to " << size << " of " << bytes.size();
        ASSERT_EQ(back.error().code(), Code::corrupt);
      }
    }
  });
}

TEST(Message, changed_bytes_never_crash) {
  for_each_version([]<class M>(int16_t version) {
    const std::string bytes = encoded(random_message<M>(7, version), version);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      for (const int flip : {0x01, 0x80, 0xff}) {
        std::string changed = bytes;
        changed[at] = static_cast<char>(changed[at] ^ flip);
        Reader in(SharedBytes::own(std::move(changed)));
        const Result<M> back = decode<M>(in, version);
        if (back) (void)to_text(*back, version);
      }
    }
  });
}

}  // namespace
}  // namespace azud::kafka
