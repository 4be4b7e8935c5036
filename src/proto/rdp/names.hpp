// SPDX-License-Identifier: GPL-3.0-or-later
// What the numbers of RDP are called.
#pragma once

#include <array>
#include <string_view>

#include "model/field.hpp"

namespace gatehouse::proto::rdp {

// [MS-RDPBCGR], 2.2.1.2.1: selectedProtocol.
inline constexpr std::array kProtocolNames{NamedNumber{0, "rdp"},       NamedNumber{1, "ssl"},
                                           NamedNumber{2, "hybrid"},    NamedNumber{4, "rds_tls"},
                                           NamedNumber{8, "hybrid_ex"}, NamedNumber{16, "rds_aad"}};

// 2.2.1.2.2: failureCode.
inline constexpr std::array kFailureNames{
    NamedNumber{1, "ssl_required_by_server"},    NamedNumber{2, "ssl_not_allowed_by_server"},
    NamedNumber{3, "ssl_cert_not_on_server"},    NamedNumber{4, "inconsistent_flags"},
    NamedNumber{5, "hybrid_required_by_server"}, NamedNumber{6, "ssl_with_user_auth_required_by_server"}};

// 2.2.1.3.2: version.
inline constexpr std::array kVersionNames{
    NamedNumber{0x00080001, "v4"},     NamedNumber{0x00080004, "v5"},     NamedNumber{0x00080005, "v10.0"},
    NamedNumber{0x00080006, "v10.1"},  NamedNumber{0x00080007, "v10.2"},  NamedNumber{0x00080008, "v10.3"},
    NamedNumber{0x00080009, "v10.4"},  NamedNumber{0x0008000a, "v10.5"},  NamedNumber{0x0008000b, "v10.6"},
    NamedNumber{0x0008000c, "v10.7"},  NamedNumber{0x0008000d, "v10.8"},  NamedNumber{0x0008000e, "v10.9"},
    NamedNumber{0x0008000f, "v10.10"}, NamedNumber{0x00080010, "v10.11"}, NamedNumber{0x00080011, "v10.12"}};

// 2.2.1.3.2: keyboardType.
inline constexpr std::array kKeyboardNames{NamedNumber{1, "xt"},       NamedNumber{2, "ico"},  NamedNumber{3, "at"},
                                           NamedNumber{4, "enhanced"}, NamedNumber{5, "1050"}, NamedNumber{6, "9140"},
                                           NamedNumber{7, "jp"}};

// 2.2.1.3.2: earlyCapabilityFlags, which are bits: the value is the bit.
inline constexpr std::array kCapabilityNames{
    NamedNumber{0x0001, "support_errinfo_pdf"},        NamedNumber{0x0002, "want_32bpp_session"},
    NamedNumber{0x0004, "support_statusinfo_pdu"},     NamedNumber{0x0008, "strong_asymmetric_keys"},
    NamedNumber{0x0020, "valid_connection_type"},      NamedNumber{0x0040, "support_monitor_layout_pdu"},
    NamedNumber{0x0080, "support_netchar_autodetect"}, NamedNumber{0x0100, "support_dynvc_gfx_protocol"},
    NamedNumber{0x0200, "support_dynamic_time_zone"},  NamedNumber{0x0400, "support_heartbeat_pdu"}};

std::string_view windows_of_build(std::uint32_t build) noexcept;     // "Windows XP"; empty where it is not known
std::string_view language_of_layout(std::uint32_t layout) noexcept;  // "en-US"; empty where it is not known

}  // namespace gatehouse::proto::rdp
