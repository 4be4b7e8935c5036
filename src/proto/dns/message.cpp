// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dns/message.hpp"

#include "proto/dns/types.hpp"

namespace gatehouse::proto::dns {
namespace {

constexpr std::size_t kMaxMessage = 0xffff;

// RFC 1035, 3.3.14: "TXT-DATA One or more <character-string>s."
bool strings_fit(Cursor c) noexcept {
  while (!c.empty()) c.skip(c.u8());
  return c.ok();
}

// RFC 6891, 6.1.2: OPTION-CODE, OPTION-LENGTH, OPTION-DATA, any number of times.
bool options_fit(Cursor c) noexcept {
  while (!c.empty()) {
    c.skip(2);
    c.skip(c.u16());
  }
  return c.ok();
}

}  // namespace

bool Header::fits(std::size_t size) const noexcept {
  if (std::size_t{2} * entries() > size) return false;
  if (entries() == 0 && size > kHeaderSize) return false;  // a bare header is a server's error
  return is_response() || questions > 0;
}

bool Record::has_target() const noexcept {
  switch (type) {
    case rr_type::cname:
    case rr_type::ns:
    case rr_type::ptr:
    case rr_type::mx:
    case rr_type::soa:
    case rr_type::srv:
      return true;
    default:
      return false;
  }
}

bool Message::parse(Bytes message) noexcept {
  Cursor c{message};
  header = Header{c};
  if (!c.ok() || message.size() > kMaxMessage || !header.fits(message.size())) return false;
  bytes = message;
  std::size_t at = kHeaderSize;
  for (unsigned i = 0; i < header.questions; ++i)
    if (!parse_question(at)) return false;
  if (!parse_section(at, header.answers)) return false;
  answer_end_ = authority_end_ = record_end_;
  // A fault behind the answers does not hide them: what matters to the receiver has been read.
  std::size_t ahead = at;
  if (parse_section(ahead, header.authorities)) {
    at = ahead;
    authority_end_ = record_end_;
    if (parse_section(ahead, header.additionals)) {
      at = ahead;
    } else {
      record_end_ = authority_end_;
      invalid_additionals = true;
    }
  } else {
    record_end_ = authority_end_;
    invalid_authorities = true;
  }
  end_ = at;
  return true;
}

// RFC 1035, 4.1.2. Question section format.
bool Message::parse_question(std::size_t& at) noexcept {
  Question question;
  if (!find_name(bytes, at, bytes.size(), question.name, at)) return false;
  Cursor c{bytes.subspan(at)};
  question.type = c.u16();
  question.klass = c.u16();
  if (!c.ok()) return false;
  at += c.position();
  name_flags |= question.name.flags;
  if (question_count_ < kMaxQuestions)
    questions_[question_count_++] = question;
  else
    too_many_records = true;
  return true;
}

bool Message::parse_section(std::size_t& at, unsigned count) noexcept {
  Record beyond;
  for (unsigned i = 0; i < count; ++i) {
    const bool room = record_end_ < kMaxRecords;
    if (!parse_record(at, room ? records_[record_end_] : beyond)) return false;
    if (room)
      ++record_end_;
    else
      too_many_records = true;
  }
  return true;
}

// RFC 1035, 4.1.3. Resource record format.
bool Message::parse_record(std::size_t& at, Record& record) noexcept {
  if (!find_name(bytes, at, bytes.size(), record.name, at)) return false;
  Cursor c{bytes.subspan(at)};
  record.type = c.u16();
  record.klass = c.u16();
  record.ttl = c.u32();
  record.data_size = c.u16();
  record.data = static_cast<std::uint16_t>(at + c.position());
  c.skip(record.data_size);
  if (!c.ok()) return false;
  at += c.position();
  record.target = Name{record.data, record.data, 0, 0};
  if (!parse_data(record)) return false;
  name_flags |= record.name.flags | record.target.flags;
  return true;
}

bool Message::parse_data(Record& record) noexcept {
  std::size_t next = 0;
  switch (record.type) {
    case rr_type::cname:
    case rr_type::ns:
    case rr_type::ptr:
      return parse_target(record, 0, next);
    case rr_type::mx:
      return parse_target(record, 2, next);
    case rr_type::srv:
      return parse_target(record, 6, next);
    case rr_type::soa: {
      Soa soa;
      if (!parse_target(record, 0, next) || !read_soa(bytes, record, soa)) return false;
      name_flags |= soa.mailbox.flags;
      return true;
    }
    case rr_type::txt:
      return strings_fit(Cursor{record.data_in(bytes)});
    case rr_type::opt:
      return options_fit(Cursor{record.data_in(bytes)});
    case rr_type::sshfp:
      return record.data_size >= 2;
    default:
      return true;  // all others are carried as they are
  }
}

bool Message::parse_target(Record& record, std::size_t skip, std::size_t& next) noexcept {
  return record.data_size >= skip &&
         find_name(bytes, record.data + skip, std::size_t{record.data} + record.data_size, record.target, next);
}

// RFC 1035, 3.3.13. SOA RDATA format.
bool read_soa(Bytes message, const Record& record, Soa& soa) noexcept {
  const std::size_t end = std::size_t{record.data} + record.data_size;
  std::size_t at = record.data;
  if (!find_name(message, at, end, soa.primary, at) || !find_name(message, at, end, soa.mailbox, at)) return false;
  Cursor c{message.subspan(at, end - at)};
  soa.serial = c.u32();
  soa.refresh = c.u32();
  soa.retry = c.u32();
  soa.expire = c.u32();
  soa.minimum = c.u32();
  return c.ok();
}

Edns edns_of(const Message& message) noexcept {
  constexpr std::uint16_t client_subnet = 8, cookie = 10;  // RFC 7871, RFC 7873
  for (const Record& record : message.additionals()) {
    if (record.type != rr_type::opt) continue;
    Edns edns{true,
              record.klass,
              static_cast<std::uint16_t>(record.ttl >> 24 << 4 | message.header.rcode()),
              static_cast<std::uint8_t>(record.ttl >> 16),
              (record.ttl & 0x8000) != 0,
              {},
              {}};
    for (Cursor c{record.data_in(message.bytes)}; c.ok() && !c.empty();) {
      const std::uint16_t code = c.u16();
      const Bytes data = c.take(c.u16());
      if (code == client_subnet) edns.client_subnet = data;
      if (code == cookie) edns.cookie = data;
    }
    return edns;
  }
  return {};
}

}  // namespace gatehouse::proto::dns
