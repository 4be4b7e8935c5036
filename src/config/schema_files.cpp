// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>

#include "config/schema.hpp"

namespace gatehouse::config {
namespace {

using enum Type;

constexpr std::array<std::string_view, 3> kHashes{"md5", "sha1", "sha256"};

constexpr std::array kOptions{
    Option{.key = "files.hash",
           .type = choices,
           .standard = "[sha256]",
           .choices = kHashes,
           .about = "The digests that are made of each file and logged.",
           .example = "[md5, sha256]",
           .set = set_member<[](Config& c) -> auto& { return c.files.hash; }>},
};

}  // namespace

const Section kFilesSection{"files", "What is done with files that sessions carry.", kOptions};

}  // namespace gatehouse::config
