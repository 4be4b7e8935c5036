// SPDX-License-Identifier: GPL-3.0-or-later
// A DNS message, as DNS, multicast DNS and LLMNR have it: header, questions and records as positions in the bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "base/cursor.hpp"
#include "proto/dns/name.hpp"

namespace gatehouse::proto::dns {

inline constexpr std::size_t kHeaderSize = 12;
// What is kept of one message; a zone transfer may hold more, which is walked over and marked.
inline constexpr std::size_t kMaxQuestions = 64;
inline constexpr std::size_t kMaxRecords = 512;

// RFC 1035, 4.1.1. Header section format.
struct Header {
  std::uint16_t id = 0, flags = 0, questions = 0, answers = 0, authorities = 0, additionals = 0;

  Header() = default;
  explicit Header(Cursor& c) noexcept
      : id{c.u16()}, flags{c.u16()}, questions{c.u16()}, answers{c.u16()}, authorities{c.u16()}, additionals{c.u16()} {}

  bool is_response() const noexcept { return (flags & 0x8000) != 0; }
  std::uint8_t opcode() const noexcept { return flags >> 11 & 0xf; }
  bool aa() const noexcept { return (flags & 0x0400) != 0; }
  bool tc() const noexcept { return (flags & 0x0200) != 0; }
  bool rd() const noexcept { return (flags & 0x0100) != 0; }
  bool ra() const noexcept { return (flags & 0x0080) != 0; }
  bool z() const noexcept { return (flags & 0x0040) != 0; }
  bool ad() const noexcept { return (flags & 0x0020) != 0; }
  bool cd() const noexcept { return (flags & 0x0010) != 0; }
  std::uint8_t rcode() const noexcept { return flags & 0xf; }
  unsigned entries() const noexcept { return unsigned{questions} + answers + authorities + additionals; }

  // Whether a message of `size` bytes can have this header at all.
  bool fits(std::size_t size) const noexcept;
};

// Neither has member initialisers: arrays of them stand unwritten until they are parsed.
struct Question {
  Name name;
  std::uint16_t type, klass;
};

struct Record {
  Name name;
  Name target;  // the name in the data of CNAME, NS, PTR, MX, SRV, and of SOA the first; elsewhere empty
  std::uint32_t ttl;
  std::uint16_t type, klass;
  std::uint16_t data, data_size;

  bool has_target() const noexcept;
  Bytes data_in(Bytes message) const noexcept { return message.subspan(data, data_size); }
};

struct Message {
  Bytes bytes;
  Header header;
  std::uint8_t name_flags = 0;  // of all names together
  bool invalid_authorities = false, invalid_additionals = false;
  bool too_many_records = false;

  Message() noexcept {}  // leaves the arrays as they are
  std::span<const Question> questions() const noexcept { return {questions_.data(), question_count_}; }
  std::span<const Record> answers() const noexcept { return {records_.data(), answer_end_}; }
  std::span<const Record> authorities() const noexcept {
    return {records_.data() + answer_end_, std::size_t{authority_end_} - answer_end_};
  }
  std::span<const Record> additionals() const noexcept {
    return {records_.data() + authority_end_, std::size_t{record_end_} - authority_end_};
  }
  std::span<const Record> records() const noexcept { return {records_.data(), record_end_}; }
  // Position behind the last record that could be read.
  std::size_t end() const noexcept { return end_; }

  // False where questions or answers are malformed. Malformed authorities and additionals are left out and marked.
  [[nodiscard]] bool parse(Bytes message) noexcept;
  // Without questions and records, as if there had been a bare header.
  void clear() noexcept { question_count_ = answer_end_ = authority_end_ = record_end_ = 0; }

 private:
  [[nodiscard]] bool parse_question(std::size_t& at) noexcept;
  [[nodiscard]] bool parse_section(std::size_t& at, unsigned count) noexcept;
  [[nodiscard]] bool parse_record(std::size_t& at, Record& record) noexcept;
  [[nodiscard]] bool parse_data(Record& record) noexcept;
  [[nodiscard]] bool parse_target(Record& record, std::size_t skip, std::size_t& next) noexcept;

  std::uint16_t question_count_ = 0, answer_end_ = 0, authority_end_ = 0, record_end_ = 0;
  std::size_t end_ = 0;
  std::array<Question, kMaxQuestions> questions_;
  std::array<Record, kMaxRecords> records_;
};

// Structured data of a record, read again where it is wanted; the record has been checked by Message::parse.
struct Soa {
  Name primary, mailbox;
  std::uint32_t serial, refresh, retry, expire, minimum;
};
bool read_soa(Bytes message, const Record& record, Soa& soa) noexcept;

struct Srv {
  std::uint16_t priority, weight, port;

  explicit Srv(Cursor c) noexcept : priority{c.u16()}, weight{c.u16()}, port{c.u16()} {}
};

// RFC 6891, 6.1.2: the OPT record's class is the sender's UDP payload size, its TTL "extended RCODE and flags".
struct Edns {
  bool present = false;
  std::uint16_t udp_size = 0, extended_rcode = 0;
  std::uint8_t version = 0;
  bool dnssec_ok = false;
  Bytes cookie, client_subnet;
};
Edns edns_of(const Message& message) noexcept;

}  // namespace gatehouse::proto::dns
