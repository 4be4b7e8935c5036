// SPDX-License-Identifier: GPL-3.0-or-later
// The sections, one file schema_<name>.cpp each. A new one has a line here and one in schema.cpp.
#pragma once

#include "config/option.hpp"

namespace gatehouse::config {

extern const Section kSystemSection, kCaptureSection, kDecodeSection, kFlowSection, kStreamSection, kProtocolsSection,
    kFilesSection, kLogSection, kControlSection, kPolicySection, kIpsSection;

}  // namespace gatehouse::config
