// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/quic/version.hpp"

#include <charconv>

namespace gatehouse::proto::quic {
namespace {

// RFC 9001, 5.2 and RFC 9369, 3.3.1; the same sections of the drafts; what Google's own versions published.
constexpr Salt kVersion1{0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
                         0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a};
constexpr Salt kVersion2{0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93,
                         0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9};
constexpr Salt kDraft22{0x7f, 0xbc, 0xdb, 0x0e, 0x7c, 0x66, 0xbb, 0xe9, 0x19, 0x3a,
                        0x96, 0xcd, 0x21, 0x51, 0x9e, 0xbd, 0x7a, 0x02, 0x64, 0x4a};
constexpr Salt kDraft23{0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7,
                        0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65, 0xbe, 0xf9, 0xf5, 0x02};
constexpr Salt kDraft29{0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97,
                        0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99};
constexpr Salt kQ050{0x50, 0x45, 0x74, 0xef, 0xd0, 0x66, 0xfe, 0x2f, 0x9d, 0x94,
                     0x5c, 0xfc, 0xdb, 0xd3, 0xa7, 0xf0, 0xd3, 0xb5, 0x6b, 0x45};
constexpr Salt kT050{0x7f, 0xf5, 0x79, 0xe5, 0xac, 0xd0, 0x72, 0x91, 0x55, 0x80,
                     0x30, 0x4c, 0x43, 0xa2, 0x36, 0x7c, 0x60, 0x48, 0x83, 0x10};
constexpr Salt kT051{0x7a, 0x4e, 0xde, 0xf4, 0xe7, 0xcc, 0xee, 0x5f, 0xa4, 0x50,
                     0x6c, 0x19, 0x12, 0x4f, 0xc8, 0xcc, 0xda, 0x6e, 0x03, 0x3d};

// Meta's mvfst numbers what it has deployed by itself; each speaks one of the drafts.
struct Mvfst {
  std::uint32_t version;
  const Salt* salt;
};
constexpr Mvfst kMvfst[] = {{0xfaceb001, &kDraft22}, {0xfaceb002, &kDraft23}, {0xfaceb00e, &kDraft23}};

VersionTraits google(std::uint32_t version, unsigned number) noexcept {
  if (version >> 24 == 'T') {
    if (number == 50) return {Form::google_ietf, &kT050};
    if (number == 51) return {Form::google_ietf, &kT051};
    return {};
  }
  if (number == 50) return {Form::google_ietf, &kQ050};
  if (number >= 44 && number <= 46) return {Form::google_long};
  if (number <= 43) return {Form::google};
  return {};
}

}  // namespace

VersionTraits traits_of(std::uint32_t version) noexcept {
  if (version == version::v1) return {Form::ietf, &kVersion1};
  if (version == version::v2) return {Form::ietf, &kVersion2, true};
  if (version >> 8 == 0xff0000) {
    const std::uint32_t draft = version & 255;
    if (draft == 22) return {Form::ietf, &kDraft22};
    if (draft >= 23 && draft <= 28) return {Form::ietf, &kDraft23};
    if (draft >= 29 && draft <= 32) return {Form::ietf, &kDraft29};
    if (draft >= 33 && draft <= 34) return {Form::ietf, &kVersion1};
    return {};
  }
  if (const unsigned number = google_number(version); number != 0) return google(version, number);
  for (const Mvfst& one : kMvfst)
    if (one.version == version) return {Form::ietf, one.salt};
  return {};
}

std::string_view write_version(std::uint32_t version, std::span<char, kVersionText> room) noexcept {
  if (google_number(version) != 0) {
    for (unsigned i = 0; i < 4; ++i) room[i] = static_cast<char>(version >> (24 - 8 * i));
    return {room.data(), 4};
  }
  const auto end = std::to_chars(room.data(), room.data() + room.size(), version, 16).ptr;
  return {room.data(), static_cast<std::size_t>(end - room.data())};
}

}  // namespace gatehouse::proto::quic
