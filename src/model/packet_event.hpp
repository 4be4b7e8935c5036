// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that decoding, defragmentation and TCP tracking object to, by the field's names: the log's `anomaly.event`
// and the rule language's decode-event and stream-event. A row: X(identifier, "name").
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

// clang-format off
#define GATEHOUSE_DECODE_EVENTS(X) \
  X(afpacket_trunc_pkt, "decoder.afpacket.trunc_pkt") \
  X(chdlc_pkt_too_small, "decoder.chdlc.pkt_too_small") \
  X(dce_pkt_too_small, "decoder.dce.pkt_too_small") \
  X(erspan_header_too_small, "decoder.erspan.header_too_small") \
  X(erspan_too_many_vlan_layers, "decoder.erspan.too_many_vlan_layers") \
  X(erspan_unsupported_version, "decoder.erspan.unsupported_version") \
  X(ethernet_pkt_too_small, "decoder.ethernet.pkt_too_small") \
  X(ethernet_unknown_ethertype, "decoder.ethernet.unknown_ethertype") \
  X(gre_pkt_too_small, "decoder.gre.pkt_too_small") \
  X(gre_version0_flags, "decoder.gre.version0_flags") \
  X(gre_version0_hdr_too_big, "decoder.gre.version0_hdr_too_big") \
  X(gre_version0_recur, "decoder.gre.version0_recur") \
  X(gre_version0_malformed_sre_hdr, "decoder.gre.version0_malformed_sre_hdr") \
  X(gre_version1_chksum, "decoder.gre.version1_chksum") \
  X(gre_version1_flags, "decoder.gre.version1_flags") \
  X(gre_version1_hdr_too_big, "decoder.gre.version1_hdr_too_big") \
  X(gre_version1_malformed_sre_hdr, "decoder.gre.version1_malformed_sre_hdr") \
  X(gre_version1_no_key, "decoder.gre.version1_no_key") \
  X(gre_version1_recur, "decoder.gre.version1_recur") \
  X(gre_version1_route, "decoder.gre.version1_route") \
  X(gre_version1_ssr, "decoder.gre.version1_ssr") \
  X(gre_version1_wrong_protocol, "decoder.gre.version1_wrong_protocol") \
  X(gre_wrong_version, "decoder.gre.wrong_version") \
  X(icmpv4_ipv4_trunc_pkt, "decoder.icmpv4.ipv4_trunc_pkt") \
  X(icmpv4_ipv4_unknown_ver, "decoder.icmpv4.ipv4_unknown_ver") \
  X(icmpv4_pkt_too_small, "decoder.icmpv4.pkt_too_small") \
  X(icmpv4_unknown_code, "decoder.icmpv4.unknown_code") \
  X(icmpv4_unknown_type, "decoder.icmpv4.unknown_type") \
  X(icmpv6_experimentation_type, "decoder.icmpv6.experimentation_type") \
  X(icmpv6_ipv6_trunc_pkt, "decoder.icmpv6.ipv6_trunc_pkt") \
  X(icmpv6_ipv6_unknown_version, "decoder.icmpv6.ipv6_unknown_version") \
  X(icmpv6_mld_message_with_invalid_hl, "decoder.icmpv6.mld_message_with_invalid_hl") \
  X(icmpv6_pkt_too_small, "decoder.icmpv6.pkt_too_small") \
  X(icmpv6_unassigned_type, "decoder.icmpv6.unassigned_type") \
  X(icmpv6_unknown_code, "decoder.icmpv6.unknown_code") \
  X(icmpv6_unknown_type, "decoder.icmpv6.unknown_type") \
  X(ieee8021ah_header_too_small, "decoder.ieee8021ah.header_too_small") \
  X(ipraw_invalid_ip_version, "decoder.ipraw.invalid_ip_version") \
  X(ipv4_frag_overlap, "decoder.ipv4.frag_overlap") \
  X(ipv4_frag_pkt_too_large, "decoder.ipv4.frag_pkt_too_large") \
  X(ipv4_hlen_too_small, "decoder.ipv4.hlen_too_small") \
  X(ipv4_icmpv6, "decoder.ipv4.icmpv6") \
  X(ipv4_iplen_smaller_than_hlen, "decoder.ipv4.iplen_smaller_than_hlen") \
  X(ipv4_opt_duplicate, "decoder.ipv4.opt_duplicate") \
  X(ipv4_opt_eol_required, "decoder.ipv4.opt_eol_required") \
  X(ipv4_opt_invalid, "decoder.ipv4.opt_invalid") \
  X(ipv4_opt_invalid_len, "decoder.ipv4.opt_invalid_len") \
  X(ipv4_opt_malformed, "decoder.ipv4.opt_malformed") \
  X(ipv4_opt_pad_required, "decoder.ipv4.opt_pad_required") \
  X(ipv4_opt_unknown, "decoder.ipv4.opt_unknown") \
  X(ipv4_pkt_too_small, "decoder.ipv4.pkt_too_small") \
  X(ipv4_trunc_pkt, "decoder.ipv4.trunc_pkt") \
  X(ipv4_wrong_ip_version, "decoder.ipv4.wrong_ip_version") \
  X(ipv6_data_after_none_header, "decoder.ipv6.data_after_none_header") \
  X(ipv6_dstopts_only_padding, "decoder.ipv6.dstopts_only_padding") \
  X(ipv6_dstopts_unknown_opt, "decoder.ipv6.dstopts_unknown_opt") \
  X(ipv6_exthdr_ah_res_not_null, "decoder.ipv6.exthdr_ah_res_not_null") \
  X(ipv6_exthdr_dupl_ah, "decoder.ipv6.exthdr_dupl_ah") \
  X(ipv6_exthdr_dupl_dh, "decoder.ipv6.exthdr_dupl_dh") \
  X(ipv6_exthdr_dupl_eh, "decoder.ipv6.exthdr_dupl_eh") \
  X(ipv6_exthdr_dupl_fh, "decoder.ipv6.exthdr_dupl_fh") \
  X(ipv6_exthdr_dupl_hh, "decoder.ipv6.exthdr_dupl_hh") \
  X(ipv6_exthdr_dupl_rh, "decoder.ipv6.exthdr_dupl_rh") \
  X(ipv6_exthdr_invalid_optlen, "decoder.ipv6.exthdr_invalid_optlen") \
  X(ipv6_exthdr_useless_fh, "decoder.ipv6.exthdr_useless_fh") \
  X(ipv6_fh_non_zero_reserved_field, "decoder.ipv6.fh_non_zero_reserved_field") \
  X(ipv6_frag_invalid_length, "decoder.ipv6.frag_invalid_length") \
  X(ipv6_frag_overlap, "decoder.ipv6.frag_overlap") \
  X(ipv6_frag_pkt_too_large, "decoder.ipv6.frag_pkt_too_large") \
  X(ipv6_hopopts_only_padding, "decoder.ipv6.hopopts_only_padding") \
  X(ipv6_hopopts_unknown_opt, "decoder.ipv6.hopopts_unknown_opt") \
  X(ipv6_icmpv4, "decoder.ipv6.icmpv4") \
  X(ipv6_ipv4_in_ipv6_too_small, "decoder.ipv6.ipv4_in_ipv6_too_small") \
  X(ipv6_ipv4_in_ipv6_wrong_version, "decoder.ipv6.ipv4_in_ipv6_wrong_version") \
  X(ipv6_ipv6_in_ipv6_too_small, "decoder.ipv6.ipv6_in_ipv6_too_small") \
  X(ipv6_ipv6_in_ipv6_wrong_version, "decoder.ipv6.ipv6_in_ipv6_wrong_version") \
  X(ipv6_pkt_too_small, "decoder.ipv6.pkt_too_small") \
  X(ipv6_rh_type_0, "decoder.ipv6.rh_type_0") \
  X(ipv6_trunc_exthdr, "decoder.ipv6.trunc_exthdr") \
  X(ipv6_trunc_pkt, "decoder.ipv6.trunc_pkt") \
  X(ipv6_unknown_next_header, "decoder.ipv6.unknown_next_header") \
  X(ipv6_wrong_ip_version, "decoder.ipv6.wrong_ip_version") \
  X(ipv6_zero_len_padn, "decoder.ipv6.zero_len_padn") \
  X(ltnull_pkt_too_small, "decoder.ltnull.pkt_too_small") \
  X(ltnull_unsupported_type, "decoder.ltnull.unsupported_type") \
  X(mpls_bad_label_implicit_null, "decoder.mpls.bad_label_implicit_null") \
  X(mpls_bad_label_reserved, "decoder.mpls.bad_label_reserved") \
  X(mpls_bad_label_router_alert, "decoder.mpls.bad_label_router_alert") \
  X(mpls_header_too_small, "decoder.mpls.header_too_small") \
  X(mpls_pkt_too_small, "decoder.mpls.pkt_too_small") \
  X(mpls_unknown_payload_type, "decoder.mpls.unknown_payload_type") \
  X(ppp_ip4_pkt_too_small, "decoder.ppp.ip4_pkt_too_small") \
  X(ppp_ip6_pkt_too_small, "decoder.ppp.ip6_pkt_too_small") \
  X(ppp_pkt_too_small, "decoder.ppp.pkt_too_small") \
  X(ppp_unsup_proto, "decoder.ppp.unsup_proto") \
  X(ppp_vju_pkt_too_small, "decoder.ppp.vju_pkt_too_small") \
  X(ppp_wrong_type, "decoder.ppp.wrong_type") \
  X(pppoe_malformed_tags, "decoder.pppoe.malformed_tags") \
  X(pppoe_pkt_too_small, "decoder.pppoe.pkt_too_small") \
  X(pppoe_wrong_code, "decoder.pppoe.wrong_code") \
  X(sll_pkt_too_small, "decoder.sll.pkt_too_small") \
  X(sll2_pkt_too_small, "decoder.sll2.pkt_too_small") \
  X(tcp_hlen_too_small, "decoder.tcp.hlen_too_small") \
  X(tcp_invalid_optlen, "decoder.tcp.invalid_optlen") \
  X(tcp_opt_duplicate, "decoder.tcp.opt_duplicate") \
  X(tcp_opt_invalid_len, "decoder.tcp.opt_invalid_len") \
  X(tcp_pkt_too_small, "decoder.tcp.pkt_too_small") \
  X(too_many_layers, "decoder.too_many_layers") \
  X(udp_hlen_too_small, "decoder.udp.hlen_too_small") \
  X(udp_len_invalid, "decoder.udp.len_invalid") \
  X(udp_pkt_too_small, "decoder.udp.pkt_too_small") \
  X(vlan_header_too_small, "decoder.vlan.header_too_small") \
  X(vlan_too_many_layers, "decoder.vlan.too_many_layers") \
  X(vlan_unknown_type, "decoder.vlan.unknown_type") \
  X(vntag_header_too_small, "decoder.vntag.header_too_small") \
  X(vntag_unknown_type, "decoder.vntag.unknown_type") \
  X(nsh_header_too_small, "decoder.nsh.header_too_small") \
  X(nsh_unsupported_version, "decoder.nsh.unsupported_version") \
  X(nsh_bad_header_length, "decoder.nsh.bad_header_length") \
  X(nsh_reserved_type, "decoder.nsh.reserved_type") \
  X(nsh_unsupported_type, "decoder.nsh.unsupported_type") \
  X(nsh_unknown_payload, "decoder.nsh.unknown_payload") \
  X(esp_pkt_too_small, "decoder.esp.pkt_too_small") \
  X(sctp_pkt_too_small, "decoder.sctp.pkt_too_small") \
  X(arp_pkt_too_small, "decoder.arp.pkt_too_small") \
  X(arp_invalid_pkt, "decoder.arp.invalid_pkt") \
  X(arp_unsupported_hardware, "decoder.arp.unsupported_hardware") \
  X(arp_unsupported_protocol, "decoder.arp.unsupported_protocol") \
  X(arp_invalid_hardware_size, "decoder.arp.invalid_hardware_size") \
  X(arp_invalid_protocol_size, "decoder.arp.invalid_protocol_size") \
  X(arp_unsupported_opcode, "decoder.arp.unsupported_opcode") \
  X(igmp_pkt_too_small, "decoder.igmp.pkt_too_small") \
  X(geneve_unknown_payload_type, "decoder.geneve.unknown_payload_type") \
  X(vxlan_unknown_payload_type, "decoder.vxlan.unknown_payload_type") \
  X(ipv4_frag_ignored, "decoder.ipv4.frag_ignored") \
  X(ipv6_frag_ignored, "decoder.ipv6.frag_ignored") \
  X(unsupported_link_type, "decoder.unsupported_link_type")

