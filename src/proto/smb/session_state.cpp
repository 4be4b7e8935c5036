// SPDX-License-Identifier: GPL-3.0-or-later
// What both versions of the protocol share: transactions, logins, trees.
#include <algorithm>

#include "proto/ntlmssp/spnego.hpp"
#include "proto/ntlmssp/utf16.hpp"
#include "proto/smb/names.hpp"
#include "proto/smb/session.hpp"
#include "proto/smb/smb.hpp"

namespace gatehouse::proto::smb {

SmbSession::Tx SmbSession::open(const Origin& origin) {
  if (open_.size() >= kMaxTransactions) {
    auto oldest = std::ranges::find_if(open_, [](const SmbTransaction& tx) { return tx.get<Transfer>() == nullptr; });
    if (oldest == open_.end()) oldest = open_.begin();
    event(too_many_transactions, Direction::to_server, &*oldest);
    oldest->get<Transfer>() != nullptr ? finish_transfer(&*oldest, false) : finish(oldest);
  }
  SmbTransaction& tx = open_.emplace_back(*memory_, agreed_);
  tx.protocol = &protocol;
  tx.id = transactions_++;
  tx.version = origin.version;
  tx.command = origin.command;
  tx.message_id = origin.message_id;
  tx.session_id = origin.session_id;
  tx.tree_id = origin.tree_id;
  return std::prev(open_.end());
}

SmbSession::Tx SmbSession::find(const Origin& origin) noexcept {
  return std::ranges::find_if(open_, [&](const SmbTransaction& tx) {
    return tx.message_id == origin.message_id && tx.command == origin.command && tx.version == origin.version &&
           tx.get<Transfer>() == nullptr;
  });
}

void SmbSession::tell_request(Tx tx) {
  tx->stage[index(Direction::to_server)] = 1;
  sink_->update(*tx, Direction::to_server);
}

void SmbSession::finish(Tx tx) noexcept {
  sink_->log(*tx, Direction::to_server);
  sink_->close(*tx);
  open_.erase(tx);
}

// MS-SMB2 3.2.5.1.5: STATUS_PENDING is an interim answer, another will come.
void SmbSession::answer(Tx tx, const Origin& origin) noexcept {
  tx->status = origin.status;
  tx->dos_status = origin.dos_status;
  tx->has_status = true;
  if (origin.version == 2 && origin.status == status::pending) return;
  tx->stage[index(Direction::to_client)] = 1;
  sink_->update(*tx, Direction::to_client);
  finish(tx);
}

void SmbSession::answer(const Origin& origin) noexcept {
  if (const Tx tx = find(origin); tx != open_.end()) answer(tx, origin);
}

void SmbSession::malformed(Direction direction) noexcept {
  event(malformed_data, direction);
}

void SmbSession::event(Event row, Direction direction, SmbTransaction* tx) noexcept {
  sink_->event(tx, row, direction);
}

void SmbSession::login_request(Login& login, Bytes blob, SmbTransaction& tx) {
  const ntlmssp::Token token = ntlmssp::read_token(blob);
  if (token.kerberos) {
    login.kerberos = true;
    ntlmssp::append_oem(login.realm, token.realm, kMaxText);
    Bytes name;
    for (Cursor names{token.service_names};
         login.service_names.size() < kMaxServiceNames && ntlmssp::next_name(names, name);)
      ntlmssp::append_oem(login.service_names.emplace_back(), name, kMaxText);
  }
  if (token.ntlmssp.empty()) return;
  ntlmssp::Message message;
  if (!ntlmssp::read(token.ntlmssp, message)) return event(malformed_ntlmssp_request, Direction::to_server, &tx);
  if (message.type != ntlmssp::Type::authenticate) return;
  if (message.unusual) event(unusual_ntlmssp_order, Direction::to_server, &tx);
  login.ntlm = true;
  ntlmssp::append_text(login.domain, message.domain, message.unicode, kMaxText);
  ntlmssp::append_text(login.user, message.user, message.unicode, kMaxText);
  ntlmssp::append_text(login.host, message.host, message.unicode, kMaxText);
  login.has_version = message.has_version;
  login.version = message.version;
}

void SmbSession::login_response(Login& login, Bytes blob) {
  ntlmssp::Message message;
  if (!ntlmssp::read(ntlmssp::read_token(blob).ntlmssp, message) || message.type != ntlmssp::Type::challenge) return;
  ntlmssp::append_utf16(login.server_name, message.server_host, kMaxText);
}

void SmbSession::set_tree(const Origin& origin, const Text& path, bool is_pipe) {
  remove_tree(origin.session_id, origin.tree_id);
  if (trees_.size() >= kMaxTrees) {
    event(internal_error, Direction::to_client);
    trees_.pop_front();
  }
  trees_.push_back({origin.session_id, origin.tree_id, is_pipe, Text{path, memory_}});
}

SmbSession::Tree* SmbSession::find_tree(std::uint64_t session_id, std::uint32_t tree_id) noexcept {
  for (Tree& tree : trees_)
    if (tree.tree_id == tree_id && tree.session_id == session_id) return &tree;
  return nullptr;
}

void SmbSession::remove_tree(std::uint64_t session_id, std::uint32_t tree_id) noexcept {
  trees_.remove_if([&](const Tree& tree) { return tree.tree_id == tree_id && tree.session_id == session_id; });
}

}  // namespace gatehouse::proto::smb
