// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/http/events.hpp"

namespace gatehouse::proto::http {

// In the log these names stand in capitals; rules may write them in any case.
constinit const std::array<EventSpec, static_cast<std::size_t>(Event::count)> kEvents{{
    {"UNKNOWN_ERROR", "libhtp objects to something that has no name of its own"},
    {"GZIP_DECOMPRESSION_FAILED", "a compressed body could not be decompressed"},
    {"REQUEST_FIELD_MISSING_COLON", "a request header line without a colon"},
    {"RESPONSE_FIELD_MISSING_COLON", "a response header line without a colon"},
    {"INVALID_REQUEST_CHUNK_LEN", "the length of a request chunk is no number"},
    {"INVALID_RESPONSE_CHUNK_LEN", "the length of a response chunk is no number"},
    {"INVALID_TRANSFER_ENCODING_VALUE_IN_REQUEST", "Transfer-Encoding of the request is not chunked"},
    {"INVALID_TRANSFER_ENCODING_VALUE_IN_RESPONSE", "Transfer-Encoding of the response is not chunked"},
    {"INVALID_CONTENT_LENGTH_FIELD_IN_REQUEST", "Content-Length of the request is no number"},
    {"INVALID_CONTENT_LENGTH_FIELD_IN_RESPONSE", "Content-Length of the response is no number"},
    {"100_CONTINUE_ALREADY_SEEN", "a second 100 Continue for one request"},
    {"UNABLE_TO_MATCH_RESPONSE_TO_REQUEST", "a response without a request"},
    {"INVALID_SERVER_PORT_IN_REQUEST", "the port in the request is no port"},
    {"INVALID_AUTHORITY_PORT", "the port in the authority of the URI is no port"},
    {"REQUEST_HEADER_INVALID", "a request header without a valid name"},
    {"RESPONSE_HEADER_INVALID", "a response header without a valid name"},
    {"MISSING_HOST_HEADER", "HTTP/1.1 without a Host header"},
    {"HOST_HEADER_AMBIGUOUS", "URI and Host header name different hosts"},
    {"INVALID_REQUEST_FIELD_FOLDING", "a folded request header with nothing to fold to"},
    {"INVALID_RESPONSE_FIELD_FOLDING", "a folded response header with nothing to fold to"},
    {"REQUEST_FIELD_TOO_LONG", "a line of the request head is above the limit"},
    {"RESPONSE_FIELD_TOO_LONG", "a line of the response head is above the limit"},
    {"MULTIPART_GENERIC_ERROR", "a multipart body that does not follow its boundary"},
    {"MULTIPART_NO_FILEDATA", "a multipart file without contents"},
    {"MULTIPART_INVALID_HEADER", "a part of a multipart body with a broken header"},
    {"REQUEST_SERVER_PORT_TCP_PORT_MISMATCH", "the port in the request is not the port of the connection"},
    {"REQUEST_URI_HOST_INVALID", "the host in the URI is no host name"},
    {"REQUEST_HEADER_HOST_INVALID", "the Host header is no host name"},
    {"URI_DELIM_NON_COMPLIANT", "the URI ends with white space other than a space"},
    {"METHOD_DELIM_NON_COMPLIANT", "the method ends with white space other than a space"},
    {"REQUEST_LINE_LEADING_WHITESPACE", "white space before the request line"},
    {"TOO_MANY_ENCODING_LAYERS", "more content encodings than are decoded"},
    {"ABNORMAL_CE_HEADER", "a Content-Encoding that no browser would send"},
    {"REQUEST_AUTH_UNRECOGNIZED", "an Authorization scheme that is not known"},
    {"REQUEST_HEADER_REPETITION", "a request header that is repeated"},
    {"RESPONSE_HEADER_REPETITION", "a response header that is repeated"},
    {"RESPONSE_MULTIPART_BYTERANGES", "several ranges in one response, which are not taken apart"},
    {"RESPONSE_ABNORMAL_TRANSFER_ENCODING", "Transfer-Encoding holds more than chunked"},
    {"RESPONSE_CHUNKED_OLD_PROTO", "chunked before HTTP/1.1"},
    {"RESPONSE_INVALID_PROTOCOL", "the status line names no HTTP version"},
    {"RESPONSE_INVALID_STATUS", "the status is no number between 100 and 999"},
    {"REQUEST_LINE_INCOMPLETE", "the session ended within a request line"},
    {"DOUBLE_ENCODED_URI", "the URI is percent-encoded twice"},
    {"REQUEST_LINE_INVALID", "a request line with neither a known method nor a protocol"},
    {"REQUEST_BODY_UNEXPECTED", "bytes behind a request that has no body"},
    {"LZMA_MEMLIMIT_REACHED", "an LZMA body wants more memory than it may have"},
    {"DUPLICATE_CONTENT_LENGTH_FIELD_IN_REQUEST", "two Content-Length headers in the request"},
    {"DUPLICATE_CONTENT_LENGTH_FIELD_IN_RESPONSE", "two Content-Length headers in the response"},
    {"COMPRESSION_BOMB", "a body that expands without measure"},
    {"TOO_MANY_WARNINGS", "so many objections that the session is given up"},
    {"RANGE_INVALID", "Content-Range cannot be what it says"},
    {"FILE_NAME_TOO_LONG", "a file name above the limit, cut"},
    {"FAILED_PROTOCOL_CHANGE", "CONNECT or Upgrade led to no known protocol"},
    {"REQUEST_CHUNK_EXTENSION", "a request chunk with an extension"},
    {"REQUEST_LINE_MISSING_PROTOCOL", "a request line without HTTP/x.y"},
    {"REQUEST_TOO_MANY_HEADERS", "more request header lines or bytes than the limit"},
    {"RESPONSE_TOO_MANY_HEADERS", "more response header lines or bytes than the limit"},
    {"RESPONSE_CHUNK_EXTENSION", "a response chunk with an extension"},
    {"COMPRESSION_BOMB_LIMIT_REACHED", "decompression stopped at the limit of bytes"},
    {"TOO_MANY_TRANSACTIONS", "more requests wait for their response than are followed"},
}};
static_assert(kEvents.size() <= 64);

namespace {

struct Row {
  std::string_view prefix;
  Event request, response;
};

// libhtp tells by text alone. The longer prefix stands before the shorter one.
constexpr std::array kMessages{
    Row{"GZip decompressor:", Event::gzip_decompression_failed, Event::gzip_decompression_failed},
    Row{"LZMA decompressor: memory limit reached", Event::lzma_memlimit_reached, Event::lzma_memlimit_reached},
    Row{"LZMA decompression disabled", Event::count, Event::count},
    Row{"Compression bomb: multiple encoding", Event::compression_bomb, Event::compression_bomb},
    Row{"Compression bomb:", Event::compression_bomb, Event::compression_bomb},
    Row{"Request field invalid: colon missing", Event::request_field_missing_colon, Event::request_field_missing_colon},
    Row{"Request field invalid", Event::request_header_invalid, Event::request_header_invalid},
    Row{"Request header name is not a token", Event::request_header_invalid, Event::request_header_invalid},
    Row{"Response field invalid: missing colon", Event::response_field_missing_colon,
        Event::response_field_missing_colon},
    Row{"Response field invalid", Event::response_header_invalid, Event::response_header_invalid},
    Row{"Response header name is not a token", Event::response_header_invalid, Event::response_header_invalid},
    Row{"Response header value contains null", Event::response_header_invalid, Event::response_header_invalid},
    Row{"Request chunk encoding: Invalid chunk length", Event::invalid_request_chunk_len,
        Event::invalid_request_chunk_len},
    Row{"Response chunk encoding: Invalid chunk length", Event::invalid_response_chunk_len,
        Event::invalid_response_chunk_len},
    Row{"Invalid C-L field in response", Event::invalid_content_length_field_in_response,
        Event::invalid_content_length_field_in_response},
    Row{"C-L value with extra data", Event::invalid_content_length_field_in_request,
        Event::invalid_content_length_field_in_response},
    Row{"Ambiguous request C-L value", Event::duplicate_content_length_field_in_request,
        Event::duplicate_content_length_field_in_request},
    Row{"Ambiguous response C-L value", Event::duplicate_content_length_field_in_response,
        Event::duplicate_content_length_field_in_response},
    Row{"Already seen 100-Continue", Event::continue_already_seen, Event::continue_already_seen},
    Row{"Unable to match response to request", Event::unable_to_match_response_to_request,
        Event::unable_to_match_response_to_request},
    Row{"Request buffer over the limit", Event::request_field_too_long, Event::request_field_too_long},
    Row{"Request field length exceeds", Event::request_field_too_long, Event::request_field_too_long},
    Row{"Response the buffer limit", Event::response_field_too_long, Event::response_field_too_long},
    Row{"Response field length exceeds", Event::response_field_too_long, Event::response_field_too_long},
    Row{"Invalid request field folding", Event::invalid_request_field_folding, Event::invalid_request_field_folding},
    Row{"Invalid response field folding", Event::invalid_response_field_folding, Event::invalid_response_field_folding},
    Row{"Request line: URI contains non-compliant delimiter", Event::uri_delim_non_compliant,
        Event::uri_delim_non_compliant},
    Row{"Request line: non-compliant delimiter between Method and URI", Event::method_delim_non_compliant,
        Event::method_delim_non_compliant},
    Row{"Request line: leading whitespace", Event::request_line_leading_whitespace,
        Event::request_line_leading_whitespace},
    Row{"Request line: missing protocol", Event::request_line_missing_protocol, Event::request_line_missing_protocol},
    Row{"Request line: unknown method", Event::request_line_invalid, Event::request_line_invalid},
    Row{"Request line incomplete", Event::request_line_incomplete, Event::request_line_incomplete},
    Row{"Unexpected request body", Event::request_body_unexpected, Event::request_body_unexpected},
    Row{"Repetition for header", Event::request_header_repetition, Event::response_header_repetition},
    Row{"Too many request headers", Event::request_too_many_headers, Event::request_too_many_headers},
    Row{"Too many response headers", Event::response_too_many_headers, Event::response_too_many_headers},
    Row{"Too many response content encoding layers", Event::too_many_encoding_layers, Event::too_many_encoding_layers},
    Row{"C-E ", Event::abnormal_ce_header, Event::abnormal_ce_header},
    Row{"Transfer-encoding has abnormal chunked value", Event::response_abnormal_transfer_encoding,
        Event::response_abnormal_transfer_encoding},
    Row{"Chunked transfer-encoding on HTTP/0.9 or HTTP/1.0", Event::response_chunked_old_proto,
        Event::response_chunked_old_proto},
    Row{"Invalid response line: invalid protocol", Event::response_invalid_protocol, Event::response_invalid_protocol},
    Row{"Invalid response line: invalid response status", Event::response_invalid_status,
        Event::response_invalid_status},
    Row{"C-T multipart/byteranges", Event::response_multipart_byteranges, Event::response_multipart_byteranges},
    // Of no interest by themselves: they follow from what another event or a gap has said already.
    Row{"[Internal Error]", Event::count, Event::count},
    Row{"Missing inbound transaction", Event::count, Event::count},
    Row{"Missing outbound transaction", Event::count, Event::count},
    Row{"Gaps are not allowed", Event::count, Event::count},
    Row{"Inbound parser is in", Event::count, Event::count},
    Row{"Outbound parser is in", Event::count, Event::count},
    Row{"Zero-length data chunks", Event::count, Event::count},
    Row{"Weird response end of lines mix", Event::count, Event::count},
    Row{"Unexpected Response body", Event::count, Event::count},
    Row{"Unexpected response body", Event::count, Event::count},
    Row{"Switching Protocol with Content-Length", Event::count, Event::count},
};

}  // namespace

Event event_of_message(std::string_view message, Direction direction) noexcept {
  for (const Row& row : kMessages)
    if (message.starts_with(row.prefix)) return direction == Direction::to_server ? row.request : row.response;
  return Event::unknown_error;
}

}  // namespace gatehouse::proto::http
