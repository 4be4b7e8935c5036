// SPDX-License-Identifier: GPL-3.0-or-later
// A request and all its responses. They arrive over many packets, so what the log and the rules need is copied.
#pragma once

#include <string>

#include "model/protocol.hpp"
#include "proto/ldap/message.hpp"

namespace gatehouse::proto::ldap {

// Of one message this much is kept, of one transaction this much in all; its last response is kept in any case.
inline constexpr std::size_t kMaxKeptMessage = 8 * 1024;
inline constexpr std::size_t kMaxKeptResponses = 64 * 1024;
// Responses to one request: a search of the whole directory has more, and they are counted only.
inline constexpr unsigned kMaxResponses = 1024;

namespace event {
inline constexpr std::uint8_t too_many_transactions = 0, invalid_data = 1, request_not_found = 2,
                              too_many_responses = 3, responses_not_kept = 4, message_too_long = 5, filter_too_deep = 6;
}

class LdapTransaction : public Transaction {
 public:
  // A message with the bytes that its views are of.
  struct Kept {
    Message message;
    Kept* next = nullptr;
    std::uint8_t* copy = nullptr;
    std::size_t size = 0;
  };

  LdapTransaction(Memory& memory, const std::pmr::string& bound) noexcept
      : bound_dn(bound), filter(&memory), memory_(&memory) {}
  ~LdapTransaction();
  LdapTransaction(const LdapTransaction&) = delete;
  LdapTransaction& operator=(const LdapTransaction&) = delete;

  void set_request(const Message& message, Bytes bytes);
  // False: counted, but not kept.
  bool add_response(const Message& message, Bytes bytes);

  const Message* request() const noexcept { return request_ != nullptr ? &request_->message : nullptr; }
  const Kept* responses() const noexcept { return first_; }
  unsigned response_count() const noexcept { return count_; }
  std::size_t kept_size() const noexcept { return kept_size_; }
  bool answers(std::int64_t message) const noexcept { return request_ != nullptr && request_->message.id == message; }

  const std::pmr::string& bound_dn;  // the session's: who it is logged in as
  std::pmr::string filter;           // of a search, as text
  LdapTransaction* next = nullptr;   // in the session's list

 private:
  Kept* keep(const Message& message, Bytes bytes);
  void destroy(Kept* kept) noexcept;

  Memory* memory_;
  Kept* request_ = nullptr;
  Kept* first_ = nullptr;
  Kept* last_ = nullptr;
  unsigned count_ = 0;
  std::size_t kept_size_ = 0;
};

void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::ldap
