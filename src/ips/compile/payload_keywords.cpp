// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>

#include "ips/compile/keyword.hpp"
#include "ips/compile/payload_rows.hpp"

namespace gatehouse::ips::compile {
namespace {

using enum Argument;

constexpr std::array kRows{
    Keyword{"content", required, rows::content, "bytes that the buffer holds, or with ! does not hold"},
    Keyword{"nocase", none, rows::nocase, "the content before it in upper or lower case"},
    Keyword{"offset", required, rows::offset, "the content before it begins at this byte or behind it"},
    Keyword{"depth", required, rows::depth, "the content before it lies within so many bytes from the offset on"},
    Keyword{"distance", required, rows::distance, "the content before it begins so many bytes behind the last match"},
    Keyword{"within", required, rows::within, "the content before it lies within so many bytes from the distance on"},
    Keyword{"startswith", none, rows::startswith, "the content before it is the buffer's beginning"},
    Keyword{"endswith", none, rows::endswith, "the content before it is the buffer's end"},
    Keyword{"rawbytes", none, rows::rawbytes, "without effect; older rules have it"},
    Keyword{"fast_pattern", optional, rows::fast_pattern, "look for the content before it first of all"},
    Keyword{"replace", required, rows::replace, "bytes that take the place of the content before it"},
    Keyword{"pcre", required, rows::pcre, "a regular expression that the buffer matches"},
    Keyword{"byte_test", required, rows::byte_test, "compares a number in the buffer"},
    Keyword{"byte_jump", required, rows::byte_jump, "goes as far as a number in the buffer says"},
    Keyword{"byte_extract", required, rows::byte_extract, "puts a number of the buffer into a variable"},
    Keyword{"byte_math", required, rows::byte_math, "calculates with a number of the buffer"},
    Keyword{"isdataat", required, rows::isdataat, "the buffer reaches so far"},
    Keyword{"bsize", required, rows::bsize, "the size of the buffer"},
    Keyword{"dsize", required, rows::dsize, "the size of the packet's payload"},
    Keyword{"urilen", required, rows::urilen, "the length of the request's URI"},
    Keyword{"entropy", required, rows::entropy, "the entropy of the buffer in bits per byte"},
    Keyword{"absent", optional, rows::absent, "the buffer is not there"},
    Keyword{"base64_decode", optional, rows::base64_decode, "decodes base64 for base64_data"},
    Keyword{"base64_data", none, rows::base64_data, "what follows is asked of what base64_decode made"},
    Keyword{"rpc", required, rows::rpc, "a call of SunRPC: program, version, procedure"},
    Keyword{"asn1", required, rows::asn1, "malformed elements of ASN.1"},
};

}  // namespace

std::span<const Keyword> payload_keywords() noexcept {
  return kRows;
}

}  // namespace gatehouse::ips::compile
