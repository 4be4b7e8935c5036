// SPDX-License-Identifier: GPL-3.0-or-later
// IEEE 1815, annex A: DNP3 Data Object Library.
#include "proto/dnp3/objects.hpp"

#include <array>
#include <bit>

namespace gatehouse::proto::dnp3 {
namespace {

// ---- flags

constexpr Bit kOnline{"online"}, kRestart{"restart"}, kCommLost{"comm_lost"}, kRemote{"remote_forced"},
    kLocal{"local_forced"};
constexpr std::array kBinary{kOnline,         kRestart,    kCommLost, kRemote, kLocal, Bit{"chatter_filter"},
                             Bit{"reserved"}, Bit{"state"}};
constexpr std::array kDoubleBit{kOnline, kRestart, kCommLost, kRemote, kLocal, Bit{"chatter_filter"}, Bit{"state", 2}};
constexpr std::array kOutput{kOnline, kRestart,         kCommLost,        kRemote,
                             kLocal,  Bit{"reserved0"}, Bit{"reserved1"}, Bit{"state"}};
constexpr std::array kCounter{
    kOnline, kRestart, kCommLost, kRemote, kLocal, Bit{"rollover"}, Bit{"discontinuity"}, Bit{"reserved0"}};
constexpr std::array kDelta{kOnline, kRestart,        kCommLost,        kRemote,
                            kLocal,  Bit{"rollover"}, Bit{"reserved0"}, Bit{"reserved1"}};
constexpr std::array kFrozenTime{
    kOnline, kRestart, kCommLost, kRemote, kLocal, Bit{"rollover"}, Bit{"discontinuity"}, Bit{"reserved1"}};
constexpr std::array kAnalog{
    kOnline, kRestart, kCommLost, kRemote, kLocal, Bit{"over_range"}, Bit{"reference_err"}, Bit{"reserved0"}};
constexpr std::array kStatistic{
    kOnline, kRestart, kCommLost, kRemote, kLocal, Bit{"reserved0"}, Bit{"discontinuity"}, Bit{"reserved1"}};
constexpr std::array kCommand{Bit{"op_type", 4}, Bit{"qu"}, Bit{"cr"}, Bit{"tcc", 2}};
constexpr std::array kCommandStatus{Bit{"status_code", 7}, Bit{"reserved"}};
constexpr std::array kCommanded{Bit{"status_code", 7}, Bit{"commanded_state"}};
constexpr std::array kCommandedValue{Bit{"status_code", 7}, Bit{"reserved0"}};
constexpr std::array kBuffer{Bit{"fill_percentage", 7}, Bit{"overflow_state"}};
constexpr std::array kDataSet{Bit{"rd"}, Bit{"wr"},       Bit{"st"},       Bit{"ev"},
                              Bit{"df"}, Bit{"padding0"}, Bit{"padding1"}, Bit{"padding2"}};

constexpr Part flags_of(std::span<const Bit> names) noexcept {
  return {Kind::bits, {}, names};
}
constexpr Part n8(std::string_view name) noexcept {
  return {Kind::u8, name};
}
constexpr Part n16(std::string_view name) noexcept {
  return {Kind::u16, name};
}
constexpr Part n32(std::string_view name) noexcept {
  return {Kind::u32, name};
}
constexpr Part chars(std::string_view name, std::uint8_t length_part) noexcept {
  return {Kind::text, name, {}, length_part};
}
constexpr Part raw(std::string_view name, std::uint8_t length_part) noexcept {
  return {Kind::octets, name, {}, length_part};
}
constexpr Part kTimestamp{Kind::time, "timestamp"};

// ---- shapes that several variations have

template <const auto& flags>
constexpr std::array kFlags{flags_of(flags)};
template <const auto& flags>
constexpr std::array kFlagsTime{flags_of(flags), kTimestamp};

template <Kind kind>
constexpr std::array kCount{Part{kind, "count"}};
template <const auto& flags, Kind kind>
constexpr std::array kFlagsCount{flags_of(flags), Part{kind, "count"}};
template <const auto& flags, Kind kind>
constexpr std::array kFlagsCountTime{flags_of(flags), Part{kind, "count"}, kTimestamp};

template <Kind kind>
constexpr std::array kValue{Part{kind, "value"}};
template <Kind kind>
constexpr std::array kFlagsValue{flags_of(kAnalog), Part{kind, "value"}};
template <Kind kind>
constexpr std::array kFlagsValueTime{flags_of(kAnalog), Part{kind, "value"}, kTimestamp};
template <Kind kind>
constexpr std::array kSetValue{Part{kind, "value"}, n8("control_status")};
template <Kind kind>
constexpr std::array kWasSet{flags_of(kCommandedValue), Part{kind, "commanded_value"}};
template <Kind kind>
constexpr std::array kWasSetTime{flags_of(kCommandedValue), Part{kind, "commanded_value"}, kTimestamp};
template <Kind kind>
constexpr std::array kDeadband{Part{kind, "deadband_value"}};

// ---- shapes of one variation

constexpr std::array kState{n8("state")}, kPoint{n8("point")};
constexpr std::array kBinaryRelative{flags_of(kBinary), n16("timestamp")};
constexpr std::array kDoubleRelative{flags_of(kDoubleBit), n16("relative_time_ms")};
constexpr std::array kRelay{flags_of(kCommand), n8("count"), n32("ontime"), n32("offtime"), flags_of(kCommandStatus)};
constexpr std::array kTime{kTimestamp};
constexpr std::array kTimeInterval{kTimestamp, n32("interval")};
constexpr std::array kTimeIndexed{kTimestamp, n32("interval_count"), n8("interval_units")};
constexpr std::array kDelaySeconds{n16("delay_secs")}, kDelayMilliseconds{n16("delay_ms")};
constexpr std::array kFileIdentifier{n16("filename_size"),
                                     n8("filetype_code"),
                                     n8("attribute_code"),
                                     n16("start_record"),
                                     n16("end_record"),
                                     n32("file_size"),
                                     Part{Kind::time, "created_timestamp"},
                                     n16("permission"),
                                     n32("file_id"),
                                     n32("owner_id"),
                                     n32("group_id"),
                                     n8("file_function_code"),
                                     n8("status_code"),
                                     chars("filename", 0),
                                     n16("data_size"),
                                     chars("data", 14)};
constexpr std::array kFileAuthentication{n16("username_offset"), n16("username_size"),      n16("password_offset"),
                                         n16("password_size"),   n32("authentication_key"), chars("username", 1),
                                         chars("password", 3)};
constexpr std::array kFileCommand{n16("filename_offset"),  n16("filename_size"),      Part{Kind::time, "created"},
                                  n16("permissions"),      n32("authentication_key"), n32("file_size"),
                                  n16("operational_mode"), n16("maximum_block_size"), n16("request_id"),
                                  chars("filename", 1)};
constexpr std::array kFileStatus{n32("file_handle"), n32("file_size"),  n16("maximum_block_size"),
                                 n16("request_id"),  n8("status_code"), chars("optional_text", kRest)};
constexpr std::array kFileTransport{n32("file_handle"), n32("block_number"), chars("file_data", kRest)};
constexpr std::array kFileTransportStatus{n32("file_handle"), n32("block_number"), n8("status_code"),
                                          chars("optional_text", kRest)};
constexpr std::array kFileDescriptor{n16("filename_offset"),
                                     n16("filename_size"),
                                     n16("file_type"),
                                     n32("file_size"),
                                     Part{Kind::time, "created_timestamp"},
                                     n16("permissions"),
                                     n16("request_id"),
                                     chars("filename", 1)};
constexpr std::array kFileSpecification{chars("file_specification", kRest)};
constexpr std::array kStorage{flags_of(kBuffer), n8("group"), n8("variation")};
constexpr std::array kPrivate{Part{Kind::text, "vendor_code", {}, kRest, 4}, n16("object_id"), n16("length"),
                              raw("data_objects", 2)};
constexpr std::array kAttribute{n8("data_type"), n8("length"), chars("value", 1)};
constexpr std::array kOctetString{chars("octet_string", kRest)};

// IEEE 1815, annex A.45: authentication.
constexpr std::array kChallenge{n32("csq"), n16("usr"), n8("mal"), n8("reason"), raw("challenge_data", kRest)};
constexpr std::array kReply{n32("csq"), n16("usr"), raw("mac_value", kRest)};
constexpr std::array kAggressive{n32("csq"), n16("user_number")};
constexpr std::array kKeyStatusRequest{n16("user_number")};
constexpr std::array kKeyStatus{
    n32("ksq"), n16("user_number"),        n8("key_wrap_alg"),       n8("key_status"),
    n8("mal"),  n16("challenge_data_len"), raw("challenge_data", 5), raw("mac_value", kRest)};
constexpr std::array kKeyChange{Part{Kind::u24, "ksq"}, n16("usr"), raw("wrapped_key_data", kRest)};
constexpr std::array kAuthError{
    n32("sequence_number"),    n16("usr"), n16("association_id"), n8("error_code"), Part{Kind::time, "time_of_error"},
    chars("error_text", kRest)};
constexpr std::array kCertificate{n8("key_change_method"), n8("certificate_type"), raw("certificate", kRest)};
constexpr std::array kMacValue{raw("mac_value", kRest)};
constexpr std::array kUserStatus{n8("key_change_method"),
                                 n8("operation"),
                                 n32("scs"),
                                 n16("user_role"),
                                 n16("user_role_expiry_interval"),
                                 n16("username_len"),
                                 n16("user_public_key_len"),
                                 n16("certification_data_len"),
                                 chars("username", 5),
                                 raw("user_public_key", 6),
                                 raw("certification_data", 7)};
constexpr std::array kUpdateKeyRequest{n8("key_change_method"), n16("username_len"), n16("master_challenge_data_len"),
                                       chars("username", 1), raw("master_challenge_data", 2)};
constexpr std::array kUpdateKeyReply{n32("ksq"), n16("user_number"), n16("challenge_data_len"),
                                     raw("challenge_data", 2)};
constexpr std::array kUpdateKey{n32("ksq"), n16("user_number"), n16("encrypted_update_key_len"),
                                raw("encrypted_update_key_data", 2)};
constexpr std::array kSignature{raw("digital_signature", kRest)}, kMac{raw("mac", kRest)};
constexpr std::array kSecurity{flags_of(kStatistic), n16("association_id"), n32("count_value")};
constexpr std::array kSecurityTime{flags_of(kStatistic), n16("association_id"), n32("count_value"), kTimestamp};

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
