#pragma once

#include <utility>
#include <vector>

#include "base/unique_function.h"

namespace azud::kafka {

/// Answers that a state machine has decided on. They are given after its lock is released, in the order they were
/// added.
class Outbox {
 public:
  void add(UniqueFunction<void()> answer) { answers_.push_back(std::move(answer)); }

  template <class Done, class Response>
  void answer(Done done, Response response) {
    add([done = std::move(done), response = std::move(response)]() mutable { done(std::move(response)); });
  }

  void deliver() {
    for (auto& answer : std::exchange(answers_, {})) answer();
  }
  bool empty() const { return answers_.empty(); }

 private:
  std::vector<UniqueFunction<void()>> answers_;
};

}  // namespace azud::kafka
