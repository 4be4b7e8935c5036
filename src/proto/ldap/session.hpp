// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/protocol.hpp"
#include "proto/ldap/transaction.hpp"

namespace gatehouse::proto::ldap {

// Requests that wait for their answers, and what is kept of all: reaching either completes the oldest.
inline constexpr unsigned kMaxTransactions = 256;
inline constexpr std::size_t kMaxKept = 512 * 1024;
// A longer message (a photograph, a list of revoked certificates) passes with its head read only.
inline constexpr std::size_t kMaxMessage = 256 * 1024;
// Longer than this is no message of any directory.
inline constexpr std::size_t kMaxSkipped = 256 * 1024 * 1024;
inline constexpr std::size_t kMaxName = 512;  // of the name that a session is bound as

class LdapSession final : public Session {
 public:
  LdapSession(Memory& memory, bool datagrams) noexcept : memory_(&memory), datagrams_(datagrams), bound_dn_(&memory) {}
  ~LdapSession() override;

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  enum class Next : std::uint8_t { go_on, need_more, malformed, sealed, tls };
  Next next_message(Direction direction, Bytes bytes, std::size_t& used, Sink& sink);
  bool resume(Direction direction, Bytes bytes) noexcept;

  void request(const Message& message, Bytes bytes, Sink& sink);
  bool response(const Message& message, Bytes bytes, Sink& sink);
  void bound(const LdapTransaction& tx);
  void invalid(Direction direction, Sink& sink) noexcept;

  LdapTransaction* open();
  LdapTransaction* find(std::int64_t id) noexcept;
  void make_room(Sink& sink) noexcept;
  void take_out(LdapTransaction* tx) noexcept;
  void finish(LdapTransaction* tx, Sink& sink) noexcept;
  void finish_all(Sink& sink) noexcept;

  Memory* memory_;
  bool datagrams_;
  std::pmr::string bound_dn_;
  bool may_seal_ = false;  // a SASL mechanism may have put a layer of its own below (RFC 4511, 4.2.1)
  LdapTransaction* oldest_ = nullptr;
  LdapTransaction* newest_ = nullptr;
  unsigned waiting_ = 0;
  std::size_t kept_ = 0;
  std::uint64_t transactions_ = 0;
  std::array<std::uint64_t, 2> skip_{};  // what is left of a long message
  std::array<bool, 2> lost_{};           // after a gap: the next message's beginning is not known
  std::array<bool, 2> ended_{};
  bool gaps_ = false;
  bool told_invalid_ = false;
};

}  // namespace gatehouse::proto::ldap
