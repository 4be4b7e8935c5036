// SPDX-License-Identifier: GPL-3.0-or-later
// What is kept of a mail for the log, the rules and the policy.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.hpp"
#include "proto/line/log_budget.hpp"

namespace gatehouse::proto::mime {

using Text = std::pmr::string;
using Texts = std::pmr::vector<Text>;

inline constexpr std::size_t kMaxUrls = 64;
inline constexpr std::size_t kMaxUrl = 1024;
inline constexpr std::size_t kMaxAttachments = 64;
inline constexpr std::size_t kMaxReceived = 32;

// A header field's value: of several fields of one name the first counts.
struct Value {
  explicit Value(std::pmr::memory_resource& memory) : text(&memory) {}
  bool present = false;
  Text text;
};

struct Email {
  explicit Email(std::pmr::memory_resource& memory)
      : from(memory),
        to(memory),
        cc(memory),
        subject(memory),
        date(memory),
        message_id(memory),
        x_mailer(memory),
        received(&memory),
        urls(&memory),
        attachments(&memory) {}

  // A field of the message's own header section. False: a name that is not kept.
  bool keep(std::string_view name, std::string_view value);
  void keep_url(std::string_view url);
  void keep_attachment(std::string_view name);

  Value from, to, cc, subject, date, message_id, x_mailer;
  Texts received, urls, attachments;
};

using proto::LogBudget;

// An array of EVE; left out where it would be empty, as readers expect.
template <typename Range>
void write_texts(JsonWriter& json, std::string_view key, const Range& texts, LogBudget& budget) noexcept {
  if (texts.empty() || budget.empty()) return;
  json.open_array(key);
  for (const Text& text : texts)
    if (!budget.empty()) json.element(budget.take(text));
  json.close_array();
}

// The object "email" of EVE.
void write_email(const Email& email, JsonWriter& json, LogBudget& budget) noexcept;

}  // namespace gatehouse::proto::mime
