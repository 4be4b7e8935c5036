// SPDX-License-Identifier: GPL-3.0-or-later
// The blocks of PROFINET IO (IEC 61158-6-10, 5.2): big endian, each with type, length and version. Views.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/cursor.hpp"
#include "proto/dcerpc/uuid.hpp"

namespace gatehouse::proto::profinet {

enum class Function : std::uint16_t { connect = 0, release, read, write, control, read_implicit };

// Vendor and device, in the last octets of the identifiers DEA00000-6C97-11D1-8271-… of objects.
struct Identity {
  std::uint16_t device = 0, vendor = 0;
  bool known = false;
};
Identity identity_of(const dcerpc::Uuid& object) noexcept;

// What the blocks of one direction of a call say that is worth knowing.
struct Contents {
  bool has_relation = false;  // ARBlockReq
  std::uint16_t relation_type = 0;
  Identity initiator{};
  std::string_view station{};  // of who connects
  bool has_record = false;     // IODReadReqHeader, IODWriteReqHeader and their answers
  std::uint16_t slot = 0, subslot = 0, index = 0;
  std::uint32_t length = 0;
  bool has_command = false;  // IODControlReq
  std::uint16_t command = 0;
  bool has_identification = false;  // I&M0
  std::string_view order_id{}, serial{};
  std::uint16_t hardware = 0;
  char software_prefix = 0;
  std::uint8_t software[3] = {0, 0, 0};
  std::uint16_t vendor = 0;
  std::uint32_t status = 0;  // PNIOStatus of an answer
};

// The stub data of a call. False where they are shorter than what they say.
bool read_stub(Bytes stub, bool answer, bool little, Contents& out) noexcept;

}  // namespace gatehouse::proto::profinet
