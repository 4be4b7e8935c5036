// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dns/types.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace gatehouse::proto::dns {
namespace {

struct Word {
  std::uint16_t number;
  std::string_view text;
};

// Types without a word here are written as their number: readers of the log know exactly these words.
constexpr std::array kTypeWords{
    Word{1, "A"},      Word{2, "NS"},        Word{3, "MD"},          Word{4, "MF"},     Word{5, "CNAME"},
    Word{6, "SOA"},    Word{7, "MB"},        Word{8, "MG"},          Word{9, "MR"},     Word{10, "NULL"},
    Word{11, "WKS"},   Word{12, "PTR"},      Word{13, "HINFO"},      Word{14, "MINFO"}, Word{15, "MX"},
    Word{16, "TXT"},   Word{17, "RP"},       Word{18, "AFSDB"},      Word{19, "X25"},   Word{20, "ISDN"},
    Word{21, "RT"},    Word{22, "NSAP"},     Word{23, "NSAPPTR"},    Word{24, "SIG"},   Word{25, "KEY"},
    Word{26, "PX"},    Word{27, "GPOS"},     Word{28, "AAAA"},       Word{29, "LOC"},   Word{30, "NXT"},
    Word{33, "SRV"},   Word{34, "ATMA"},     Word{35, "NAPTR"},      Word{36, "KX"},    Word{37, "CERT"},
    Word{38, "A6"},    Word{39, "DNAME"},    Word{41, "OPT"},        Word{42, "APL"},   Word{43, "DS"},
    Word{44, "SSHFP"}, Word{45, "IPSECKEY"}, Word{46, "RRSIG"},      Word{47, "NSEC"},  Word{48, "DNSKEY"},
    Word{49, "DHCID"}, Word{50, "NSEC3"},    Word{51, "NSEC3PARAM"}, Word{52, "TLSA"},  Word{55, "HIP"},
    Word{59, "CDS"},   Word{60, "CDNSKEY"},  Word{65, "HTTPS"},      Word{99, "SPF"},   Word{249, "TKEY"},
    Word{250, "TSIG"}, Word{254, "MAILA"},   Word{255, "ANY"},       Word{256, "URI"},
};
static_assert(std::ranges::is_sorted(kTypeWords, {}, &Word::number));

constexpr std::array<std::string_view, 11> kRcodeWords{"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN",
                                                       "NOTIMP",  "REFUSED", "YXDOMAIN", "YXRRSET",
                                                       "NXRRSET", "NOTAUTH", "NOTZONE"};

std::string_view number_text(unsigned number, std::span<char, kNumberText> buffer) noexcept {
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}

}  // namespace

std::string_view type_word(std::uint16_t type, std::span<char, kNumberText> buffer) noexcept {
  const auto row = std::ranges::lower_bound(kTypeWords, type, {}, &Word::number);
  if (row != kTypeWords.end() && row->number == type) return row->text;
  return number_text(type, buffer);
}

std::string_view rcode_word(std::uint8_t rcode, std::span<char, kNumberText> buffer) noexcept {
  return rcode < kRcodeWords.size() ? kRcodeWords[rcode] : number_text(rcode, buffer);
}

bool is_assigned_type(std::uint16_t type) noexcept {
  return (type >= 1 && type <= 65) || type == 66 || type == 99 || (type >= 100 && type <= 109) || type == 128 ||
         (type >= 249 && type <= 262) || type == 32768 || type == 32769;
}

bool is_assigned_class(std::uint16_t klass) noexcept {
  return klass == 1 || klass == 3 || klass == 4 || klass == 254 || klass == 255;
}

}  // namespace gatehouse::proto::dns
