#include "simulate/recorded_source.h"

#include <atomic>
#include <sstream>

#include <gtest/gtest.h>

#include "simulate/runner.h"
#include "simulate/text_sender.h"

namespace azud::simulate {
namespace {

TEST(RecordedSource, GivesBackWhatTextSenderWrote) {
  const std::string text =
      "1000\tENTRY\t7\t7,true\n1002\tOK\t8\t\n1002\tENTRY\t\tno key\twith a tab\n1005\tENTRY\t7\t7,false\n";
  auto source = RecordedSource::read(text);
  ASSERT_TRUE(source.has_value());
  EXPECT_EQ((*source)->topics().size(), 2U);
  EXPECT_EQ((*source)->key_slots(), 3U);
  std::ostringstream written;
  TextSender sender(written, **source);
  const io::SystemClock clock;
  const std::atomic<bool> stop{false};
  ASSERT_TRUE(run(**source, sender, {}, clock, stop, {}).has_value());
  EXPECT_EQ(written.str(), text);
}

TEST(RecordedSource, EqualKeysShareASlot) {
  auto source = RecordedSource::read("1\tA\tx\t\n2\tB\ty\t\n3\tB\tx\t");
  ASSERT_TRUE(source.has_value());
  Event event;
  std::string slots;
  while ((*source)->next(event)) slots += std::to_string(event.key_slot);
  EXPECT_EQ(slots, "010");
}

TEST(RecordedSource, NamesTheWrongLine) {
  for (const auto* text : {"1\tA\tx\tv\n\n", "1\tA\tx\tv\nx\tA\tk\tv\n", "1\tA\tx\tv\n2\tA\tv\n"}) {
    const auto source = RecordedSource::read(text);
    ASSERT_FALSE(source.has_value()) << text;
    EXPECT_EQ(source.error().message().find("line 2: "), 0U) << source.error().message();
  }
}

}  // namespace
}  // namespace azud::simulate
