// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/compile/builder.hpp"

#include <algorithm>

#include "ips/compile/keyword.hpp"
#include "ips/compile/surroundings.hpp"
#include "ips/text/rule_parser.hpp"

namespace gatehouse::ips::compile {

// ---- refusing

void Builder::refuse(const text::Option& at, std::string reason) {
  refuse(at.has_value ? at.value.place : at.name.place, std::string{at.name.text}, std::move(reason));
}

void Builder::refuse(text::Place place, std::string keyword, std::string reason) {
  if (refusal_) return;
  // The sid stands behind what is wrong more often than before it.
  const std::uint32_t sid = signature.sid != 0 ? signature.sid : text::find_sid(rule_.raw);
  refusal_ = text::Refusal{{}, place, sid, std::move(keyword), std::move(reason)};
}

// ---- buffers

void Builder::use_buffer(const text::Option&, std::string name, std::uint8_t direction) {
  end_decoded();
  current_ = {std::move(name), {}, direction};
  begins_new_ = current_.name != "payload";
}

void Builder::add_transform(const text::Option& at, Transform transform) {
  if (in_payload())
    return refuse(at, "a transform stands behind the buffer that it changes: name a sticky buffer first");
  // Behind a content they begin anew, from the buffer as it is.
  if (!begins_new_) current_.transforms.clear();
  begins_new_ = true;
  current_.transforms.push_back(std::move(transform));
}

DraftChain& Builder::chain(const text::Option& at) {
  if (decoding_ >= 0) return chains[static_cast<std::size_t>(decoding_)];
  if (!begins_new_)
    for (std::size_t i = chains.size(); i-- > 0;)
      if (chains[i].buffer == current_) {
        last_chain_ = static_cast<int>(i);
        return chains[i];
      }
  // Of a field with one value it is the same buffer again; of one with many, perhaps another value.
  if (begins_new_ && !around_.has_several_values(current_.name))
    for (std::size_t i = 0; i < chains.size(); ++i)
      if (chains[i].buffer == current_) {
        begins_new_ = false;
        last_chain_ = static_cast<int>(i);
        return chains[i];
      }
  begins_new_ = false;
  chains.push_back({current_, {}, at.name.place});
  last_chain_ = static_cast<int>(chains.size()) - 1;
  return chains.back();
}

DraftChain& Builder::chain_of(const text::Option& at, const std::string& buffer) {
  const BufferName name{buffer, {}};
  auto found = std::ranges::find(chains, name, &DraftChain::buffer);
  if (found == chains.end()) {
    chains.push_back({name, {}, at.name.place});
    found = std::prev(chains.end());
  }
  last_chain_ = static_cast<int>(found - chains.begin());
  return *found;
}

DraftChain& Builder::chain_behind(const text::Option& at) {
  return in_payload() && last_chain_ >= 0 ? chains[static_cast<std::size_t>(last_chain_)] : chain(at);
}

namespace {

DecodeBase64* last_decode(DraftChain& chain) {
  const auto found = std::find_if(chain.steps.rbegin(), chain.steps.rend(),
                                  [](const Step& s) { return std::holds_alternative<DecodeBase64>(s); });
  return found == chain.steps.rend() ? nullptr : &std::get<DecodeBase64>(*found);
}

}  // namespace

void Builder::use_decoded(const text::Option& at) {
  end_decoded();
  for (std::size_t i = chains.size(); i-- > 0;) {
    DecodeBase64* decode = last_decode(chains[i]);
    if (decode == nullptr) continue;
    if (std::get_if<DecodeBase64>(&chains[i].steps.back()) != decode)
      return refuse(at, "it stands directly behind base64_decode: move what is between them before that");
    decode->steps = DecodeBase64::kAllThatFollow;
    decoding_ = last_chain_ = static_cast<int>(i);
    return;
  }
  refuse(at, "there is no base64_decode before it");
}

// The steps that were added for the decoded bytes are counted, so that others may follow them.
void Builder::end_decoded() {
  if (decoding_ < 0) return;
  DraftChain& chain = chains[static_cast<std::size_t>(decoding_)];
  DecodeBase64* decode = last_decode(chain);
  for (std::size_t i = chain.steps.size(); i-- > 0;)
    if (std::get_if<DecodeBase64>(&chain.steps[i]) == decode)
      decode->steps = static_cast<std::uint16_t>(chain.steps.size() - i - 1);
  decoding_ = -1;
}

// ---- contents

void Builder::add_content(const text::Option& at, Content content) {
  chain(at).steps.emplace_back(std::move(content));
}

Step* Builder::last_step() {
  if (last_chain_ < 0 || chains[static_cast<std::size_t>(last_chain_)].steps.empty()) return nullptr;
  return &chains[static_cast<std::size_t>(last_chain_)].steps.back();
}

Content* Builder::last_content(const text::Option& modifier) {
  if (last_chain_ >= 0) {
    auto& steps = chains[static_cast<std::size_t>(last_chain_)].steps;
    for (auto step = steps.rbegin(); step != steps.rend(); ++step)
      if (auto* content = std::get_if<Content>(&*step)) return content;
  }
  refuse(modifier, "there is no content before it that it could belong to");
  return nullptr;
}

void Builder::move_last_content(const text::Option& modifier, const std::string& buffer) {
  if (!in_payload())
    return refuse(modifier, "it belongs to a content of the payload: behind a sticky buffer it has no place");
  const auto from = std::ranges::find(chains, BufferName{}, &DraftChain::buffer);
  if (from == chains.end() || from->steps.empty())
    return refuse(modifier, "there is no content before it that it could belong to");
  const auto last = std::find_if(from->steps.rbegin(), from->steps.rend(),
                                 [](const Step& s) { return std::holds_alternative<Content>(s); });
  if (last == from->steps.rend()) return refuse(modifier, "there is no content before it that it could belong to");
  Content content = std::get<Content>(*last);
  from->steps.erase(std::next(last).base());
  const BufferName to{buffer, {}};
  auto target = std::ranges::find(chains, to, &DraftChain::buffer);
  if (target == chains.end()) {
    chains.push_back({to, {}, modifier.name.place});
    target = std::prev(chains.end());
  }
  target->steps.emplace_back(std::move(content));
  last_chain_ = static_cast<int>(target - chains.begin());
}

// ---- variables

std::optional<std::uint8_t> Builder::variable(std::string_view name) const {
  const auto found = std::ranges::find(variables_, name);
  if (found == variables_.end()) return std::nullopt;
  return static_cast<std::uint8_t>(found - variables_.begin());
}

std::optional<std::uint8_t> Builder::define_variable(const text::Option& at, std::string_view name) {
  if (const auto known = variable(name)) return known;
  if (variables_.size() == kMostVariables) {
    refuse(at, "more than " + std::to_string(kMostVariables) + " variables; that is the limit");
    return std::nullopt;
  }
  variables_.emplace_back(name);
  return static_cast<std::uint8_t>(variables_.size() - 1);
}

std::optional<Operand> Builder::operand(const text::Option& at, std::string_view word) {
  if (const auto number = read_signed(word)) return Operand{*number, Operand::kLiteral};
  if (const auto index = variable(word)) return Operand{0, *index};
  refuse(at, "'" + std::string(word) + "' is neither a number nor a variable of byte_extract or byte_math before it");
  return std::nullopt;
}

// ---- the rest

void Builder::add_number(const text::Option& at, std::string field, NumberTest test, std::vector<std::uint64_t> any_of,
                         std::uint8_t direction) {
  numbers.push_back({std::move(field), test, std::move(any_of), direction, at.name.place});
}

void Builder::require_protocols(const text::Option& at, std::vector<const ProtocolSpec*> protocols) {
  if (!app_known || app_protocols.empty()) {
    app_protocols = std::move(protocols);
    app_known = true;
    return;
  }
  std::vector<const ProtocolSpec*> both;
  for (const ProtocolSpec* p : app_protocols)
    if (std::ranges::find(protocols, p) != protocols.end()) both.push_back(p);
  if (both.empty()) {
    std::string names;
    for (const ProtocolSpec* p : protocols) names += (names.empty() ? "" : " or ") + std::string(p->name);
    return refuse(at.name.place, std::string{at.name.text},
                  "it is of " + names + ", but the rule is for " + std::string(app_protocols.front()->name));
  }
  app_protocols = std::move(both);
}

std::string_view Builder::keep(std::string text) {
  return storage_->texts.emplace_back(std::move(text));
}
Bytes Builder::keep_bytes(std::vector<std::uint8_t> bytes) {
  return storage_->bytes.emplace_back(std::move(bytes));
}
const Regex* Builder::keep_regex(Regex regex) {
  return &storage_->regexes.emplace_back(std::move(regex));
}

}  // namespace gatehouse::ips::compile
