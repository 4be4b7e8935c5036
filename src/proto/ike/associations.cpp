// SPDX-License-Identifier: GPL-3.0-or-later
// Security Association payloads: what is proposed and chosen, and how weak it is.
#include "proto/ike/message.hpp"

namespace gatehouse::proto::ike {
namespace {

constexpr std::uint16_t kKeyLength = 14;  // the same in both versions

// RFC 2408, 3.3 and RFC 7296, 3.3.5: a short attribute has bit 15 and a value of two octets, a long one a length.
bool read_attribute(Cursor& c, std::uint16_t& type, std::uint32_t& value) noexcept {
  type = c.u16();
  if ((type & 0x8000) != 0) {
    type = static_cast<std::uint16_t>(type & 0x7fff);
    value = c.u16();
    return c.ok();
  }
  const Bytes octets = c.take(c.u16());
  value = 0;
  for (const std::uint8_t octet : octets) value = octets.size() <= 4 ? value << 8 | octet : 0;
  return c.ok();
}

// RFC 2409, appendix A.
void set_v1(Association& one, std::uint16_t type, std::uint32_t value) noexcept {
  switch (type) {
    case 1:
      return one.set(Attribute::encryption, value);
    case 2:
      return one.set(Attribute::hash, value);
    case 3:
      return one.set(Attribute::authentication, value);
    case 4:
      return one.set(Attribute::group, value);
    case 11:
      return one.set(Attribute::life_type, value);
    case 12:
      return one.set(Attribute::life_duration, value);
    case kKeyLength:
      return one.set(Attribute::key_length, value);
    default:
      return;
  }
}

// RFC 7296, 3.3.2 and IANA's registry: transform types and the numbers of what is broken, or too short by now.
enum TransformType : std::uint8_t { encryption = 1, prf, integrity, group, sequence_numbers };

void judge_transform(std::uint8_t type, std::uint16_t id, Message& message) noexcept {
  switch (type) {
    case encryption:
      if ((id >= 1 && id <= 9) || id == 11) message.object(Fault::weak_crypto_enc);
      break;
    case prf:
      if (id == 0) message.object(Fault::invalid_proposal);
      if (id == 1 || id == 2) message.object(Fault::weak_crypto_prf);
      break;
    case integrity:
      if ((id >= 1 && id <= 7)) message.object(Fault::weak_crypto_auth);
      break;
    case group:
      if (id == 0) message.object(Fault::invalid_proposal);
      if (id == 1 || id == 2 || id == 5 || id == 22) message.object(Fault::weak_crypto_dh);
      break;
    case sequence_numbers:
      break;
    default:
      if (type == 0 || type > 13) message.object(Fault::unknown_proposal);
  }
}

// Encryption that authenticates by itself: AES in CCM and GCM, Camellia in CCM, ChaCha20-Poly1305, and with implicit
// IVs.
bool is_aead(std::uint16_t id) noexcept {
  return (id >= 14 && id <= 16) || (id >= 18 && id <= 20) || (id >= 25 && id <= 31);
}

struct Proposed {
  bool group = false, integrity = false, aead = false;
};

void read_v2_transform(Cursor c, Association& one, Proposed& proposed, Message& message) noexcept {
  const std::uint8_t type = c.u8();
  c.u8();
  const std::uint16_t id = c.u16();
  if (!c.ok()) return message.object(Fault::malformed_data);
  judge_transform(type, id, message);
  if (type == encryption) one.set(Attribute::encryption, id), proposed.aead |= is_aead(id);
  if (type == prf) one.set(Attribute::hash, id);
  if (type == integrity) one.set(Attribute::authentication, id), proposed.integrity |= id != 0;
  if (type == group) one.set(Attribute::group, id), proposed.group = true;
  while (!c.empty()) {
    std::uint16_t attribute = 0;
    std::uint32_t value = 0;
    if (!read_attribute(c, attribute, value)) return message.object(Fault::malformed_data);
    if (attribute == kKeyLength && type == encryption) one.set(Attribute::key_length, value);
  }
}

}  // namespace

// RFC 2408, 3.4 to 3.6: domain of interpretation, situation; proposals; in each of them transforms with attributes. An
// initiator orders what it would like, a responder answers with the one it takes.
void read_v1_association(Bytes body, bool answer, Message& message) noexcept {
  Cursor c{body};
  message.has_association = true;
  message.domain_of_interpretation = c.u32();
  c.skip(4);
  while (c.ok() && !c.empty()) {
    c.skip(2);
    const std::uint16_t length = c.u16();
    Cursor proposal = c.sub(length < 4 ? ~std::size_t{0} : length - 4u);
    proposal.skip(2);
    const std::uint8_t spi = proposal.u8();
    proposal.u8();  // how many transforms: they say so themselves
    proposal.skip(spi);
    while (proposal.ok() && !proposal.empty()) {
      proposal.skip(2);
      const std::uint16_t size = proposal.u16();
      Cursor transform = proposal.sub(size < 4 ? ~std::size_t{0} : size - 4u);
      transform.skip(4);  // number, kind, reserved
      Association one;
      while (transform.ok() && !transform.empty()) {
        std::uint16_t type = 0;
        std::uint32_t value = 0;
        if (read_attribute(transform, type, value)) set_v1(one, type, value);
      }
      if (!transform.ok()) message.object(Fault::malformed_data);
      if (answer && message.associations.size == 1) message.object(Fault::multiple_server_proposal);
      if (one.known != 0) message.associations.add(one);
    }
    if (!proposal.ok()) message.object(Fault::malformed_data);
  }
  if (!c.ok()) message.object(Fault::malformed_data);
}

// RFC 7296, 3.3: proposals, each with transforms of several types.
void read_v2_association(Bytes body, bool answer, Message& message) noexcept {
  constexpr std::uint8_t kAuthenticationHeader = 2;
  Cursor c{body};
  message.has_association = true;
  while (c.ok() && !c.empty()) {
    c.skip(2);
    const std::uint16_t length = c.u16();
    Cursor proposal = c.sub(length < 4 ? ~std::size_t{0} : length - 4u);
    proposal.u8();
    const std::uint8_t protocol = proposal.u8();
    const std::uint8_t spi = proposal.u8();
    proposal.u8();
    proposal.skip(spi);
    Association one;
    Proposed proposed;
    while (proposal.ok() && !proposal.empty()) {
      proposal.skip(2);
      const std::uint16_t size = proposal.u16();
      Cursor transform = proposal.sub(size < 4 ? ~std::size_t{0} : size - 4u);
      if (proposal.ok()) read_v2_transform(transform, one, proposed, message);
    }
    if (!proposal.ok()) return message.object(Fault::malformed_data);
    if (!proposed.group) message.object(Fault::weak_crypto_no_dh);
    if (!proposed.integrity && !proposed.aead) message.object(Fault::weak_crypto_no_auth);
    if (protocol == kAuthenticationHeader) message.object(Fault::no_encryption);
    if (answer && message.associations.size == 1) message.object(Fault::multiple_server_proposal);
    message.associations.add(one);
  }
  if (!c.ok()) message.object(Fault::malformed_data);
}

}  // namespace gatehouse::proto::ike
