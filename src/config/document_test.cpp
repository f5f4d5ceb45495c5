#include "config/document.h"

#include <gtest/gtest.h>

namespace azud::config {
namespace {

Node parsed(const std::string& text) { return *Node::parse(text, "x.yaml"); }

TEST(Document, reads_typed_members) {
  const Members m = *parsed("port: 9092\nwait: 1.5 s\nsize: 64KiB\nkeep: -1\non: true\n")
                         .members({"port", "wait", "size", "keep", "on", "absent"});
  EXPECT_EQ(m.require("port")->integer(1, 65535), 9092);
  EXPECT_EQ(m.require("wait")->duration_ms(), 1500);
  EXPECT_EQ(m.require("size")->bytes(), 65536);
  EXPECT_EQ(m.require("keep")->duration_ms(true), -1);
  EXPECT_EQ(m.require("on")->boolean(), true);
  std::string untouched = "default";
  ASSERT_TRUE(m.read("absent", untouched, &Node::text));
  EXPECT_EQ(untouched, "default");
  int64_t wait_ms = 0;
  ASSERT_TRUE(m.read("wait", wait_ms, &Node::duration_ms, false));
  EXPECT_EQ(wait_ms, 1500);
}

TEST(Document, names_file_line_and_what_is_allowed) {
  const auto unknown = parsed("a: 1\nlisteners: 2\n").members({"a", "listener"});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().message(), "x.yaml:2:1: unknown key \"listeners\"");
  EXPECT_EQ(unknown.error().hint(), "did you mean \"listener\"? allowed: a, listener");

  const Node node = *parsed("a: soon\n").members({"a"})->require("a");
  EXPECT_EQ(node.duration_ms().error().message(), "x.yaml:1:4: a duration is expected here, found \"soon\"");
  EXPECT_EQ(node.choice({"now", "soon"}), "soon");
  EXPECT_EQ(node.choice({"never"}).error().message(), "x.yaml:1:4: \"soon\" is not allowed here");
  EXPECT_EQ(node.integer(0, 5).error().message(),
            "x.yaml:1:4: a whole number from 0 to 5 is expected here, found \"soon\"");
}

TEST(Document, refuses_broken_yaml_and_repeated_keys) {
  EXPECT_EQ(Node::parse("a: [1, 2", "x.yaml").error().code(), Code::invalid);
  EXPECT_EQ(parsed("a: 1\na: 2\n").members({"a"}).error().message(), "x.yaml:2:1: \"a\" stands here a second time");
  EXPECT_EQ(parsed("- 1\n").members({"a"}).error().message(), "x.yaml:1:1: a mapping is expected here, found a list");
  EXPECT_EQ(Node::load("/nonexistent.yaml").error().code(), Code::not_found);
}

}  // namespace
}  // namespace azud::config
