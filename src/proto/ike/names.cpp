// SPDX-License-Identifier: GPL-3.0-or-later
// Names of numbers, as readers of EVE know them.
#include "proto/ike/ike.hpp"

namespace gatehouse::proto::ike {
namespace {

// RFC 2409, appendix A; RFC 3526; IANA's registry of IPsec's attributes.
constexpr NamedNumber kV1Encryption[] = {{1, "EncDesCbc"},       {2, "EncIdeaCbc"},      {3, "EncBlowfishCbc"},
                                         {4, "EncRc5R16B64Cbc"}, {5, "EncTripleDesCbc"}, {6, "EncCastCbc"},
                                         {7, "EncAesCbc"},       {8, "EncCamelliaCbc"}};
constexpr NamedNumber kV1Hash[] = {{1, "HashMd5"},      {2, "HashSha"},      {3, "HashTiger"},
                                   {4, "HashSha2_256"}, {5, "HashSha2_384"}, {6, "HashSha2_512"}};
constexpr NamedNumber kV1Authentication[] = {{1, "AuthPreSharedKey"},
                                             {2, "AuthDssSignatures"},
                                             {3, "AuthRsaSignatures"},
                                             {4, "AuthEncryptionWithRsa"},
                                             {5, "AuthRevisedEncryptionWithRsa"},
                                             {9, "AuthEcdsaSha256"},
                                             {10, "AuthEcdsaSha384"},
                                             {11, "AuthEcdsaSha512"}};
constexpr NamedNumber kV1Group[] = {{1, "GroupDefault768BitModp"}, {2, "GroupAlternate1024BitModpGroup"},
                                    {3, "GroupEc2nOnGp2p155"},     {4, "GroupEc2nOnGp2p185"},
                                    {5, "GroupModp1536Bit"},       {14, "GroupModp2048Bit"},
                                    {15, "GroupModp3072Bit"},      {16, "GroupModp4096Bit"},
                                    {17, "GroupModp6144Bit"},      {18, "GroupModp8192Bit"},
                                    {19, "GroupRandomEcp256"},     {20, "GroupRandomEcp384"},
                                    {21, "GroupRandomEcp521"}};
constexpr NamedNumber kLifeType[] = {{1, "LifeTypeSeconds"}, {2, "LifeTypeKilobytes"}};

// IANA's registry of IKEv2's transforms.
constexpr NamedNumber kV2Encryption[] = {
    {1, "ENCR_DES_IV64"},    {2, "ENCR_DES"},         {3, "ENCR_3DES"},          {4, "ENCR_RC5"},
    {5, "ENCR_IDEA"},        {6, "ENCR_CAST"},        {7, "ENCR_BLOWFISH"},      {8, "ENCR_3IDEA"},
    {9, "ENCR_DES_IV32"},    {11, "ENCR_NULL"},       {12, "ENCR_AES_CBC"},      {13, "ENCR_AES_CTR"},
    {14, "ENCR_AES_CCM_8"},  {15, "ENCR_AES_CCM_12"}, {16, "ENCR_AES_CCM_16"},   {18, "ENCR_AES_GCM_8"},
    {19, "ENCR_AES_GCM_12"}, {20, "ENCR_AES_GCM_16"}, {23, "ENCR_CAMELLIA_CBC"}, {28, "ENCR_CHACHA20_POLY1305"}};
constexpr NamedNumber kV2Prf[] = {{1, "PRF_HMAC_MD5"},      {2, "PRF_HMAC_SHA1"},     {4, "PRF_AES128_XCBC"},
                                  {5, "PRF_HMAC_SHA2_256"}, {6, "PRF_HMAC_SHA2_384"}, {7, "PRF_HMAC_SHA2_512"}};
constexpr NamedNumber kV2Integrity[] = {{0, "NONE"},
                                        {1, "AUTH_HMAC_MD5_96"},
                                        {2, "AUTH_HMAC_SHA1_96"},
                                        {5, "AUTH_AES_XCBC_96"},
                                        {7, "AUTH_HMAC_SHA1_160"},
                                        {12, "AUTH_HMAC_SHA2_256_128"},
                                        {13, "AUTH_HMAC_SHA2_384_192"},
                                        {14, "AUTH_HMAC_SHA2_512_256"}};
constexpr NamedNumber kV2Group[] = {{1, "MODP_768"},    {2, "MODP_1024"},  {5, "MODP_1536"},  {14, "MODP_2048"},
                                    {15, "MODP_3072"},  {16, "MODP_4096"}, {17, "MODP_6144"}, {18, "MODP_8192"},
                                    {19, "ECP_256"},    {20, "ECP_384"},   {21, "ECP_521"},   {22, "MODP_1024_160"},
                                    {31, "CURVE25519"}, {32, "CURVE448"}};

constexpr NamedNumber kV1Payload[] = {
    {1, "SecurityAssociation"}, {2, "Proposal"},      {3, "Transform"},          {4, "KeyExchange"},
    {5, "Identification"},      {6, "Certificate"},   {7, "CertificateRequest"}, {8, "Hash"},
    {9, "Signature"},           {10, "Nonce"},        {11, "Notification"},      {12, "Delete"},
    {13, "VendorID"},           {20, "NatDiscovery"}, {21, "NatOriginalAddress"}};
constexpr NamedNumber kV2Payload[] = {{33, "SecurityAssociation"},
                                      {34, "KeyExchange"},
                                      {35, "IdentInitiator"},
                                      {36, "IdentResponder"},
                                      {37, "Certificate"},
                                      {38, "CertificateRequest"},
                                      {39, "Authentication"},
                                      {40, "Nonce"},
                                      {41, "Notify"},
                                      {42, "Delete"},
                                      {43, "VendorID"},
                                      {44, "TrafficSelectorInitiator"},
                                      {45, "TrafficSelectorResponder"},
                                      {46, "EncryptedAndAuthenticated"},
                                      {47, "Configuration"},
                                      {48, "ExtensibleAuthentication"},
                                      {53, "EncryptedFragment"}};

constexpr NamedNumber kExchanges[] = {{1, "Base"},
                                      {2, "IdentityProtection"},
                                      {3, "AuthenticationOnly"},
                                      {4, "Aggressive"},
                                      {5, "Informational"},
                                      {6, "Transaction"},
                                      {32, "QuickMode"},
                                      {33, "NewGroupMode"},
                                      {34, "IKE_SA_INIT"},
                                      {35, "IKE_AUTH"},
                                      {36, "CREATE_CHILD_SA"},
                                      {37, "INFORMATIONAL"},
                                      {38, "IKE_SESSION_RESUME"},
                                      {43, "IKE_INTERMEDIATE"},
                                      {44, "IKE_FOLLOWUP_KE"}};

constexpr NamedNumber kNotifies[] = {{1, "UNSUPPORTED_CRITICAL_PAYLOAD"},
                                     {4, "INVALID_IKE_SPI"},
                                     {5, "INVALID_MAJOR_VERSION"},
                                     {7, "INVALID_SYNTAX"},
                                     {9, "INVALID_MESSAGE_ID"},
                                     {11, "INVALID_SPI"},
                                     {14, "NO_PROPOSAL_CHOSEN"},
                                     {17, "INVALID_KE_PAYLOAD"},
                                     {24, "AUTHENTICATION_FAILED"},
                                     {16384, "INITIAL_CONTACT"},
                                     {16388, "NAT_DETECTION_SOURCE_IP"},
                                     {16389, "NAT_DETECTION_DESTINATION_IP"},
                                     {16390, "COOKIE"},
                                     {16391, "USE_TRANSPORT_MODE"},
                                     {16404, "MULTIPLE_AUTH_SUPPORTED"},
                                     {16406, "REDIRECT_SUPPORTED"},
                                     {16430, "IKEV2_FRAGMENTATION_SUPPORTED"},
                                     {16431, "SIGNATURE_HASH_ALGORITHMS"}};

constexpr std::string_view kAttributeNames[] = {"alg_enc",      "alg_hash",         "alg_auth",     "alg_dh",
                                                "sa_life_type", "sa_life_duration", "sa_key_length"};

}  // namespace

std::string_view attribute_name(Attribute attribute) noexcept {
  return kAttributeNames[static_cast<std::size_t>(attribute)];
}

std::string_view value_name(bool v1, Attribute attribute, std::uint32_t value) noexcept {
  std::string_view name;
  switch (attribute) {
    case Attribute::encryption:
      name = v1 ? name_of(kV1Encryption, value) : name_of(kV2Encryption, value);
      break;
    case Attribute::hash:
      name = v1 ? name_of(kV1Hash, value) : name_of(kV2Prf, value);
      break;
    case Attribute::authentication:
      name = v1 ? name_of(kV1Authentication, value) : name_of(kV2Integrity, value);
      break;
    case Attribute::group:
      name = v1 ? name_of(kV1Group, value) : name_of(kV2Group, value);
      break;
    case Attribute::life_type:
      name = name_of(kLifeType, value);
      break;
    case Attribute::life_duration:
    case Attribute::key_length:
      break;
  }
  return name.empty() ? "Unknown" : name;
}

std::string_view payload_name(bool v1, std::uint8_t type) noexcept {
  const std::string_view name = v1 ? name_of(kV1Payload, type) : name_of(kV2Payload, type);
  return name.empty() ? "Unknown" : name;
}
std::span<const NamedNumber> exchange_names() noexcept {
  return kExchanges;
}
std::string_view notify_name(std::uint16_t type) noexcept {
  return name_of(kNotifies, type);
}

}  // namespace gatehouse::proto::ike
