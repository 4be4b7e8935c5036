// SPDX-License-Identifier: GPL-3.0-or-later
// IEEE 1815, annex A: of what parts the points of the object library consist.
#pragma once

#include <array>

#include "proto/dnp3/objects.hpp"

namespace gatehouse::proto::dnp3::shape {

// ---- flags

inline constexpr Bit kOnline{"online"}, kRestart{"restart"}, kCommLost{"comm_lost"}, kRemote{"remote_forced"},
    kLocal{"local_forced"};
inline constexpr std::array kBinary{kOnline,         kRestart,    kCommLost, kRemote, kLocal, Bit{"chatter_filter"},
                                    Bit{"reserved"}, Bit{"state"}};
inline constexpr std::array kDoubleBit{kOnline,        kRestart, kCommLost, kRemote, kLocal, Bit{"chatter_filter"},
                                       Bit{"state", 2}};
inline constexpr std::array kOutput{kOnline, kRestart,         kCommLost,        kRemote,
                                    kLocal,  Bit{"reserved0"}, Bit{"reserved1"}, Bit{"state"}};
inline constexpr std::array kCounter{
    kOnline, kRestart, kCommLost, kRemote, kLocal, Bit{"rollover"}, Bit{"discontinuity"}, Bit{"reserved0"}};
inline constexpr std::array kDelta{kOnline, kRestart,        kCommLost,        kRemote,
                                   kLocal,  Bit{"rollover"}, Bit{"reserved0"}, Bit{"reserved1"}};
inline constexpr std::array kFrozenTime{
    kOnline, kRestart, kCommLost, kRemote, kLocal, Bit{"rollover"}, Bit{"discontinuity"}, Bit{"reserved1"}};
inline constexpr std::array kAnalog{
    kOnline, kRestart, kCommLost, kRemote, kLocal, Bit{"over_range"}, Bit{"reference_err"}, Bit{"reserved0"}};
inline constexpr std::array kStatistic{
    kOnline, kRestart, kCommLost, kRemote, kLocal, Bit{"reserved0"}, Bit{"discontinuity"}, Bit{"reserved1"}};
inline constexpr std::array kCommand{Bit{"op_type", 4}, Bit{"qu"}, Bit{"cr"}, Bit{"tcc", 2}};
inline constexpr std::array kCommandStatus{Bit{"status_code", 7}, Bit{"reserved"}};
inline constexpr std::array kCommanded{Bit{"status_code", 7}, Bit{"commanded_state"}};
inline constexpr std::array kCommandedValue{Bit{"status_code", 7}, Bit{"reserved0"}};
inline constexpr std::array kBuffer{Bit{"fill_percentage", 7}, Bit{"overflow_state"}};
inline constexpr std::array kDataSet{Bit{"rd"}, Bit{"wr"},       Bit{"st"},       Bit{"ev"},
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
inline constexpr Part kTimestamp{Kind::time, "timestamp"};

// ---- shapes that several variations have

template <const auto& flags>
inline constexpr std::array kFlags{flags_of(flags)};
template <const auto& flags>
inline constexpr std::array kFlagsTime{flags_of(flags), kTimestamp};

template <Kind kind>
inline constexpr std::array kCount{Part{kind, "count"}};
template <const auto& flags, Kind kind>
inline constexpr std::array kFlagsCount{flags_of(flags), Part{kind, "count"}};
template <const auto& flags, Kind kind>
inline constexpr std::array kFlagsCountTime{flags_of(flags), Part{kind, "count"}, kTimestamp};

template <Kind kind>
inline constexpr std::array kValue{Part{kind, "value"}};
template <Kind kind>
inline constexpr std::array kFlagsValue{flags_of(kAnalog), Part{kind, "value"}};
template <Kind kind>
inline constexpr std::array kFlagsValueTime{flags_of(kAnalog), Part{kind, "value"}, kTimestamp};
template <Kind kind>
inline constexpr std::array kSetValue{Part{kind, "value"}, n8("control_status")};
template <Kind kind>
inline constexpr std::array kWasSet{flags_of(kCommandedValue), Part{kind, "commanded_value"}};
template <Kind kind>
inline constexpr std::array kWasSetTime{flags_of(kCommandedValue), Part{kind, "commanded_value"}, kTimestamp};
template <Kind kind>
inline constexpr std::array kDeadband{Part{kind, "deadband_value"}};

// ---- shapes of one variation

inline constexpr std::array kState{n8("state")}, kPoint{n8("point")};
inline constexpr std::array kBinaryRelative{flags_of(kBinary), n16("timestamp")};
inline constexpr std::array kDoubleRelative{flags_of(kDoubleBit), n16("relative_time_ms")};
inline constexpr std::array kRelay{flags_of(kCommand), n8("count"), n32("ontime"), n32("offtime"),
                                   flags_of(kCommandStatus)};
inline constexpr std::array kTime{kTimestamp};
inline constexpr std::array kTimeInterval{kTimestamp, n32("interval")};
inline constexpr std::array kTimeIndexed{kTimestamp, n32("interval_count"), n8("interval_units")};
inline constexpr std::array kDelaySeconds{n16("delay_secs")}, kDelayMilliseconds{n16("delay_ms")};
inline constexpr std::array kFileIdentifier{n16("filename_size"),
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
inline constexpr std::array kFileAuthentication{
    n16("username_offset"),    n16("username_size"), n16("password_offset"), n16("password_size"),
    n32("authentication_key"), chars("username", 1), chars("password", 3)};
inline constexpr std::array kFileCommand{
    n16("filename_offset"),    n16("filename_size"), Part{Kind::time, "created"}, n16("permissions"),
    n32("authentication_key"), n32("file_size"),     n16("operational_mode"),     n16("maximum_block_size"),
    n16("request_id"),         chars("filename", 1)};
inline constexpr std::array kFileStatus{n32("file_handle"), n32("file_size"),  n16("maximum_block_size"),
                                        n16("request_id"),  n8("status_code"), chars("optional_text", kRest)};
inline constexpr std::array kFileTransport{n32("file_handle"), n32("block_number"), chars("file_data", kRest)};
inline constexpr std::array kFileTransportStatus{n32("file_handle"), n32("block_number"), n8("status_code"),
                                                 chars("optional_text", kRest)};
inline constexpr std::array kFileDescriptor{n16("filename_offset"),
                                            n16("filename_size"),
                                            n16("file_type"),
                                            n32("file_size"),
                                            Part{Kind::time, "created_timestamp"},
                                            n16("permissions"),
                                            n16("request_id"),
                                            chars("filename", 1)};
inline constexpr std::array kFileSpecification{chars("file_specification", kRest)};
inline constexpr std::array kStorage{flags_of(kBuffer), n8("group"), n8("variation")};
inline constexpr std::array kPrivate{Part{Kind::text, "vendor_code", {}, kRest, 4}, n16("object_id"), n16("length"),
                                     raw("data_objects", 2)};
inline constexpr std::array kAttribute{n8("data_type"), n8("length"), chars("value", 1)};
inline constexpr std::array kOctetString{chars("octet_string", kRest)};

// IEEE 1815, annex A.45: authentication.
inline constexpr std::array kChallenge{n32("csq"), n16("usr"), n8("mal"), n8("reason"), raw("challenge_data", kRest)};
inline constexpr std::array kReply{n32("csq"), n16("usr"), raw("mac_value", kRest)};
inline constexpr std::array kAggressive{n32("csq"), n16("user_number")};
inline constexpr std::array kKeyStatusRequest{n16("user_number")};
inline constexpr std::array kKeyStatus{
    n32("ksq"), n16("user_number"),        n8("key_wrap_alg"),       n8("key_status"),
    n8("mal"),  n16("challenge_data_len"), raw("challenge_data", 5), raw("mac_value", kRest)};
inline constexpr std::array kKeyChange{Part{Kind::u24, "ksq"}, n16("usr"), raw("wrapped_key_data", kRest)};
inline constexpr std::array kAuthError{
    n32("sequence_number"),    n16("usr"), n16("association_id"), n8("error_code"), Part{Kind::time, "time_of_error"},
    chars("error_text", kRest)};
inline constexpr std::array kCertificate{n8("key_change_method"), n8("certificate_type"), raw("certificate", kRest)};
inline constexpr std::array kMacValue{raw("mac_value", kRest)};
inline constexpr std::array kUserStatus{n8("key_change_method"),
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
inline constexpr std::array kUpdateKeyRequest{n8("key_change_method"), n16("username_len"),
                                              n16("master_challenge_data_len"), chars("username", 1),
                                              raw("master_challenge_data", 2)};
inline constexpr std::array kUpdateKeyReply{n32("ksq"), n16("user_number"), n16("challenge_data_len"),
                                            raw("challenge_data", 2)};
inline constexpr std::array kUpdateKey{n32("ksq"), n16("user_number"), n16("encrypted_update_key_len"),
                                       raw("encrypted_update_key_data", 2)};
inline constexpr std::array kSignature{raw("digital_signature", kRest)}, kMac{raw("mac", kRest)};
inline constexpr std::array kSecurity{flags_of(kStatistic), n16("association_id"), n32("count_value")};
inline constexpr std::array kSecurityTime{flags_of(kStatistic), n16("association_id"), n32("count_value"), kTimestamp};

}  // namespace gatehouse::proto::dnp3::shape
