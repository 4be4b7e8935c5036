// SPDX-License-Identifier: GPL-3.0-or-later
// Protocols that are only recognised. Each table is a list of rows for the registry.
#pragma once

#include <span>

#include "model/protocol.hpp"

namespace gatehouse::proto::recognised {

// Reads nothing: the flow is named, and settled.
class PassedBy final : public Session {
 public:
  explicit PassedBy(Memory&) noexcept {}
  Progress parse(Direction, Bytes bytes, Sink&) noexcept override { return Progress::finished(bytes.size()); }
};

constexpr ProtocolSpec row(std::string_view name, std::string_view about, std::string_view ndpi_name,
                           Transports transports, Detector detector) {
  ProtocolSpec spec;
  spec.name = name, spec.about = about, spec.ndpi_name = ndpi_name;
  spec.transports = transports, spec.detector = detector;
  spec.create = create_session<PassedBy>, spec.destroy = destroy_session<PassedBy>;
  return spec;
}

std::span<const ProtocolSpec> plant() noexcept;    // machines, meters, instruments
std::span<const ProtocolSpec> network() noexcept;  // the rest

}  // namespace gatehouse::proto::recognised
