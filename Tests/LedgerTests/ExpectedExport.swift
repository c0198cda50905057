/// The golden lines. A change here breaks what reads our exports: it needs a new schema version.
enum ExpectedExport {
    static let header = """
        seq,cdr_id,call_id,leg_no,parent_leg,node_id,boot_id,schema_version,sip_call_id,from_tag,direction,caller_raw,\
        callee_raw,t_invite,state,partial_no,reason_closed,account,callee_e164,pai,user_agent,to_tag,src,dst,transport,\
        trunk_in,trunk_out,rule_id,attempt_no,tried_routes,t_progress,t_early_media,t_answer,t_end,t_last_rtp_in,\
        t_last_rtp_out,mono_talk_ns,pdd_ms,ring_ms,talk_ms,hold_ms,sip_code,sip_reason,q850,q850_source,released_by,\
        disposition,billable,codec_in,codec_out,ptime_ms,transcoded,dtmf_mode,packets_rx,packets_tx,octets_rx,octets_tx,\
        lost,late_discard,dup,reorder,jitter_mean_us,jitter_max_us,rtt_ms,mos_x100,mos_remote_x100,\
        egress_jitter_p999_us,userfield,t_written
        """

    static let firstLine = """
        1,01990000-0000-7000-8000-000000000001,01990000-0000-7000-8000-0000000003e9,1,,n1,1760000000000000,1,\
        call-1@test,from-1,in,1001,1002,1760000001000000,closed,0,hangup,1001,,,"Phone ""X"", v1",,192.0.2.7:5060,,,\
        ,,,1,"[{""trunk"":""a"",""sip_code"":503,""q850"":41,""ms"":12}]",,,1760000006000000,1760000016000000,,\
        ,10000000000,,,10000,0,200,,16,mapped,a,\
        answered,1,,,,0,,0,0,0,0,\
        0,0,0,0,,,,,,\
        ,,1760000000001000
        """
}
