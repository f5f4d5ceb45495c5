#include "io/address.h"

#include <gtest/gtest.h>

namespace azud::io {
namespace {

TEST(Address, reads_the_usual_forms) {
  for (const auto& [text, host, port] : {std::tuple{"localhost:9092", "localhost", 9092},
                                         {"127.0.0.1:0", "127.0.0.1", 0},
                                         {"[::1]:80", "::1", 80},
                                         {"[::]:65535", "::", 65535},
                                         {":8080", "", 8080},
                                         {"*:8080", "", 8080}}) {
    const auto address = Address::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->host, host);
    EXPECT_EQ(address->port, port);
    EXPECT_EQ(Address::parse(address->to_text())->host, host);
  }
}

TEST(Address, refuses_the_rest_with_the_text_found) {
  for (const char* text : {"", "localhost", "::1:80", "[::1]80", "[::1", "a:", "a:b", "a:-1", "a:65536", "a:80 "}) {
    const auto address = Address::parse(text);
    ASSERT_FALSE(address) << text;
    EXPECT_NE(address.error().message().find(text), std::string::npos);
  }
}

}  // namespace
}  // namespace azud::io
