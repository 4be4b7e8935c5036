// SPDX-License-Identifier: GPL-3.0-or-later
// For tests: certificates made by OpenSSL, and the conversations of a real client and a real server over memory.
#pragma once

#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string>
#include <utility>
#include <vector>

#include "support/session_driver.hpp"

namespace gatehouse::proto::tls::test_peers {

template <auto Free>
struct Freeing {
  template <typename T>
  void operator()(T* p) const noexcept {
    Free(p);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;
using Cert = std::unique_ptr<X509, Freeing<X509_free>>;
using Context = std::unique_ptr<SSL_CTX, Freeing<SSL_CTX_free>>;
using Ssl = std::unique_ptr<SSL, Freeing<SSL_free>>;
using SslSession = std::unique_ptr<SSL_SESSION, Freeing<SSL_SESSION_free>>;

enum class KeyKind { rsa, p256, p384, ed25519 };

inline Key make_key(KeyKind kind) {
  switch (kind) {
    case KeyKind::rsa:
      return Key{EVP_RSA_gen(2048)};
    case KeyKind::p256:
      return Key{EVP_EC_gen("P-256")};
    case KeyKind::p384:
      return Key{EVP_EC_gen("P-384")};
    case KeyKind::ed25519:
      return Key{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
  }
  return {};
}

struct CertSpec {
  std::vector<std::pair<std::string, std::string>> subject{{"C", "US"}, {"O", "Example"}, {"CN", "example.org"}};
  std::vector<std::pair<std::string, std::string>> issuer;  // empty: itself
  std::string serial_hex = "0A0B0C";
  std::string not_before = "20200102030405Z", not_after = "20300102030405Z";  // as ASN1_TIME_set_string takes them
  std::string alternative_names;                                              // "DNS:a.example,IP:192.0.2.1"
};

inline Cert make_cert(const CertSpec& spec, EVP_PKEY* key) {
  Cert cert{X509_new()};
  X509_set_version(cert.get(), X509_VERSION_3);
  BIGNUM* number = nullptr;
  BN_hex2bn(&number, spec.serial_hex.c_str());
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert.get()));
  BN_free(number);
  EXPECT_EQ(ASN1_TIME_set_string_X509(X509_getm_notBefore(cert.get()), spec.not_before.c_str()), 1);
  EXPECT_EQ(ASN1_TIME_set_string_X509(X509_getm_notAfter(cert.get()), spec.not_after.c_str()), 1);
  const auto fill = [](X509_NAME* name, const auto& parts) {
    for (const auto& [field, value] : parts)
      X509_NAME_add_entry_by_txt(name, field.c_str(), MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(value.data()), static_cast<int>(value.size()),
                                 -1, 0);
  };
  fill(X509_get_subject_name(cert.get()), spec.subject);
  fill(X509_get_issuer_name(cert.get()), spec.issuer.empty() ? spec.subject : spec.issuer);
  X509_set_pubkey(cert.get(), key);
  if (!spec.alternative_names.empty()) {
    X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, spec.alternative_names.c_str());
    X509_add_ext(cert.get(), names, -1);
    X509_EXTENSION_free(names);
  }
  const bool own_digest = EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519;
  EXPECT_GT(X509_sign(cert.get(), key, own_digest ? nullptr : EVP_sha256()), 0);
  return cert;
}

inline std::string to_der(X509* cert) {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(cert, &bytes);
  std::string der(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

struct Options {
  int version = TLS1_3_VERSION;
  KeyKind key = KeyKind::p256;
  CertSpec server_cert;
  bool client_cert = false;
  std::string server_name = "www.example.org";
  std::string alpn = std::string("\x02h2\x08http/1.1", 12);
  SSL_SESSION* session = nullptr;  // to resume
  const char* groups = nullptr;    // of the server
  bool tickets = true;
  std::size_t fragment = 0;           // largest record of the handshake, 512 or more
  SSL_CTX* server_context = nullptr;  // of an earlier conversation, for resumption
};

struct Conversation {
  std::vector<test::Turn> turns;
  Context server_context;
  Cert server_cert, client_cert;
  SslSession session;
  std::string version, cipher_name;
  std::uint16_t cipher = 0;
  bool resumed = false;
};

inline int choose_alpn(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in, unsigned length,
                       void*) {
  static const unsigned char wanted[] = "\x02h2";
  return SSL_select_next_proto(const_cast<unsigned char**>(out), size, wanted, 3, in, length) == OPENSSL_NPN_NEGOTIATED
             ? SSL_TLSEXT_ERR_OK
             : SSL_TLSEXT_ERR_NOACK;
}

inline int accept_any(int, X509_STORE_CTX*) {
  return 1;
}

inline Context make_context(const SSL_METHOD* method, const Options& options) {
  Context context{SSL_CTX_new(method)};
  SSL_CTX_set_min_proto_version(context.get(), options.version);
  SSL_CTX_set_max_proto_version(context.get(), options.version);
  SSL_CTX_set_cipher_list(context.get(), "ALL:@SECLEVEL=0");
  if (!options.tickets) SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET);
  if (options.fragment > 0) SSL_CTX_set_max_send_fragment(context.get(), static_cast<long>(options.fragment));
  return context;
}

// What `from` has written so far becomes the other end's input and a turn of the conversation.
inline bool carry(SSL* from, SSL* to, Direction direction, std::vector<test::Turn>& turns) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(SSL_get_wbio(from), &bytes);
  if (size <= 0) return false;
  turns.push_back({direction, std::string(bytes, static_cast<std::size_t>(size))});
  BIO_write(SSL_get_rbio(to), bytes, static_cast<int>(size));
  (void)BIO_reset(SSL_get_wbio(from));
  return true;
}

inline Conversation converse(const Options& options) {
  Conversation talk;
  const Key server_key = make_key(options.key), client_key = make_key(KeyKind::p256);
  talk.server_cert = make_cert(options.server_cert, server_key.get());
  if (options.server_context == nullptr) {
    talk.server_context = make_context(TLS_server_method(), options);
    SSL_CTX_use_certificate(talk.server_context.get(), talk.server_cert.get());
    SSL_CTX_use_PrivateKey(talk.server_context.get(), server_key.get());
    SSL_CTX_set_alpn_select_cb(talk.server_context.get(), choose_alpn, nullptr);
    SSL_CTX_set_session_id_context(talk.server_context.get(), reinterpret_cast<const unsigned char*>("test"), 4);
    if (options.groups != nullptr) SSL_CTX_set1_groups_list(talk.server_context.get(), options.groups);
    if (options.client_cert)
      SSL_CTX_set_verify(talk.server_context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, accept_any);
  }
  const Context client_context = make_context(TLS_client_method(), options);
  if (options.client_cert) {
    CertSpec spec;
    spec.subject = {{"O", "Example"}, {"CN", "a client"}};
    talk.client_cert = make_cert(spec, client_key.get());
    SSL_CTX_use_certificate(client_context.get(), talk.client_cert.get());
    SSL_CTX_use_PrivateKey(client_context.get(), client_key.get());
  }
  if (!options.alpn.empty())
    SSL_CTX_set_alpn_protos(client_context.get(), reinterpret_cast<const unsigned char*>(options.alpn.data()),
                            static_cast<unsigned>(options.alpn.size()));

  const Ssl client{SSL_new(client_context.get())};
  const Ssl server{SSL_new(options.server_context != nullptr ? options.server_context : talk.server_context.get())};
  for (SSL* end : {client.get(), server.get()}) SSL_set_bio(end, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  if (!options.server_name.empty()) SSL_set_tlsext_host_name(client.get(), options.server_name.c_str());
  if (options.session != nullptr) SSL_set_session(client.get(), options.session);
  SSL_set_connect_state(client.get());
  SSL_set_accept_state(server.get());

  for (int round = 0; round < 10; ++round) {
    SSL_do_handshake(client.get());
    const bool sent = carry(client.get(), server.get(), Direction::to_server, talk.turns);
    SSL_do_handshake(server.get());
    if (!carry(server.get(), client.get(), Direction::to_client, talk.turns) && !sent) break;
  }
  EXPECT_TRUE(SSL_is_init_finished(client.get()) && SSL_is_init_finished(server.get())) << "handshake failed";
  char buffer[256];
  for (int round = 0; round < 2; ++round) {
    SSL_write(client.get(), "ping", 4);
    carry(client.get(), server.get(), Direction::to_server, talk.turns);
    EXPECT_EQ(SSL_read(server.get(), buffer, sizeof buffer), 4);
    SSL_write(server.get(), "pong", 4);
    carry(server.get(), client.get(), Direction::to_client, talk.turns);
    EXPECT_EQ(SSL_read(client.get(), buffer, sizeof buffer), 4);
  }
  // A session that was not closed is not resumed.
  for (SSL* end : {client.get(), server.get()}) SSL_set_shutdown(end, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  talk.session.reset(SSL_get1_session(client.get()));
  talk.version = SSL_get_version(client.get());
  talk.cipher_name = SSL_get_cipher_name(client.get());
  talk.cipher = SSL_CIPHER_get_protocol_id(SSL_get_current_cipher(client.get()));
  talk.resumed = SSL_session_reused(client.get()) == 1;
  return talk;
}

}  // namespace gatehouse::proto::tls::test_peers
