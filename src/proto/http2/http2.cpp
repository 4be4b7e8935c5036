// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/http2/http2.hpp"

#include <array>

#include "proto/http2/events.hpp"
#include "proto/http2/fields.hpp"
#include "proto/http2/probe.hpp"
#include "proto/http2/session.hpp"
#include "proto/http2/stages.hpp"

namespace gatehouse::proto::http2 {

constinit const std::array<EventSpec, event::count> kEvents{
    EventSpec{"invalid_frame_header", "a frame of this type cannot stand on this stream, or not here"},
    EventSpec{"invalid_client_magic", "the client did not begin with the connection preface; the session is given up"},
    EventSpec{"invalid_frame_data", "a frame's parts contradict its length"},
    EventSpec{"invalid_header", "a header block that cannot be decoded; no more headers are read in this direction"},
    EventSpec{"invalid_frame_length", "a frame of this type cannot have this length"},
    EventSpec{"extra_header_data", "a header block ends within a field"},
    EventSpec{"long_frame_data", "a frame longer than any that is read whole"},
    EventSpec{"stream_id_reuse", "a stream that was over is used again"},
    EventSpec{"invalid_http1_settings", "HTTP2-Settings of an Upgrade that are none"},
    EventSpec{"failed_decompression", "a body that is not what content-encoding says"},
    EventSpec{"invalid_range", "a content-range that contradicts itself"},
    EventSpec{"header_integer_overflow", "a header name or value of more than 64 KiB is announced"},
    EventSpec{"too_many_streams", "more streams are open than are followed; the oldest was given up"},
    EventSpec{"authority_host_mismatch", ":authority and host name different servers"},
    EventSpec{"userinfo_in_uri", ":authority with a user's name"},
    EventSpec{"reassembly_limit_reached", "more header bytes than are kept"},
    EventSpec{"dns_request_too_long", "a DNS request with more than 65535 bytes"},
    EventSpec{"dns_response_too_long", "a DNS response with more than 65535 bytes"},
    EventSpec{"data_stream_zero", "DATA on stream 0"},
    EventSpec{"too_many_frames", "more frames or settings of one stream than are noted"},
    EventSpec{"compression_bomb", "a body that decodes to far too much; its rest is not read"},
    EventSpec{"header_table_overflow", "a table of headers larger than is kept"},
    EventSpec{"invalid_dns", "application/dns-message that is none"},
    EventSpec{"file_name_too_long", "the name of a file was cut"},
};

constinit const ProtocolSpec protocol{
    .name = "http2",
    .about = "HTTP/2 in the clear: streams of requests, responses and the files they carry",
    .ndpi_name = "HTTP2",
    .log_type = "http",
    .transports = {.tcp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::of("P"), FirstBytes::range(0, 0)}},
    .max_pending = kMaxControlFrame + kFrameHeader,
    .create = create_session<Http2Session>,
    .destroy = destroy_session<Http2Session>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::http2
