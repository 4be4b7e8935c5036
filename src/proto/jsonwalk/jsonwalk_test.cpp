// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/jsonwalk/jsonwalk.hpp"

#include <gtest/gtest.h>
#include <string>

namespace gatehouse::proto::jsonwalk {
namespace {

// "depth kind key=text", one after the other; "!" where it breaks, "." where one whole value was walked.
std::string walked(std::string_view text) {
  constexpr std::string_view kinds = "{[^sw";
  Walk walk{text};
  std::string out;
  for (Value v; walk.next(v); out += ' ') {
    out += std::to_string(v.depth) + kinds[static_cast<std::size_t>(v.kind)] + std::string(v.key);
    if (!v.text.empty()) out += "=" + std::string(v.text);
  }
  return out + (walk.done() ? "." : walk.ok() ? "?" : "!");
}

TEST(JsonWalk, EachValueWithItsKeyAndDepth) {
  EXPECT_EQ(walked(R"({"a":{"b":"c"},"d":[1,-2.5e3,true],"e":null})"),
            "0{ 1{a 2sb=c 1^ 1[d 2w=1 2w=-2.5e3 2w=true 1^ 1we=null 0^ .");
  EXPECT_EQ(walked(R"( { "a" : [ ] , "b" : { } } )"), "0{ 1[a 1^ 1{b 1^ 0^ .");
  EXPECT_EQ(walked(R"({"a":"x\"y\\"})"), R"(0{ 1sa=x\"y\\ 0^ .)");
  EXPECT_EQ(walked("\"word\""), "0s=word .");
  EXPECT_EQ(walked("false"), "0w=false .");
}

TEST(JsonWalk, WhatIsNoJsonBreaks) {
  for (const std::string_view text : {"", "{", "[1", "{1}", "{\"a\"}", "{\"a\":}", "[1 2]", "[1}", "{\"a\":1]", "{} {}",
                                      "[\"\n\"]", "[\"a", "[\"a\\", "nul", "x", "[1,]x", "}"})
    EXPECT_TRUE(walked(text).ends_with('!')) << text;
}

TEST(JsonWalk, DepthIsBounded) {
  EXPECT_TRUE(walked(std::string(kMaxDepth, '[') + std::string(kMaxDepth, ']')).ends_with("."));
  EXPECT_TRUE(walked(std::string(kMaxDepth + 1, '[')).ends_with("!"));
}

}  // namespace
}  // namespace gatehouse::proto::jsonwalk
