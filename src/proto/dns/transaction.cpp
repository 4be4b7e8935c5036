// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dns/transaction.hpp"

#include <algorithm>
#include <cstring>

namespace gatehouse::proto::dns {

void NameTexts::prepare(const Message& message) noexcept {
  const std::size_t slots = kMaxQuestions + 2 * message.records().size();
  std::fill_n(texts_.begin(), slots, nullptr);
}

std::string_view NameTexts::question(const Message& message, std::size_t index) const noexcept {
  return text(message, message.questions()[index].name, index);
}

std::string_view NameTexts::record(const Message& message, std::size_t index) const noexcept {
  return text(message, message.records()[index].name, kMaxQuestions + 2 * index);
}

std::string_view NameTexts::target(const Message& message, std::size_t index) const noexcept {
  return text(message, message.records()[index].target, kMaxQuestions + 2 * index + 1);
}

std::string_view NameTexts::text(const Message& message, const Name& name, std::size_t slot) const noexcept {
  if (name.length == 0) return {};
  if (texts_[slot] == nullptr) {
    std::array<char, kMaxNameText> buffer;
    const std::string_view made = name_text(message.bytes, name, buffer);
    char* const kept = static_cast<char*>(arena_.allocate(made.size(), 1));
    std::memcpy(kept, made.data(), made.size());
    texts_[slot] = kept;
  }
  return {texts_[slot], name.length};
}

}  // namespace gatehouse::proto::dns
