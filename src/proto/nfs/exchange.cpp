// SPDX-License-Identifier: GPL-3.0-or-later
// What whole messages mean: which transactions they begin and end.
#include <algorithm>

#include "proto/nfs/nfs.hpp"
#include "proto/nfs/session.hpp"

namespace gatehouse::proto::nfs {
namespace {

constexpr auto kToServer = Direction::to_server;
constexpr auto kToClient = Direction::to_client;

void set_caller(NfsTransaction& tx, const sunrpc::Call& call) {
  tx.flavor = call.credential.flavor;
  if (tx.flavor != static_cast<std::uint32_t>(sunrpc::Flavor::system)) return;
  Cursor c{call.credential.body};
  const sunrpc::SystemCredential who{c};
  if (!c.ok()) return;
  tx.machine = as_text(who.machine);
  tx.uid = who.uid, tx.gid = who.gid;
  tx.has_user = true;
}

}  // namespace

std::string_view procedure_of(const NfsTransaction& tx) noexcept {
  if (tx.version < 4) return procedure_name(tx.version, tx.procedure);
  switch (tx.procedure) {
    case operation::create:
      return "CREATE";
    case operation::remove:
      return "REMOVE";
    case operation::rename:
      return "RENAME";
    case operation::link:
      return "LINK";
    case operation::read:
      return "READ";
    case operation::write:
      return "WRITE";
    default:
      return {};
  }
}

void NfsSession::call(const Look& look) {
  const sunrpc::Call& call = look.call;
  if (call.rpc_version != sunrpc::kVersion) return event(kMalformedData, kToServer);
  if (call.program != sunrpc::program::nfs) return;  // its neighbours share the connection: NFSACL
  if (call.version < 2 || call.version > 4) return event(kNonexistingVersion, kToServer);

  if (const auto before = waiting(look.head.xid); before != calls_.end()) {
    // RFC 5531, 9: a client that has no reply asks again with the same xid; over TCP it need not.
    if (datagrams_) return;
    forget(before);
  }
  if (calls_.size() >= kMaxTransactions) {
    event(kTooManyTransactions, kToServer);
    forget(calls_.begin());
  }
  const Content& content = look.content;
  Waiting& asked = calls_.emplace_back(memory_, look.head.xid);
  asked.version = call.version;
  asked.procedure = call.procedure;
  asked.protection = sunrpc::protection_of(call);
  asked.offset = content.offset;
  asked.name = content.name.empty() ? name_of(content.reads ? content.file : content.handle) : as_text(content.name);
  if (content.reads) asked.file = as_text(content.file);
  if (!look.ours) return;

  if (content.closes) close_written(as_text(content.closed), look.head.xid);
  const Does does = call.version == 4 ? Does::other : meaning(call.version, call.procedure);
  if (does == Does::commit) return;
  if (does == Does::write) {
    asked.tx = file_of(as_text(content.handle), kToServer);
    // One that was written whole has ended already; its reply is still to come.
    for (NfsTransaction& tx : transactions_)
      if (tx.is_file && tx.last_xid == look.head.xid && tx.file_direction == kToServer) asked.tx = &tx;
    return;
  }
  if (does == Does::read) {
    NfsTransaction* tx = file_of(asked.file, kToClient);
    if (tx == nullptr) {
      tx = &open_file(look.head.xid, call.version, call.procedure, asked.file, asked.name, kToClient);
      set_caller(*tx, call);
    }
    calls_.back().tx = tx;
    return sink_->update(*tx, kToServer);
  }
  if (call.version == 4 && content.operation == 0) return;
  NfsTransaction& tx = open(look, call.version == 4 ? content.operation : call.procedure);
  calls_.back().tx = &tx;
  tx.name = calls_.back().name;
  tx.to_name = as_text(content.to_name);
  tx.handle = as_text(content.handle);
  tx.stage[index(kToServer)] = kComplete;
  sink_->update(tx, kToServer);
}

void NfsSession::reply(const Look& look, Bytes message) {
  const auto asked = waiting(look.head.xid);
  const std::uint32_t status = look.content.status;
  if (look.reply.successful() && status == 0) learn_names(look, message);
  NfsTransaction* tx = asked->tx;
  calls_.erase(asked);
  if (tx == nullptr) return;
  tx->rpc_status = look.reply.status;
  tx->status = status;
  tx->answered = true;
  tx->stage[index(kToClient)] = kComplete;
  // A file goes on until it is closed; of version 4 that is a word of its own.
  const bool failed = !look.reply.successful() || status != 0;
  const bool read = tx->file_direction == kToClient;
  if (tx->is_file && !(read && failed && tx->file.is_empty()) && (tx->file.is_open() || (tx->version == 4 && !read)))
    return sink_->update(*tx, kToClient);
  complete(*tx);
}

void NfsSession::learn_names(const Look& look, Bytes message) {
  remember(look.content.handle, look.asked->name);
  if (procedure_name(look.asked->version, look.asked->procedure) != "READDIRPLUS") return;
  Cursor c{message};
  c.skip(look.body + 4);  // behind the status
  Entry entry;
  for (bool more = begin_entries(c); more && next_entry(c, entry);) remember(entry.handle, as_text(entry.name));
}

// ---- transactions

NfsTransaction& NfsSession::open(const Look& look, std::uint32_t procedure) {
  if (transactions_.size() >= kMaxTransactions) {
    event(kTooManyTransactions, kToServer, &transactions_.front());
    complete(transactions_.front());
  }
  NfsTransaction& tx = transactions_.emplace_back(memory_);
  tx.protocol = &nfs::protocol;
  tx.id = next_id_++;
  tx.xid = look.head.xid;
  tx.version = look.call.version;
  tx.procedure = procedure;
  if (!tx.is_file && look.head.is_call()) set_caller(tx, look.call);
  return tx;
}

// A file is of many calls, and of many users perhaps: only one that is read has the caller that began it, as readers of
// the log know it.
NfsTransaction& NfsSession::open_file(std::uint32_t xid, std::uint32_t version, std::uint32_t procedure,
                                      std::string_view handle, std::string_view name, Direction direction) {
  Look look;
  look.head.xid = xid;
  look.head.type = static_cast<std::uint32_t>(sunrpc::Type::reply);
  look.call.version = version;
  NfsTransaction& tx = open(look, procedure);
  tx.is_file = true;
  tx.file_direction = direction;
  tx.handle = handle;
  tx.name = name;
  tx.stage[index(kToServer)] = kComplete;
  sink_->update(tx, direction);
  tx.file.open(*sink_, tx, direction, tx.name);
  return tx;
}

NfsTransaction* NfsSession::file_of(std::string_view handle, Direction direction) noexcept {
  for (NfsTransaction& tx : transactions_)
    if (tx.is_file && tx.file_direction == direction && tx.file.is_open() && tx.handle == handle) return &tx;
  return nullptr;
}

// COMMIT or CLOSE: what was written stays.
void NfsSession::close_written(std::string_view handle, std::uint32_t xid) {
  for (auto at = transactions_.begin(); at != transactions_.end();) {
    NfsTransaction& tx = *at++;
    if (!tx.is_file || tx.file_direction != kToServer || tx.handle != handle) continue;
    tx.last = true;
    tx.last_xid = xid;
    tx.file.close(false, held_, *sink_);
    complete(tx);
  }
}

void NfsSession::complete(NfsTransaction& tx) noexcept {
  // Version 2 has no word for the end of a file that is written.
  const bool without_end = tx.version == 2 && tx.file_direction == kToServer;
  tx.file.close(!without_end, held_, *sink_);
  tx.stage = {kComplete, kComplete};
  sink_->update(tx, kToServer);
  sink_->update(tx, kToClient);
  const bool quiet = tx.version < 4 && meaning(tx.version, tx.procedure) == Does::get_attributes;
  if (!quiet) sink_->log(tx, kToServer);
  sink_->close(tx);
  for (Waiting& call : calls_)
    if (call.tx == &tx) call.tx = nullptr;
  for (Stream& stream : streams_)
    if (stream.tx == &tx) stream.tx = nullptr;
  transactions_.erase(std::ranges::find_if(transactions_, [&](const NfsTransaction& t) { return &t == &tx; }));
}

NfsSession::Calls::iterator NfsSession::waiting(std::uint32_t xid) noexcept {
  return std::ranges::find(calls_, xid, &Waiting::xid);
}

// Nothing answers this call any more.
void NfsSession::forget(Calls::iterator call) noexcept {
  NfsTransaction* tx = call->tx;
  calls_.erase(call);
  if (tx != nullptr && !tx->is_file) complete(*tx);
}

std::string_view NfsSession::name_of(Bytes handle) const noexcept {
  const auto at = names_.find(as_text(handle));
  return at == names_.end() ? std::string_view{} : std::string_view{at->second};
}

void NfsSession::remember(Bytes handle, std::string_view name) {
  if (handle.empty() || name.empty()) return;
  if (names_.size() >= kMaxNames) {
    event(kTooManyNames, kToClient);
    names_.clear();
  }
  names_.insert_or_assign(Text{as_text(handle), &memory_}, Text{name, &memory_});
}

void NfsSession::event(Event row, Direction direction, Transaction* tx) noexcept {
  const std::uint64_t bit = 1ull << row;
  if ((tx != nullptr ? tx->events : session_events_) & bit) return;
  if (tx == nullptr) session_events_ |= bit;
  sink_->event(tx, row, direction);
}

}  // namespace gatehouse::proto::nfs
