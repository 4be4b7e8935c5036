// SPDX-License-Identifier: GPL-3.0-or-later
// The words for CoAP's numbers.
#pragma once

#include <array>

#include "model/field.hpp"
#include "proto/coap/message.hpp"

namespace gatehouse::proto::coap {

inline constexpr std::array kTypeNames{
    NamedNumber{0, "confirmable"},
    NamedNumber{1, "non_confirmable"},
    NamedNumber{2, "acknowledgement"},
    NamedNumber{3, "reset"},
};

inline constexpr std::array kCodeNames{
    NamedNumber{kEmpty, "empty"},
    NamedNumber{kGet, "get"},
    NamedNumber{kPost, "post"},
    NamedNumber{kPut, "put"},
    NamedNumber{kDelete, "delete"},
    NamedNumber{kFetch, "fetch"},
    NamedNumber{kPatch, "patch"},
    NamedNumber{kIpatch, "ipatch"},
    NamedNumber{code(2, 1), "created"},
    NamedNumber{code(2, 2), "deleted"},
    NamedNumber{code(2, 3), "valid"},
    NamedNumber{code(2, 4), "changed"},
    NamedNumber{code(2, 5), "content"},
    NamedNumber{code(2, 31), "continue"},
    NamedNumber{code(4, 0), "bad_request"},
    NamedNumber{code(4, 1), "unauthorized"},
    NamedNumber{code(4, 2), "bad_option"},
    NamedNumber{code(4, 3), "forbidden"},
    NamedNumber{code(4, 4), "not_found"},
    NamedNumber{code(4, 5), "method_not_allowed"},
    NamedNumber{code(4, 6), "not_acceptable"},
    NamedNumber{code(4, 8), "request_entity_incomplete"},
    NamedNumber{code(4, 9), "conflict"},
    NamedNumber{code(4, 12), "precondition_failed"},
    NamedNumber{code(4, 13), "request_entity_too_large"},
    NamedNumber{code(4, 15), "unsupported_content_format"},
    NamedNumber{code(4, 22), "unprocessable_entity"},
    NamedNumber{code(4, 29), "too_many_requests"},
    NamedNumber{code(5, 0), "internal_server_error"},
    NamedNumber{code(5, 1), "not_implemented"},
    NamedNumber{code(5, 2), "bad_gateway"},
    NamedNumber{code(5, 3), "service_unavailable"},
    NamedNumber{code(5, 4), "gateway_timeout"},
    NamedNumber{code(5, 5), "proxying_not_supported"},
    NamedNumber{code(5, 8), "hop_limit_reached"},
    NamedNumber{kCsm, "csm"},
    NamedNumber{code(7, 2), "ping"},
    NamedNumber{code(7, 3), "pong"},
    NamedNumber{code(7, 4), "release"},
    NamedNumber{code(7, 5), "abort"},
};

// RFC 7252, 12.3, and what its registry has gathered since.
inline constexpr std::array kFormatNames{
    NamedNumber{0, "text/plain"},
    NamedNumber{16, "application/cose-encrypt0"},
    NamedNumber{17, "application/cose-mac0"},
    NamedNumber{18, "application/cose-sign1"},
    NamedNumber{40, "application/link-format"},
    NamedNumber{41, "application/xml"},
    NamedNumber{42, "application/octet-stream"},
    NamedNumber{47, "application/exi"},
    NamedNumber{50, "application/json"},
    NamedNumber{60, "application/cbor"},
    NamedNumber{61, "application/cwt"},
    NamedNumber{110, "application/senml+json"},
    NamedNumber{112, "application/senml+cbor"},
    NamedNumber{10000, "application/vnd.ocf+cbor"},
    NamedNumber{11542, "application/vnd.oma.lwm2m+tlv"},
    NamedNumber{11543, "application/vnd.oma.lwm2m+json"},
    NamedNumber{11544, "application/vnd.oma.lwm2m+cbor"},
};

}  // namespace gatehouse::proto::coap
