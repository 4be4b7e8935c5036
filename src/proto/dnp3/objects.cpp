// SPDX-License-Identifier: GPL-3.0-or-later
// IEEE 1815, annex A: DNP3 Data Object Library.
#include "proto/dnp3/objects.hpp"

#include <array>
#include <bit>

#include "proto/dnp3/shapes.hpp"

namespace gatehouse::proto::dnp3 {
namespace {

using namespace shape;
using enum Kind;
constexpr std::array kObjects{
    // binary inputs, double-bit binary inputs, binary outputs
    ObjectRow{1, 1, kState, 1},
    ObjectRow{1, 2, kFlags<kBinary>},
    ObjectRow{2, 1, kState},
    ObjectRow{2, 2, kFlagsTime<kBinary>},
    ObjectRow{2, 3, kBinaryRelative},
    ObjectRow{3, 1, kState, 2},
    ObjectRow{3, 2, kFlags<kDoubleBit>},
    ObjectRow{4, 1, kFlags<kDoubleBit>},
    ObjectRow{4, 2, kFlagsTime<kDoubleBit>},
    ObjectRow{4, 3, kDoubleRelative},
    ObjectRow{10, 1, kState, 1},
    ObjectRow{10, 2, kFlags<kOutput>},
    ObjectRow{11, 1, kFlags<kOutput>},
    ObjectRow{11, 2, kFlagsTime<kOutput>},
    ObjectRow{12, 1, kRelay},
    ObjectRow{12, 2, kRelay},
    ObjectRow{12, 3, kPoint, 1},
    ObjectRow{13, 1, kFlags<kCommanded>},
    ObjectRow{13, 2, kFlagsTime<kCommanded>},
    // counters, frozen counters, and their events
    ObjectRow{20, 1, kFlagsCount<kCounter, Kind::u32>},
    ObjectRow{20, 2, kFlagsCount<kCounter, Kind::u16>},
    ObjectRow{20, 3, kFlagsCount<kDelta, Kind::u32>},
    ObjectRow{20, 4, kFlagsCount<kDelta, Kind::u16>},
    ObjectRow{20, 5, kCount<Kind::u32>},
    ObjectRow{20, 6, kCount<Kind::u16>},
    ObjectRow{20, 7, kCount<Kind::u32>},
    ObjectRow{20, 8, kCount<Kind::u16>},
    ObjectRow{21, 1, kFlagsCount<kCounter, Kind::u32>},
    ObjectRow{21, 2, kFlagsCount<kCounter, Kind::u16>},
    ObjectRow{21, 3, kFlagsCount<kDelta, Kind::u32>},
    ObjectRow{21, 4, kFlagsCount<kDelta, Kind::u16>},
    ObjectRow{21, 5, kFlagsCountTime<kFrozenTime, Kind::u32>},
    ObjectRow{21, 6, kFlagsCountTime<kFrozenTime, Kind::u16>},
    ObjectRow{21, 7, kFlagsCountTime<kDelta, Kind::u32>},
    ObjectRow{21, 8, kFlagsCountTime<kDelta, Kind::u16>},
    ObjectRow{21, 9, kCount<Kind::u32>},
    ObjectRow{21, 10, kCount<Kind::u16>},
    ObjectRow{21, 11, kCount<Kind::u32>},
    ObjectRow{21, 12, kCount<Kind::u16>},
    ObjectRow{22, 1, kFlagsCount<kCounter, Kind::u32>},
    ObjectRow{22, 2, kFlagsCount<kCounter, Kind::u16>},
    ObjectRow{22, 3, kFlagsCount<kDelta, Kind::u32>},
    ObjectRow{22, 4, kFlagsCount<kDelta, Kind::u16>},
    ObjectRow{22, 5, kFlagsCountTime<kDelta, Kind::u32>},
    ObjectRow{22, 6, kFlagsCountTime<kCounter, Kind::u16>},
    ObjectRow{22, 7, kFlagsCountTime<kDelta, Kind::u32>},
    ObjectRow{22, 8, kFlagsCountTime<kDelta, Kind::u16>},
    ObjectRow{23, 1, kFlagsCount<kCounter, Kind::u32>},
    ObjectRow{23, 2, kFlagsCount<kDelta, Kind::u16>},
    ObjectRow{23, 3, kFlagsCount<kDelta, Kind::u32>},
    ObjectRow{23, 4, kFlagsCount<kDelta, Kind::u16>},
    ObjectRow{23, 5, kFlagsCountTime<kCounter, Kind::u32>},
    ObjectRow{23, 6, kFlagsCountTime<kCounter, Kind::u16>},
    ObjectRow{23, 7, kFlagsCountTime<kDelta, Kind::u32>},
    ObjectRow{23, 8, kFlagsCountTime<kDelta, Kind::u16>},
    // analog inputs, frozen ones, their events and deadbands
    ObjectRow{30, 1, kFlagsValue<i32>},
    ObjectRow{30, 2, kFlagsValue<i16>},
    ObjectRow{30, 3, kValue<i32>},
    ObjectRow{30, 4, kValue<i16>},
    ObjectRow{30, 5, kFlagsValue<f32>},
    ObjectRow{30, 6, kFlagsValue<f64>},
    ObjectRow{31, 1, kFlagsValue<i32>},
    ObjectRow{31, 2, kFlagsValue<i16>},
    ObjectRow{31, 3, kFlagsValueTime<i32>},
    ObjectRow{31, 4, kFlagsValueTime<i16>},
    ObjectRow{31, 5, kValue<i32>},
    ObjectRow{31, 6, kValue<i16>},
    ObjectRow{31, 7, kFlagsValue<f32>},
    ObjectRow{31, 8, kFlagsValue<f64>},
    ObjectRow{32, 1, kFlagsValue<i32>},
    ObjectRow{32, 2, kFlagsValue<i16>},
    ObjectRow{32, 3, kFlagsValueTime<i32>},
    ObjectRow{32, 4, kFlagsValueTime<i16>},
    ObjectRow{32, 5, kFlagsValue<f32>},
    ObjectRow{32, 6, kFlagsValue<f64>},
    ObjectRow{32, 7, kFlagsValueTime<f32>},
    ObjectRow{32, 8, kFlagsValueTime<f64>},
    ObjectRow{33, 1, kFlagsValue<i32>},
    ObjectRow{33, 2, kFlagsValue<i16>},
    ObjectRow{33, 3, kFlagsValueTime<i32>},
    ObjectRow{33, 4, kFlagsValueTime<i16>},
    ObjectRow{33, 5, kFlagsValue<f32>},
    ObjectRow{33, 6, kFlagsValue<f64>},
    ObjectRow{33, 7, kFlagsValueTime<f32>},
    ObjectRow{33, 8, kFlagsValueTime<f64>},
    ObjectRow{34, 1, kDeadband<Kind::u16>},
    ObjectRow{34, 2, kDeadband<Kind::u32>},
    ObjectRow{34, 3, kDeadband<f32>},
    // analog outputs and their events
    ObjectRow{40, 1, kFlagsValue<i32>},
    ObjectRow{40, 2, kFlagsValue<i16>},
    ObjectRow{40, 3, kFlagsValue<f32>},
    ObjectRow{40, 4, kFlagsValue<f64>},
    ObjectRow{41, 1, kSetValue<i32>},
    ObjectRow{41, 2, kSetValue<i16>},
    ObjectRow{41, 3, kSetValue<f32>},
    ObjectRow{41, 4, kSetValue<f64>},
    ObjectRow{42, 1, kFlagsValue<i32>},
    ObjectRow{42, 2, kFlagsValue<i16>},
    ObjectRow{42, 3, kFlagsValueTime<i32>},
    ObjectRow{42, 4, kFlagsValueTime<i16>},
    ObjectRow{42, 5, kFlagsValue<f32>},
    ObjectRow{42, 6, kFlagsValue<f64>},
    ObjectRow{42, 7, kFlagsValueTime<f32>},
    ObjectRow{42, 8, kFlagsValueTime<f64>},
    ObjectRow{43, 1, kWasSet<i32>},
    ObjectRow{43, 2, kWasSet<i16>},
    ObjectRow{43, 3, kWasSetTime<i32>},
    ObjectRow{43, 4, kWasSetTime<i16>},
    ObjectRow{43, 5, kWasSet<f32>},
    ObjectRow{43, 6, kWasSet<f64>},
    ObjectRow{43, 7, kWasSetTime<f32>},
    ObjectRow{43, 8, kWasSetTime<f64>},
    // time
    ObjectRow{50, 1, kTime},
    ObjectRow{50, 2, kTimeInterval},
    ObjectRow{50, 3, kTime},
    ObjectRow{50, 4, kTimeIndexed},
    ObjectRow{51, 1, kTime},
    ObjectRow{51, 2, kTime},
    ObjectRow{52, 1, kDelaySeconds},
    ObjectRow{52, 2, kDelayMilliseconds},
    // files
    ObjectRow{70, 1, kFileIdentifier},
    ObjectRow{70, 2, kFileAuthentication},
    ObjectRow{70, 3, kFileCommand},
    ObjectRow{70, 4, kFileStatus},
    ObjectRow{70, 5, kFileTransport},
    ObjectRow{70, 6, kFileTransportStatus},
    ObjectRow{70, 7, kFileDescriptor},
    ObjectRow{70, 8, kFileSpecification},
    // the device itself
    ObjectRow{80, 1, kState, 1},
    ObjectRow{81, 1, kStorage},
    ObjectRow{83, 1, kPrivate},
    ObjectRow{86, 2, kFlags<kDataSet>},
    ObjectRow{102, 1, kValue<Kind::u8>},
    ObjectRow{110, 0, kOctetString},
    // authentication
    ObjectRow{120, 1, kChallenge},
    ObjectRow{120, 2, kReply},
    ObjectRow{120, 3, kAggressive},
    ObjectRow{120, 4, kKeyStatusRequest},
    ObjectRow{120, 5, kKeyStatus},
    ObjectRow{120, 6, kKeyChange},
    ObjectRow{120, 7, kAuthError},
    ObjectRow{120, 8, kCertificate},
    ObjectRow{120, 9, kMacValue},
    ObjectRow{120, 10, kUserStatus},
    ObjectRow{120, 11, kUpdateKeyRequest},
    ObjectRow{120, 12, kUpdateKeyReply},
    ObjectRow{120, 13, kUpdateKey},
    ObjectRow{120, 14, kSignature},
    ObjectRow{120, 15, kMac},
    ObjectRow{121, 1, kSecurity},
    ObjectRow{122, 1, kSecurity},
    ObjectRow{122, 2, kSecurityTime},
};
constexpr ObjectRow kAttributeRow{kAttributes, 0, kAttribute};

// Where the rows of each group begin, so that finding one is two steps.
constexpr auto kFirstOfGroup = [] {
  std::array<std::uint8_t, 257> first{};
  static_assert(kObjects.size() < 256);
  std::size_t row = 0;
  for (unsigned group = 0; group < 256; ++group) {
    while (row < kObjects.size() && kObjects[row].group < group) ++row;
    first[group] = static_cast<std::uint8_t>(row);
  }
  first[256] = static_cast<std::uint8_t>(kObjects.size());
  return first;
}();

}  // namespace

const ObjectRow* find_object(std::uint8_t group, std::uint8_t variation) noexcept {
  constexpr std::uint8_t kAllAttributes = 254, kAttributeList = 255;
  if (group == kAttributes)
    return variation > 0 && variation != kAllAttributes && variation != kAttributeList ? &kAttributeRow : nullptr;
  if (is_octet_string(group)) return &kObjects[kFirstOfGroup[110]];
  for (std::size_t i = kFirstOfGroup[group]; i < kFirstOfGroup[group + 1u]; ++i)
    if (kObjects[i].variation == variation) return &kObjects[i];
  return nullptr;
}

PartValue read_part(const Part& part, Cursor& c, std::span<const std::uint64_t> numbers) noexcept {
  PartValue value;
  switch (part.kind) {
    case Kind::u8:
    case Kind::bits:
      value.number = c.u8();
      break;
    case Kind::u16:
      value.number = c.le16();
      break;
    case Kind::u24:
      value.number = c.le16();
      value.number |= std::uint64_t{c.u8()} << 16;
      break;
    case Kind::u32:
      value.number = c.le32();
      break;
    case Kind::i16:
      value.number = static_cast<std::uint64_t>(std::int64_t{static_cast<std::int16_t>(c.le16())});
      break;
    case Kind::i32:
      value.number = static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(c.le32())});
      break;
    case Kind::f32:
      value.real = std::bit_cast<float>(c.le32());
      break;
    case Kind::f64:
      value.real = std::bit_cast<double>(c.le64());
      break;
    case Kind::time:  // milliseconds since 1970 in 48 bits
      value.number = c.le32();
      value.number |= std::uint64_t{c.le16()} << 32;
      break;
    case Kind::text:
    case Kind::octets: {
      const std::size_t size = part.fixed != 0             ? part.fixed
                               : part.length_part == kRest ? c.remaining()
                                                           : static_cast<std::size_t>(numbers[part.length_part]);
      value.bytes = c.take(size);
      break;
    }
  }
  return value;
}

}  // namespace gatehouse::proto::dnp3