#define GATEHOUSE_STREAM_EVENTS(X) \
  X(stream_3whs_ack_data_inject, "stream.3whs_ack_data_inject") \
  X(stream_3whs_ack_in_wrong_dir, "stream.3whs_ack_in_wrong_dir") \
  X(stream_3whs_async_wrong_seq, "stream.3whs_async_wrong_seq") \
  X(stream_3whs_right_seq_wrong_ack_evasion, "stream.3whs_right_seq_wrong_ack_evasion") \
  X(stream_3whs_syn_flood, "stream.3whs_syn_flood") \
  X(stream_3whs_syn_resend_diff_seq_on_syn_recv, "stream.3whs_syn_resend_diff_seq_on_syn_recv") \
  X(stream_3whs_syn_toclient_on_syn_recv, "stream.3whs_syn_toclient_on_syn_recv") \
  X(stream_3whs_synack_flood, "stream.3whs_synack_flood") \
  X(stream_3whs_synack_in_wrong_direction, "stream.3whs_synack_in_wrong_direction") \
  X(stream_3whs_synack_resend_with_diff_seq, "stream.3whs_synack_resend_with_diff_seq") \
  X(stream_3whs_synack_resend_with_different_ack, "stream.3whs_synack_resend_with_different_ack") \
  X(stream_3whs_synack_tfo_data_ignored, "stream.3whs_synack_tfo_data_ignored") \
  X(stream_3whs_synack_toserver_on_syn_recv, "stream.3whs_synack_toserver_on_syn_recv") \
  X(stream_3whs_synack_with_wrong_ack, "stream.3whs_synack_with_wrong_ack") \
  X(stream_3whs_wrong_seq_wrong_ack, "stream.3whs_wrong_seq_wrong_ack") \
  X(stream_4whs_invalid_ack, "stream.4whs_invalid_ack") \
  X(stream_4whs_synack_with_wrong_ack, "stream.4whs_synack_with_wrong_ack") \
  X(stream_4whs_synack_with_wrong_syn, "stream.4whs_synack_with_wrong_syn") \
  X(stream_4whs_wrong_seq, "stream.4whs_wrong_seq") \
  X(stream_closewait_ack_out_of_window, "stream.closewait_ack_out_of_window") \
  X(stream_closewait_fin_out_of_window, "stream.closewait_fin_out_of_window") \
  X(stream_closewait_invalid_ack, "stream.closewait_invalid_ack") \
  X(stream_closewait_pkt_before_last_ack, "stream.closewait_pkt_before_last_ack") \
  X(stream_closing_ack_wrong_seq, "stream.closing_ack_wrong_seq") \
  X(stream_closing_invalid_ack, "stream.closing_invalid_ack") \
  X(stream_est_invalid_ack, "stream.est_invalid_ack") \
  X(stream_est_packet_out_of_window, "stream.est_packet_out_of_window") \
  X(stream_est_pkt_before_last_ack, "stream.est_pkt_before_last_ack") \
  X(stream_est_syn_resend, "stream.est_syn_resend") \
  X(stream_est_syn_resend_diff_seq, "stream.est_syn_resend_diff_seq") \
  X(stream_est_syn_toclient, "stream.est_syn_toclient") \
  X(stream_est_synack_resend, "stream.est_synack_resend") \
  X(stream_est_synack_resend_with_diff_seq, "stream.est_synack_resend_with_diff_seq") \
  X(stream_est_synack_resend_with_different_ack, "stream.est_synack_resend_with_different_ack") \
  X(stream_est_synack_toserver, "stream.est_synack_toserver") \
  X(stream_fin1_ack_wrong_seq, "stream.fin1_ack_wrong_seq") \
  X(stream_fin1_fin_wrong_seq, "stream.fin1_fin_wrong_seq") \
  X(stream_fin1_invalid_ack, "stream.fin1_invalid_ack") \
  X(stream_fin2_ack_wrong_seq, "stream.fin2_ack_wrong_seq") \
  X(stream_fin2_fin_wrong_seq, "stream.fin2_fin_wrong_seq") \
  X(stream_fin2_invalid_ack, "stream.fin2_invalid_ack") \
  X(stream_fin_but_no_session, "stream.fin_but_no_session") \
  X(stream_fin_invalid_ack, "stream.fin_invalid_ack") \
  X(stream_fin_out_of_window, "stream.fin_out_of_window") \
  X(stream_fin_syn, "stream.fin_syn") \
  X(stream_lastack_ack_wrong_seq, "stream.lastack_ack_wrong_seq") \
  X(stream_lastack_invalid_ack, "stream.lastack_invalid_ack") \
  X(stream_pkt_bad_window_update, "stream.pkt_bad_window_update") \
  X(stream_pkt_broken_ack, "stream.pkt_broken_ack") \
  X(stream_pkt_invalid_ack, "stream.pkt_invalid_ack") \
  X(stream_pkt_invalid_timestamp, "stream.pkt_invalid_timestamp") \
  X(stream_pkt_retransmission, "stream.pkt_retransmission") \
  X(stream_pkt_spurious_retransmission, "stream.pkt_spurious_retransmission") \
  X(stream_reassembly_depth_reached, "stream.reassembly_depth_reached") \
  X(stream_reassembly_overlap_different_data, "stream.reassembly_overlap_different_data") \
  X(stream_reassembly_segment_before_base_seq, "stream.reassembly_segment_before_base_seq") \
  X(stream_reassembly_seq_gap, "stream.reassembly_seq_gap") \
  X(stream_reassembly_urgent_oob_limit_reached, "stream.reassembly_urgent_oob_limit_reached") \
  X(stream_rst_but_no_session, "stream.rst_but_no_session") \
  X(stream_rst_invalid_ack, "stream.rst_invalid_ack") \
  X(stream_shutdown_syn_resend, "stream.shutdown_syn_resend") \
  X(stream_suspected_rst_inject, "stream.suspected_rst_inject") \
  X(stream_timewait_ack_wrong_seq, "stream.timewait_ack_wrong_seq") \
  X(stream_timewait_invalid_ack, "stream.timewait_invalid_ack") \
  X(stream_wrong_thread, "stream.wrong_thread") \
  X(stream_memcap_reached, "stream.memcap_reached") \
  X(stream_segments_limit_reached, "stream.segments_limit_reached")
