// SPDX-License-Identifier: GPL-3.0-or-later
// The protocol data units of DCE 1.1 RPC (The Open Group, C706, chapter 12): views into their bytes.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/cursor.hpp"
#include "proto/dcerpc/uuid.hpp"

namespace gatehouse::proto::dcerpc {

enum class Type : std::uint8_t {  // C706, 12.6.4 and 12.5.2
  request = 0,
  ping,
  response,
  fault,
  working,
  nocall,
  reject,
  ack,
  cl_cancel,
  fack,
  cancel_ack,
  bind,
  bind_ack,
  bind_nak,
  alter_context,
  alter_context_response,
  auth3,
  shutdown,
  co_cancel,
  orphaned,
  rts,  // MS-RPCH: over HTTP
};
inline constexpr std::uint8_t kTypes = 21;
std::string_view to_text(Type type) noexcept;  // as the log writes it
constexpr bool is_bind(Type type) noexcept {
  return type == Type::bind || type == Type::alter_context;
}
constexpr bool is_bind_answer(Type type) noexcept {
  return type == Type::bind_ack || type == Type::alter_context_response;
}

inline constexpr std::size_t kHeader = 16;
inline constexpr std::size_t kLongest = 65535;

namespace pfc {  // C706, 12.6.3.1
inline constexpr std::uint8_t first_fragment = 0x01, last_fragment = 0x02, object_uuid = 0x80;
}

// C706, 12.6.3.1. The fields that all connection-oriented units have.
struct Header {
  std::uint8_t version{}, minor{}, type{}, flags{};
  std::uint8_t representation{};  // its high half: 1, little endian
  std::uint16_t length{}, auth_length{};
  std::uint32_t call_id{};

  Header() = default;
  explicit Header(Cursor& c) noexcept;

  bool little() const noexcept { return (representation >> 4) == 1; }
  bool first() const noexcept { return (flags & pfc::first_fragment) != 0; }
  bool last() const noexcept { return (flags & pfc::last_fragment) != 0; }
  bool plausible() const noexcept {
    return version == 5 && minor <= 1 && type < kTypes && (representation & 0xef) == 0 && length >= kHeader &&
           std::size_t{auth_length} + kHeader <= length;
  }
};

// Numbers in the sender's byte order.
class Numbers {
 public:
  Numbers(Bytes bytes, bool little) noexcept : c(bytes), little_(little) {}
  std::uint16_t u16() noexcept { return little_ ? c.le16() : c.u16(); }
  std::uint32_t u32() noexcept { return little_ ? c.le32() : c.u32(); }
  Uuid uuid() noexcept { return Uuid::read(c, little_); }
  Cursor c;

 private:
  bool little_;
};

// C706, 13.2.6.1, 2.11 of MS-RPCE: who protects the call and how; behind the stub data, which it pads.
struct Verifier {
  std::uint8_t type{}, level{};
  Bytes token{};
};

// One unit, taken apart as far as its type allows.
struct Unit {
  Header header;
  Bytes body{};  // behind the header, without the verifier
  Verifier verifier;
  bool has_verifier = false;
  // REQUEST, RESPONSE, FAULT
  std::uint16_t context = 0, opnum = 0;
  std::uint32_t status = 0;  // of a FAULT
  Bytes stub{};

  Type type() const noexcept { return static_cast<Type>(header.type); }
};

// `bytes`: exactly one unit, its header plausible. False where it is shorter than what it says it holds.
bool read_unit(Bytes bytes, Unit& unit) noexcept;

// C706, 12.6.3.1: the abstract syntax of each element of a BIND's or ALTER_CONTEXT's list.
struct BindItem {
  std::uint16_t context{};
  Uuid interface{};
  std::uint16_t version{}, minor{};
};
class BindItems {
 public:
  explicit BindItems(const Unit& unit) noexcept;
  bool next(BindItem& item) noexcept;
  bool ok() const noexcept { return n_.c.ok(); }

 private:
  Numbers n_;
  unsigned left_ = 0;
};

// The results of a BIND_ACK or ALTER_CONTEXT_RESPONSE, in the order of what was asked.
struct BindResult {
  std::uint16_t result{}, reason{};
};
class BindResults {
 public:
  explicit BindResults(const Unit& unit) noexcept;
  bool next(BindResult& result) noexcept;
  bool ok() const noexcept { return n_.c.ok(); }

 private:
  Numbers n_;
  unsigned left_ = 0;
};

namespace cl_flag {  // C706, 12.5.1.3
inline constexpr std::uint8_t last_fragment = 0x02, fragment = 0x04, reserved = 0x81;
}
inline constexpr std::size_t kDatagramHeader = 80;

// C706, 12.5.1. The header of connectionless units.
struct DatagramHeader {
  std::uint8_t version{}, type{}, flags1{}, flags2{}, representation{};
  Uuid object{}, interface{}, activity{};
  std::uint32_t interface_version{}, sequence{};
  std::uint16_t opnum{}, length{}, fragment{};
  std::uint8_t auth_protocol{};

  DatagramHeader() = default;
  explicit DatagramHeader(Cursor& c) noexcept;

  bool little() const noexcept { return (representation >> 4) == 1; }
  bool fragmented() const noexcept { return (flags1 & cl_flag::fragment) != 0; }
  bool last() const noexcept { return !fragmented() || (flags1 & cl_flag::last_fragment) != 0; }
  // `size`: of the datagram.
  bool plausible(std::size_t size) const noexcept;
};

}  // namespace gatehouse::proto::dcerpc
