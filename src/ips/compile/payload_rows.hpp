// SPDX-License-Identifier: GPL-3.0-or-later
// The functions of the payload family's rows (payload_keywords.cpp), by the files that they stand in.
#pragma once

#include "ips/compile/builder.hpp"

namespace gatehouse::ips::compile::rows {

// content_keywords.cpp
void content(Builder& builder, const text::Option& option);
void nocase(Builder& builder, const text::Option& option);
void offset(Builder& builder, const text::Option& option);
void depth(Builder& builder, const text::Option& option);
void distance(Builder& builder, const text::Option& option);
void within(Builder& builder, const text::Option& option);
void startswith(Builder& builder, const text::Option& option);
void endswith(Builder& builder, const text::Option& option);
void rawbytes(Builder& builder, const text::Option& option);
void fast_pattern(Builder& builder, const text::Option& option);
void replace(Builder& builder, const text::Option& option);
// pcre_keyword.cpp
void pcre(Builder& builder, const text::Option& option);
// byte_keywords.cpp
void byte_test(Builder& builder, const text::Option& option);
void byte_jump(Builder& builder, const text::Option& option);
void byte_extract(Builder& builder, const text::Option& option);
void byte_math(Builder& builder, const text::Option& option);
// size_keywords.cpp
void isdataat(Builder& builder, const text::Option& option);
void bsize(Builder& builder, const text::Option& option);
void dsize(Builder& builder, const text::Option& option);
void urilen(Builder& builder, const text::Option& option);
void entropy(Builder& builder, const text::Option& option);
void absent(Builder& builder, const text::Option& option);
// decoded_keywords.cpp
void base64_decode(Builder& builder, const text::Option& option);
void base64_data(Builder& builder, const text::Option& option);
void rpc(Builder& builder, const text::Option& option);
void asn1(Builder& builder, const text::Option& option);

}  // namespace gatehouse::ips::compile::rows