// clang-format on

namespace gatehouse {

enum class PacketEvent : std::uint8_t {
#define GATEHOUSE_ROW(identifier, name) identifier,
  GATEHOUSE_DECODE_EVENTS(GATEHOUSE_ROW) GATEHOUSE_STREAM_EVENTS(GATEHOUSE_ROW)
#undef GATEHOUSE_ROW
};

inline constexpr std::array kPacketEventNames{
#define GATEHOUSE_ROW(identifier, name) std::string_view{name},
    GATEHOUSE_DECODE_EVENTS(GATEHOUSE_ROW) GATEHOUSE_STREAM_EVENTS(GATEHOUSE_ROW)
#undef GATEHOUSE_ROW
};
static_assert(kPacketEventNames.size() <= 256);

constexpr std::string_view to_text(PacketEvent e) noexcept {
  return kPacketEventNames[static_cast<std::size_t>(e)];
}
constexpr bool is_stream_event(PacketEvent e) noexcept {
  return to_text(e).starts_with("stream.");
}

// The events of one packet, in the order they were found. The first kCapacity stand; one packet earns no more.
class PacketEvents {
 public:
  static constexpr std::size_t kCapacity = 12;

  void add(PacketEvent e) noexcept {
    if (size_ < kCapacity && !has(e)) events_[size_++] = e;
  }
  bool has(PacketEvent e) const noexcept {
    for (const PacketEvent seen : *this)
      if (seen == e) return true;
    return false;
  }
  bool empty() const noexcept { return size_ == 0; }
  std::size_t size() const noexcept { return size_; }
  void clear() noexcept { size_ = 0; }
  const PacketEvent* begin() const noexcept { return events_.data(); }
  const PacketEvent* end() const noexcept { return events_.data() + size_; }

 private:
  std::array<PacketEvent, kCapacity> events_;
  std::uint8_t size_ = 0;
};

}  // namespace gatehouse
