// SPDX-License-Identifier: GPL-3.0-or-later
// The vocabulary of protocols and fields in words, for `protocols`, `fields` and docs/protocols.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/protocol.hpp"

namespace gatehouse::cli {

std::string_view type_text(FieldType type) noexcept;
std::string_view direction_text(FieldDirection direction) noexcept;
// The moment at which a field is known: a stage of its direction; empty where the protocol names none.
std::string_view stage_text(const ProtocolSpec& protocol, const FieldSpec& field) noexcept;
std::vector<std::string> transports(const ProtocolSpec& protocol);

// docs/protocols.md: every protocol with its fields, the names of their values, and its events.
std::string vocabulary_markdown();

}  // namespace gatehouse::cli
