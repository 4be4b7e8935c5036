// SPDX-License-Identifier: GPL-3.0-or-later
// The rule language's keywords: one row each, in the file of its family; keywords.cpp lists the families.
#pragma once

#include <span>
#include <string_view>

#include "ips/compile/builder.hpp"
#include "ips/text/rule.hpp"

namespace gatehouse::ips::compile {

enum class Argument : std::uint8_t { none, required, optional };

struct Keyword {
  std::string_view name;
  Argument argument = Argument::required;
  // Reads the option and adds to the signature, or refuses it.
  void (*apply)(Builder& builder, const text::Option& option) = nullptr;
  std::string_view about;  // one line for people
};

// A name that means another keyword: "file_data" is file.data.
struct Alias {
  std::string_view name, means;
};

// The rows of each family.
std::span<const Keyword> meta_keywords() noexcept;     // msg, sid, classtype, metadata, …
std::span<const Keyword> payload_keywords() noexcept;  // content and its modifiers, pcre, byte_*, isdataat, …
std::span<const Keyword> buffer_keywords() noexcept;  // sticky buffers that are no fields, legacy modifiers, transforms
std::span<const Keyword> header_keywords() noexcept;  // ttl, tcp.flags, itype, …
std::span<const Keyword> flow_keywords() noexcept;    // flow, flow.age, stream_size, …
std::span<const Keyword> state_keywords() noexcept;   // flowbits, flowint, xbits, hostbits, threshold, tag, …
std::span<const Keyword> dataset_keywords() noexcept;   // dataset, datarep, iprep, geoip
std::span<const Keyword> file_keywords() noexcept;      // filename, filemd5, filesize, filestore, …
std::span<const Keyword> protocol_keywords() noexcept;  // of protocols: those that are more than a field
std::span<const Keyword> tls_keywords() noexcept;
std::span<const Keyword> industrial_keywords() noexcept;
std::span<const Keyword> event_keywords() noexcept;  // app-layer-event, decode-event, stream-event, …

// The row for a name or an alias of one; null: no such keyword. Fields of the registry are keywords too, but have no
// row here: see fields.hpp.
const Keyword* find_keyword(std::string_view name) noexcept;
std::string_view canonical_name(std::string_view name) noexcept;

// Reads "12", "!12", ">12", "<=12", "10<>20", "10-20", "0x1F", "&0x0f=1", "2MB" as the reference's integer keywords do.
// `names`: words that may stand for numbers.
struct ReadNumber {
  NumberTest test;
  bool ok = false;
  std::string reason;
};
ReadNumber read_number_test(std::string_view text, std::uint64_t largest, std::span<const NamedNumber> names = {});
// An unsigned number in decimal, or in hexadecimal behind 0x; nullopt for anything else.
std::optional<std::uint64_t> read_unsigned(std::string_view text) noexcept;
std::optional<std::int64_t> read_signed(std::string_view text) noexcept;

}  // namespace gatehouse::ips::compile
