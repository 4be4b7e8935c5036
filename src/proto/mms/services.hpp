// SPDX-License-Identifier: GPL-3.0-or-later
// Services, a row each.
#pragma once

#include <array>

#include "proto/industrial/access.hpp"
#include "proto/mms/message.hpp"

namespace gatehouse::proto::mms {

struct Service {
  std::uint32_t number = 0;
  std::string_view name;
  industrial::Access access{};
};

namespace service_row {
using enum industrial::Access;
// ISO 9506-2, 7.2: ConfirmedServiceRequest.
inline constexpr std::array kServices{
    Service{0, "status", diagnose},
    Service{1, "get_name_list", diagnose},
    Service{2, "identify", diagnose},
    Service{3, "rename", program},
    Service{4, "read", industrial::Access::read},
    Service{5, "write", industrial::Access::write},
    Service{6, "get_variable_access_attributes", diagnose},
    Service{7, "define_named_variable", program},
    Service{8, "define_scattered_access", program},
    Service{9, "get_scattered_access_attributes", diagnose},
    Service{10, "delete_variable_access", program},
    Service{11, "define_named_variable_list", program},
    Service{12, "get_named_variable_list_attributes", diagnose},
    Service{13, "delete_named_variable_list", program},
    Service{14, "define_named_type", program},
    Service{15, "get_named_type_attributes", diagnose},
    Service{16, "delete_named_type", program},
    Service{17, "input", control},
    Service{18, "output", control},
    Service{19, "take_control", control},
    Service{20, "relinquish_control", control},
    Service{26, "initiate_download_sequence", program},
    Service{27, "download_segment", program},
    Service{28, "terminate_download_sequence", program},
    Service{29, "initiate_upload_sequence", program},
    Service{30, "upload_segment", program},
    Service{31, "terminate_upload_sequence", program},
    Service{32, "request_domain_download", program},
    Service{33, "request_domain_upload", program},
    Service{34, "load_domain_content", program},
    Service{35, "store_domain_content", program},
    Service{36, "delete_domain", program},
    Service{37, "get_domain_attributes", diagnose},
    Service{38, "create_program_invocation", program},
    Service{39, "delete_program_invocation", program},
    Service{40, "start", industrial::Access::start},
    Service{41, "stop", industrial::Access::stop},
    Service{42, "resume", industrial::Access::start},
    Service{43, "reset", industrial::Access::start},
    Service{44, "kill", industrial::Access::stop},
    Service{45, "get_program_invocation_attributes", diagnose},
    Service{46, "obtain_file", program},
    Service{65, "read_journal", industrial::Access::read},
    Service{66, "write_journal", industrial::Access::write},
    Service{67, "initialize_journal", program},
    Service{68, "report_journal_status", diagnose},
    Service{72, "file_open", program},
    Service{73, "file_read", program},
    Service{74, "file_close", program},
    Service{75, "file_rename", program},
    Service{76, "file_delete", program},
    Service{77, "file_directory", program},
};
}  // namespace service_row
using service_row::kServices;
inline constexpr auto kServiceNames = [] {
  std::array<NamedNumber, kServices.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = {kServices[i].number, kServices[i].name};
  return names;
}();

inline constexpr std::array kPdus{
    NamedNumber{0, "confirmed_request"},
    NamedNumber{1, "confirmed_response"},
    NamedNumber{2, "confirmed_error"},
    NamedNumber{3, "unconfirmed"},
    NamedNumber{4, "reject"},
    NamedNumber{5, "cancel_request"},
    NamedNumber{6, "cancel_response"},
    NamedNumber{7, "cancel_error"},
    NamedNumber{8, "initiate_request"},
    NamedNumber{9, "initiate_response"},
    NamedNumber{10, "initiate_error"},
    NamedNumber{11, "conclude_request"},
    NamedNumber{12, "conclude_response"},
    NamedNumber{13, "conclude_error"},
};

// IEC 61850-8-1, 20: a write to an item of the functional constraint CO operates.
inline bool operates(const Message& m) noexcept {
  Bytes domain, item;
  for (Names names{m.body}; names.next(domain, item);)
    if (as_text(item).find("$CO$") != std::string_view::npos) return true;
  return false;
}

inline industrial::Access access_of(const Message& m) noexcept {
  if (m.pdu == Pdu::unconfirmed) return industrial::Access::report;
  if (m.pdu != Pdu::confirmed_request) return industrial::Access::other;
  if (m.service == service::write && operates(m)) return industrial::Access::control;
  for (const Service& row : kServices)
    if (row.number == m.service) return row.access;
  return industrial::Access::other;
}

}  // namespace gatehouse::proto::mms
