// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/smb/smb.hpp"

#include <array>

#include "proto/smb/fields.hpp"
#include "proto/smb/probe.hpp"
#include "proto/smb/session.hpp"

namespace gatehouse::proto::smb {
namespace {

constexpr std::array kEvents{
    EventSpec{"internal_error", "more trees, files or reads are open than are kept; one was forgotten"},
    EventSpec{"malformed_data", "bytes that are no message, or a message that is shorter than what it says it holds"},
    EventSpec{"malformed_ntlmssp_request", "a login's message of NTLM cannot be read"},
    EventSpec{"negotiate_malformed_dialects", "dialects that cannot be read, or one is chosen that was not offered"},
    EventSpec{"file_overlap", "bytes of a file that were read or written before"},
    EventSpec{"response_to_server", "an answer that travels to the server"},
    EventSpec{"request_to_client", "a command that travels to the client"},
    EventSpec{"read_request_too_large", "more is asked for than the server offers, or than is sensible"},
    EventSpec{"read_response_too_large", "more is answered than the server offers, or than is sensible"},
    EventSpec{"write_request_too_large", "more is written than the server offers, or than is sensible"},
    EventSpec{"negotiate_max_read_size_too_large", "the server offers to be read in larger pieces than is sensible"},
    EventSpec{"negotiate_max_write_size_too_large",
              "the server offers to be written in larger pieces than is sensible"},
    EventSpec{"write_queue_size_exceeded",
              "pieces of written files that wait for those before them take too much room"},
    EventSpec{"write_queue_cnt_exceeded", "too many pieces of written files wait for those before them"},
    EventSpec{"read_queue_size_exceeded", "pieces of read files that wait for those before them take too much room"},
    EventSpec{"read_queue_cnt_exceeded", "too many pieces of read files wait for those before them"},
    EventSpec{"too_many_transactions", "more commands wait for an answer than are kept; the oldest was given up"},
    EventSpec{"unusual_ntlmssp_order", "the parts of a login's message stand as no known implementation puts them"},
    EventSpec{"record_lost", "bytes of a message were lost, and with them the message"},
};
static_assert(kEvents.size() == record_lost + 1);

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "smb",
    .about = "SMB: files, printers and pipes of Windows and Samba",
    .ndpi_name = "SMBv23",
    .log_type = "smb",
    .transports = {.tcp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::of({"\x00\x81", 2}), FirstBytes::of({"\x00\x81", 2})}},
    .max_pending = kMaxMessage + kMaxHead,
    .create = create_session<SmbSession>,
    .destroy = destroy_session<SmbSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::smb
