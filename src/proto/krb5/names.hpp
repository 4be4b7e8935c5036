// SPDX-License-Identifier: GPL-3.0-or-later
// What rules, policies and the log call the numbers of Kerberos.
#pragma once

#include <array>

#include "model/field.hpp"

namespace gatehouse::proto::krb5 {

// RFC 4120, 7.5.7.
inline constexpr std::array kTypeNames{
    NamedNumber{10, "KRB_AS_REQ"},  NamedNumber{11, "KRB_AS_REP"}, NamedNumber{12, "KRB_TGS_REQ"},
    NamedNumber{13, "KRB_TGS_REP"}, NamedNumber{14, "KRB_AP_REQ"}, NamedNumber{15, "KRB_AP_REP"},
    NamedNumber{30, "KRB_ERROR"},
};

// RFC 3961, 8; RFC 6803, 8; RFC 8009, 8.
inline constexpr std::array kEncryptionNames{
    NamedNumber{1, "des-cbc-crc"},
    NamedNumber{2, "des-cbc-md4"},
    NamedNumber{3, "des-cbc-md5"},
    NamedNumber{5, "des3-cbc-md5"},
    NamedNumber{7, "des3-cbc-sha1"},
    NamedNumber{9, "dsaWithSHA1-CmsOID"},
    NamedNumber{10, "md5WithRSAEncryption-CmsOID"},
    NamedNumber{11, "sha1WithRSAEncryption-CmsOID"},
    NamedNumber{12, "rc2CBC-EnvOID"},
    NamedNumber{13, "rsaEncryption-EnvOID"},
    NamedNumber{14, "rsaES-OAEP-ENV-OID"},
    NamedNumber{15, "des-ede3-cbc-Env-OID"},
    NamedNumber{16, "des3-cbc-sha1-kd"},
    NamedNumber{17, "aes128-cts-hmac-sha1-96"},
    NamedNumber{18, "aes256-cts-hmac-sha1-96"},
    NamedNumber{19, "aes128-cts-hmac-sha256-128"},
    NamedNumber{20, "aes256-cts-hmac-sha384-192"},
    NamedNumber{23, "rc4-hmac"},
    NamedNumber{24, "rc4-hmac-exp"},
    NamedNumber{25, "camellia128-cts-cmac"},
    NamedNumber{26, "camellia256-cts-cmac"},
    NamedNumber{65, "subkey-keymaterial"},
};
// All others are broken, deprecated (RFC 6649, RFC 8429) or not known.
constexpr bool is_weak(std::int64_t encryption) noexcept {
  return !((encryption >= 17 && encryption <= 20) || encryption == 25 || encryption == 26);
}

// RFC 4120, 7.5.9; RFC 4556, 3.1.3; RFC 6113, 5.4.
inline constexpr std::array kErrorNames{
    NamedNumber{0, "KDC_ERR_NONE"},
    NamedNumber{1, "KDC_ERR_NAME_EXP"},
    NamedNumber{2, "KDC_ERR_SERVICE_EXP"},
    NamedNumber{3, "KDC_ERR_BAD_PVNO"},
    NamedNumber{4, "KDC_ERR_C_OLD_MAST_KVNO"},
    NamedNumber{5, "KDC_ERR_S_OLD_MAST_KVNO"},
    NamedNumber{6, "KDC_ERR_C_PRINCIPAL_UNKNOWN"},
    NamedNumber{7, "KDC_ERR_S_PRINCIPAL_UNKNOWN"},
    NamedNumber{8, "KDC_ERR_PRINCIPAL_NOT_UNIQUE"},
    NamedNumber{9, "KDC_ERR_NULL_KEY"},
    NamedNumber{10, "KDC_ERR_CANNOT_POSTDATE"},
    NamedNumber{11, "KDC_ERR_NEVER_VALID"},
    NamedNumber{12, "KDC_ERR_POLICY"},
    NamedNumber{13, "KDC_ERR_BADOPTION"},
    NamedNumber{14, "KDC_ERR_ETYPE_NOSUPP"},
    NamedNumber{15, "KDC_ERR_SUMTYPE_NOSUPP"},
    NamedNumber{16, "KDC_ERR_PADATA_TYPE_NOSUPP"},
    NamedNumber{17, "KDC_ERR_TRTYPE_NOSUPP"},
    NamedNumber{18, "KDC_ERR_CLIENT_REVOKED"},
    NamedNumber{19, "KDC_ERR_SERVICE_REVOKED"},
    NamedNumber{20, "KDC_ERR_TGT_REVOKED"},
    NamedNumber{21, "KDC_ERR_CLIENT_NOTYET"},
    NamedNumber{22, "KDC_ERR_SERVICE_NOTYET"},
    NamedNumber{23, "KDC_ERR_KEY_EXPIRED"},
    NamedNumber{24, "KDC_ERR_PREAUTH_FAILED"},
    NamedNumber{25, "KDC_ERR_PREAUTH_REQUIRED"},
    NamedNumber{26, "KDC_ERR_SERVER_NOMATCH"},
    NamedNumber{27, "KDC_ERR_MUST_USE_USER2USER"},
    NamedNumber{28, "KDC_ERR_PATH_NOT_ACCEPTED"},
    NamedNumber{29, "KDC_ERR_SVC_UNAVAILABLE"},
    NamedNumber{31, "KRB_AP_ERR_BAD_INTEGRITY"},
    NamedNumber{32, "KRB_AP_ERR_TKT_EXPIRED"},
    NamedNumber{33, "KRB_AP_ERR_TKT_NYV"},
    NamedNumber{34, "KRB_AP_ERR_REPEAT"},
    NamedNumber{35, "KRB_AP_ERR_NOT_US"},
    NamedNumber{36, "KRB_AP_ERR_BADMATCH"},
    NamedNumber{37, "KRB_AP_ERR_SKEW"},
    NamedNumber{38, "KRB_AP_ERR_BADADDR"},
    NamedNumber{39, "KRB_AP_ERR_BADVERSION"},
    NamedNumber{40, "KRB_AP_ERR_MSG_TYPE"},
    NamedNumber{41, "KRB_AP_ERR_MODIFIED"},
    NamedNumber{42, "KRB_AP_ERR_BADORDER"},
    NamedNumber{44, "KRB_AP_ERR_BADKEYVER"},
    NamedNumber{45, "KRB_AP_ERR_NOKEY"},
    NamedNumber{46, "KRB_AP_ERR_MUT_FAIL"},
    NamedNumber{47, "KRB_AP_ERR_BADDIRECTION"},
    NamedNumber{48, "KRB_AP_ERR_METHOD"},
    NamedNumber{49, "KRB_AP_ERR_BADSEQ"},
    NamedNumber{50, "KRB_AP_ERR_INAPP_CKSUM"},
    NamedNumber{51, "KRB_AP_PATH_NOT_ACCEPTED"},
    NamedNumber{52, "KRB_ERR_RESPONSE_TOO_BIG"},
    NamedNumber{60, "KRB_ERR_GENERIC"},
    NamedNumber{61, "KRB_ERR_FIELD_TOOLONG"},
    NamedNumber{62, "KDC_ERROR_CLIENT_NOT_TRUSTED"},
    NamedNumber{63, "KDC_ERROR_KDC_NOT_TRUSTED"},
    NamedNumber{64, "KDC_ERROR_INVALID_SIG"},
    NamedNumber{65, "KDC_ERR_KEY_TOO_WEAK"},
    NamedNumber{66, "KDC_ERR_CERTIFICATE_MISMATCH"},
    NamedNumber{67, "KRB_AP_ERR_NO_TGT"},
    NamedNumber{68, "KDC_ERR_WRONG_REALM"},
    NamedNumber{69, "KRB_AP_ERR_USER_TO_USER_REQUIRED"},
    NamedNumber{70, "KDC_ERR_CANT_VERIFY_CERTIFICATE"},
    NamedNumber{71, "KDC_ERR_INVALID_CERTIFICATE"},
    NamedNumber{72, "KDC_ERR_REVOKED_CERTIFICATE"},
    NamedNumber{73, "KDC_ERR_REVOCATION_STATUS_UNKNOWN"},
    NamedNumber{74, "KDC_ERR_REVOCATION_STATUS_UNAVAILABLE"},
    NamedNumber{75, "KDC_ERR_CLIENT_NAME_MISMATCH"},
    NamedNumber{76, "KDC_ERR_KDC_NAME_MISMATCH"},
};

}  // namespace gatehouse::proto::krb5
