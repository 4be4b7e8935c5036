// SPDX-License-Identifier: GPL-3.0-or-later
// The few BPF instructions that our own kernel program is written in, by hand: the build needs no BPF compiler.
#pragma once

#include <cstdint>
#include <linux/bpf.h>
#include <vector>

namespace gatehouse::capture::bpf {

enum Register : std::uint8_t { r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10 };

inline bpf_insn make(int code, Register dst, Register src, int offset, std::int32_t value) noexcept {
  bpf_insn insn{};
  insn.code = static_cast<std::uint8_t>(code);
  insn.dst_reg = static_cast<std::uint8_t>(dst & 0xf);
  insn.src_reg = static_cast<std::uint8_t>(src & 0xf);
  insn.off = static_cast<std::int16_t>(offset);
  insn.imm = value;
  return insn;
}

inline bpf_insn set(Register dst, std::int32_t value) noexcept {
  return make(BPF_ALU64 | BPF_MOV | BPF_K, dst, r0, 0, value);
}
inline bpf_insn subtract(Register dst, Register src) noexcept {
  return make(BPF_ALU64 | BPF_SUB | BPF_X, dst, src, 0, 0);
}
// dst = *(u64*)(src + offset)
inline bpf_insn load64(Register dst, Register src, int offset) noexcept {
  return make(BPF_LDX | BPF_MEM | BPF_DW, dst, src, offset, 0);
}
inline bpf_insn call(bpf_func_id helper) noexcept {
  return make(BPF_JMP | BPF_CALL, r0, r0, 0, helper);
}
// Skips `skip` instructions where left > right, as signed numbers.
inline bpf_insn skip_if_greater(Register left, Register right, int skip) noexcept {
  return make(BPF_JMP | BPF_JSGT | BPF_X, left, right, skip, 0);
}
inline bpf_insn exit() noexcept {
  return make(BPF_JMP | BPF_EXIT, r0, r0, 0, 0);
}

// dst = the address of the array map's first value, `map` being its file descriptor. Two instructions' room.
inline void set_map_value(std::vector<bpf_insn>& to, Register dst, int map) {
  to.push_back(make(BPF_LD | BPF_DW | BPF_IMM, dst, static_cast<Register>(BPF_PSEUDO_MAP_VALUE), 0, map));
  to.push_back(make(0, r0, r0, 0, 0));
}

}  // namespace gatehouse::capture::bpf
