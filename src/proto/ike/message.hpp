// SPDX-License-Identifier: GPL-3.0-or-later
// Messages of IKEv1 and IKEv2 as views into the datagram.
#pragma once

#include <array>
#include <cstdint>

#include "base/cursor.hpp"

namespace gatehouse::proto::ike {

inline constexpr std::size_t kHeader = 28;
inline constexpr unsigned kMaxPayloads = 64;
inline constexpr unsigned kMaxVendors = 32;
inline constexpr unsigned kMaxNotifies = 16;
inline constexpr unsigned kMaxTransforms = 64;  // of all proposals of a message

// RFC 2408, 3.1 and RFC 7296, 3.1.
struct Header {
  Bytes initiator{}, responder{};  // cookies, SPIs: 8 octets each
  std::uint8_t next_payload{}, version{}, exchange{}, flags{};
  std::uint32_t message_id{}, length{};

  Header() = default;
  explicit Header(Cursor& c) noexcept
      : initiator{c.take(8)},
        responder{c.take(8)},
        next_payload{c.u8()},
        version{c.u8()},
        exchange{c.u8()},
        flags{c.u8()},
        message_id{c.u32()},
        length{c.u32()} {}

  unsigned major() const noexcept { return version >> 4; }
  unsigned minor() const noexcept { return version & 15; }
  bool v1() const noexcept { return major() == 1; }
  // Of IKEv1, flag E: all payloads are encrypted. IKEv2 has a payload for it.
  bool encrypted() const noexcept { return v1() && (flags & 1) != 0; }
  bool from_initiator() const noexcept { return (flags & 0x08) != 0; }  // IKEv2
  // What no message can be. `size`: of the datagram behind the marker.
  bool plausible(std::size_t size) const noexcept;
};

// Attributes of a security association, of IKEv1's phase 1 (RFC 2409, appendix A) and, where they mean the same,
// IKEv2's.
enum class Attribute : std::uint8_t { encryption, hash, authentication, group, life_type, life_duration, key_length };
inline constexpr std::size_t kAttributes = 7;
struct Association {
  std::array<std::uint32_t, kAttributes> values{};
  std::uint8_t known = 0;  // bit: that attribute is there

  bool has(Attribute a) const noexcept { return known >> static_cast<unsigned>(a) & 1; }
  std::uint32_t get(Attribute a) const noexcept { return values[static_cast<std::size_t>(a)]; }
  void set(Attribute a, std::uint32_t value) noexcept {
    values[static_cast<std::size_t>(a)] = value;
    known = static_cast<std::uint8_t>(known | 1u << static_cast<unsigned>(a));
  }
};

// What a message is objected to for: bit by bit, in the order of the protocol's events.
enum class Fault : std::uint8_t {
  malformed_data,
  weak_crypto_enc,
  weak_crypto_prf,
  weak_crypto_auth,
  weak_crypto_dh,
  weak_crypto_no_dh,
  weak_crypto_no_auth,
  no_encryption,
  invalid_proposal,
  unknown_proposal,
  multiple_server_proposal,
  payload_extra_data,
  too_many_payloads,
  count
};

// A list of bounded size without memory of its own; what is more is not kept.
template <typename T, unsigned Most>
struct Few {
  std::array<T, Most> items{};
  unsigned size = 0;

  void add(const T& item) noexcept {
    if (size < Most) items[size++] = item;
  }
  bool full() const noexcept { return size == Most; }
  const T* begin() const noexcept { return items.data(); }
  const T* end() const noexcept { return items.data() + size; }
};

struct Message {
  Header header;
  Few<std::uint8_t, kMaxPayloads> payloads;  // their types
  Few<Bytes, kMaxVendors> vendors;
  Few<std::uint16_t, kMaxNotifies> notifies;
  Few<Association, kMaxTransforms> associations;  // IKEv1: a transform each; IKEv2: a proposal each
  Bytes key_exchange{}, nonce{};
  std::uint32_t domain_of_interpretation = 0;
  unsigned errors = 0;  // IKEv2: notifications that are errors
  bool has_association = false;
  std::uint32_t faults = 0;

  void object(Fault fault) noexcept { faults |= 1u << static_cast<unsigned>(fault); }
  bool has(Fault fault) const noexcept { return faults >> static_cast<unsigned>(fault) & 1; }
};

// `bytes`: one whole message. `answer`: it comes from the responder, who chooses.
void read_message(Bytes bytes, bool answer, Message& message) noexcept;

namespace payload {
inline constexpr std::uint8_t v1_association = 1, v1_key_exchange = 4, v1_nonce = 10, v1_vendor = 13;
inline constexpr std::uint8_t v2_association = 33, v2_key_exchange = 34, v2_nonce = 40, v2_notify = 41, v2_vendor = 43,
                              v2_encrypted = 46, v2_encrypted_fragment = 53;
}  // namespace payload

// associations.cpp: the contents of a Security Association payload.
void read_v1_association(Bytes body, bool answer, Message& message) noexcept;
void read_v2_association(Bytes body, bool answer, Message& message) noexcept;

}  // namespace gatehouse::proto::ike
