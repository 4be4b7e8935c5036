// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dcerpc/call.hpp"

#include <algorithm>

#include "proto/dcerpc/endpoint_mapper.hpp"
#include "proto/dcerpc/interfaces.hpp"
#include "proto/ntlmssp/ntlmssp.hpp"
#include "proto/ntlmssp/spnego.hpp"

namespace gatehouse::proto::dcerpc {

Call::Taken Call::take_request(const Unit& unit, Contexts& contexts) {
  const bool first = !request.seen;
  request.seen = true;
  if (first) request.type = unit.type();
  take_verifier(unit);
  bool ok = true;
  if (unit.type() == Type::request) {
    if (first) {
      opnum = unit.opnum;
      context = unit.context;
      if (const Interface* bound = contexts.find(context)) interfaces.push_back(*bound);
    }
    add_stub(request, unit.stub, unit.header.last());
    if (request.complete) map_endpoint(request, unit.header.little());
  } else {
    if (is_bind(unit.type())) take_items(unit, contexts, ok);
    request.fragments = 1;
    request.complete = true;
  }
  if (!ok) return Taken::malformed;
  return request.complete ? Taken::whole : Taken::partly;
}

Call::Taken Call::take_response(const Unit& unit, Contexts& contexts) {
  response.seen = true;
  response.type = unit.type();
  bool ok = true;
  if (unit.type() == Type::response) {
    add_stub(response, unit.stub, unit.header.last());
    if (response.complete) map_endpoint(response, unit.header.little());
  } else {
    if (is_bind_answer(unit.type())) take_results(unit, contexts, ok);
    if (unit.type() == Type::fault) fault = unit.status;
    response.complete = true;
  }
  if (!ok) return Taken::malformed;
  return response.complete ? Taken::whole : Taken::partly;
}

void Call::add_stub(Half& half, Bytes stub, bool last) {
  half.seen = true;
  ++half.fragments;
  half.stub_size += stub.size();
  if (half.joined.empty() && last) {
    half.stub = stub.first(std::min(stub.size(), kMaxStub));
  } else {
    const std::size_t taken = std::min(stub.size(), kMaxStub - half.joined.size());
    half.joined.insert(half.joined.end(), stub.begin(), stub.begin() + static_cast<std::ptrdiff_t>(taken));
    half.stub = half.joined;
  }
  half.cut = half.stub_size > kMaxStub;
  half.complete = last;
}

void Call::release_stubs() noexcept {
  for (Half* half : {&request, &response}) {
    if (!half->complete) continue;
    half->stub = {};
    half->joined.clear();
    half->joined.shrink_to_fit();
  }
}

void Call::take_items(const Unit& unit, Contexts& contexts, bool& ok) {
  BindItems items{unit};
  for (BindItem item; interfaces.size() < kMaxInterfaces && items.next(item);) {
    interfaces.push_back(make_interface(item.interface, item.version, item.minor, item.context));
    contexts.bind(interfaces.back());
  }
  ok = items.ok();
}

void Call::take_results(const Unit& unit, Contexts& contexts, bool& ok) {
  BindResults results{unit};
  BindResult result;
  for (Interface& interface : interfaces) {
    if (!results.next(result)) break;
    interface.answered = true;
    interface.result = result.result;
    interface.reason = result.reason;
    contexts.answer(interface.context, result);
  }
  ok = results.ok();
}

// Who it is that calls: the last message of NTLM, in an ALTER_CONTEXT or AUTH3.
void Call::take_verifier(const Unit& unit) {
  if (!unit.has_verifier) return;
  auth_level = unit.verifier.level;
  const ntlmssp::Token token = ntlmssp::read_token(unit.verifier.token);
  ntlmssp::Message message;
  if (!ntlmssp::read(token.ntlmssp, message) || message.type != ntlmssp::Type::authenticate) return;
  ntlmssp::append_text(user, message.user, message.unicode, kMaxName);
  ntlmssp::append_text(domain, message.domain, message.unicode, kMaxName);
  ntlmssp::append_text(host, message.host, message.unicode, kMaxName);
}

void Call::map_endpoint(const Half& half, bool little) {
  if (interfaces.empty() || interfaces.front().uuid != kEndpointMapper || opnum != kMapOperation || !little) return;
  Tower tower;
  if (!(&half == &request ? read_map_request(half.stub, tower) : read_map_response(half.stub, tower))) return;
  has_mapping = true;
  mapped_interface = tower.interface.text();
  mapped_protocol.assign(tower.protocol);
  mapped_port = &half == &response ? tower.port : std::uint16_t{0};
}

}  // namespace gatehouse::proto::dcerpc
