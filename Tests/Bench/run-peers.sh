#!/usr/bin/env bash
# Measure a softswitch or media relay on loopback.  The SUT is a parameter: a file
# sut/NAME.sh that defines sut_start, sut_stop, sut_pids and sut_version.
#
#   run-peers.sh prepare                     tools and speech frames (apt packages named in README)
#   run-peers.sh sip SUT CPS [SECS]          basic calls at a fixed rate: CPU-s per 1000 calls
#   run-peers.sh sipmax SUT FROM STEP TO     raise the rate until >= 0.1 % are failed or retransmitted
#   run-peers.sh register SUT RATE [SECS]    REGISTER with digest challenge
#   run-peers.sh relay SUT CALLS [SECS]      RTP relay PCMU both sides: CPU-s per million packets
#   run-peers.sh xcode SUT CALLS FROM TO [SECS]   transcoding: CPU-s per call-minute
#   run-peers.sh memory SUT                  RSS/PSS at 0, 500 and 1000 calls
#   run-peers.sh stress SUT CALLS none|cpu|iperf [SECS]   latency under a neighbour's load
#   run-peers.sh ngcycle SUT COUNT           offer/answer/delete rounds of an ng relay
#   run-peers.sh torture SUT DIR             RFC 4475 messages (*.dat) from DIR, one by one
#
# Environment: SUT_ROOT (a chroot that holds the SUT; empty: this system), TOOL_ROOT (a
# chroot that holds ffmpeg, opusenc, espeak-ng, sox, iperf3, stress-ng), SIPP, TMP (scratch),
# RESULTS (JSON lines), LOCK (flock file), SUT_IP UAC_IP UAS_IP REG_IP, LABEL, RT (rtpload --rt), AUTONICE (see below).
set -u
LAB=$(cd "$(dirname "$0")" && pwd)
SUT_ROOT=${SUT_ROOT:-} TOOL_ROOT=${TOOL_ROOT:-${SUT_ROOT:-}}
TMP=${TMP:-/tmp/tandem-bench} RESULTS=${RESULTS:-$TMP/results.jsonl} LOCK=${LOCK:-/tmp/cpu.lock}
SUT_IP=${SUT_IP:-127.0.5.1} UAC_IP=${UAC_IP:-127.0.5.2} UAS_IP=${UAS_IP:-127.0.5.3} REG_IP=${REG_IP:-127.0.5.4}
SIPP=${SIPP:-sipp} PYTHON=${PYTHON:-python3} RTPLOAD=$TMP/build/rtpload FRAMES=$TMP/frames
mkdir -p "$TMP" "$FRAMES"
[ -f "$TMP/env" ] && . "$TMP/env"  # local settings
ulimit -n 20000 2>/dev/null
BG=()
in_root() { if [ -n "$SUT_ROOT" ]; then exec_or_run chroot "$SUT_ROOT" "$@"; else exec_or_run "$@"; fi; }
# In a background job ($BASHPID is the job's own) replace the shell, so that $! is the daemon,
# and give it a session: with autogroups it then competes as one service, as under systemd.
exec_or_run() { if [ "$BASHPID" != "$$" ]; then exec setsid "$@"; else "$@"; fi; }
# AUTONICE=-15: raise the scheduling groups of SUT, tools and stressor alike above other users of the machine
raise_group() {
	local p
	[ -z "${AUTONICE:-}" ] && return 0
	for p; do echo "$AUTONICE" >"/proc/$p/autogroup"; done 2>/dev/null
	return 0
}
unset_tmp=(env -u TMP -u TEMP -u TMPDIR) # tools in the chroot do not have our scratch folder
bg_tool() { if [ -n "$TOOL_ROOT" ]; then exec "${unset_tmp[@]}" setsid chroot "$TOOL_ROOT" "$@"; else exec setsid "$@"; fi; }
tool() { if [ -n "$TOOL_ROOT" ]; then chroot "$TOOL_ROOT" "$@"; else "$@"; fi; }
cleanup() { local p; for p in "${BG[@]:-}"; do [ -n "$p" ] && kill "$p" 2>/dev/null; done; [ -n "${SUT_PID:-}" ] && sut_stop; }
trap cleanup EXIT
trap 'exit 130' INT TERM
load_sut() { . "$LAB/sut/$1.sh"; SUT=$1; LABEL=${LABEL:-$1}; }
start_sut() { sut_start && raise_group $(sut_pids); }
snap() { "$PYTHON" "$LAB/cpuof.py" snap $(sut_pids); }
pidlist() { sut_pids | tr -s ' \n' ',' | sed 's/,$//'; }

prepare() {
	make -C "$LAB" BUILD="$TMP/build" || return
	local w=/tmp/lab-speech
	mkdir -p "$TOOL_ROOT$w"
	tool espeak-ng -s 150 -w $w/raw.wav "Good morning. This line is used to measure voice gateways. The quick brown fox jumps over the lazy dog, and seven wizards quickly mixed five dozen jugs. Please hold while we connect your call to the next free operator. Thank you for waiting, your conversation may be recorded for training."
	tool sox $w/raw.wav -r 48000 -c 1 $w/48k.wav norm -3 || return
	tool ffmpeg -v error -y -i $w/48k.wav -ar 8000 -f mulaw $w/pcmu.raw
	tool ffmpeg -v error -y -i $w/48k.wav -ar 8000 -f alaw $w/pcma.raw
	tool ffmpeg -v error -y -i $w/48k.wav -ar 16000 -c:a g722 -f g722 $w/g722.raw
	tool ffmpeg -v error -y -i $w/48k.wav -ar 8000 -c:a libgsm -f gsm $w/gsm.raw
	tool opusenc --quiet --bitrate 24 --framesize 20 --comp 5 --speech $w/48k.wav $w/opus.ogg
	local c
	for c in pcmu pcma g722; do "$PYTHON" "$LAB/mkframes.py" fixed 160 "$TOOL_ROOT$w/$c.raw" "$FRAMES/$c.frames"; done
	"$PYTHON" "$LAB/mkframes.py" fixed 33 "$TOOL_ROOT$w/gsm.raw" "$FRAMES/gsm.frames"
	"$PYTHON" "$LAB/mkframes.py" ogg "$TOOL_ROOT$w/opus.ogg" "$FRAMES/opus.frames"
}

sip_once() { # label cps secs
	local stat=$TMP/stat.csv before after n=$(($2 * $3))
	rm -f "$stat"
	"$SIPP" "$SUT_IP:5060" -sf "$LAB/sipp/uas.xml" -i "$UAS_IP" -p 5060 -bg -nd -timeout $(($3 + 60)) -nostdin >"$TMP/uas.out" 2>&1
	local uas
	uas=$(sed -n 's/.*PID=\[\([0-9]*\)\].*/\1/p' "$TMP/uas.out")
	BG+=("$uas")
	sleep 0.5
	before=$(snap)
	"$SIPP" "$SUT_IP:5060" -sf "$LAB/sipp/uac.xml" -i "$UAC_IP" -p 5060 -s b1000 -r "$2" -m "$n" -l 20000 -nostdin \
		-timeout $(($3 + 30)) -trace_stat -stf "$stat" -fd 1 >"$TMP/uac.out" 2>&1
	after=$(snap)
	kill "$uas" 2>/dev/null
	"$PYTHON" "$LAB/cpuof.py" sipp "$1" "$RESULTS" "$stat" "$before" "$after" offered="$2" kind=sip sut="$SUT"
	sleep 0.5
}
sip() { load_sut "$1"; start_sut && sip_once "$LABEL-warm" 20 2 >/dev/null && sip_once "$LABEL" "$2" "${3:-20}"; }
sipmax() {
	load_sut "$1"; start_sut || return
	sip_once "$LABEL-warm" 20 2 >/dev/null
	local r line
	for ((r = $2; r <= $4; r += $3)); do
		line=$(sip_once "$LABEL-max" "$r" "${SECS:-10}")
		echo "$line"
		"$PYTHON" -c 'import json,sys; d=json.loads(sys.argv[1]); sys.exit(d["bad_pct"]>=0.1)' "$line" || { sleep 5; line=$(sip_once "$LABEL-max" "$r" "${SECS:-10}"); echo "again: $line"; "$PYTHON" -c 'import json,sys; d=json.loads(sys.argv[1]); sys.exit(d["bad_pct"]>=0.1)' "$line" || break; }
	done
}
register() {
	load_sut "$1"; USERS=${USERS:-1000}; start_sut || return
	local inf=$TMP/users.csv stat=$TMP/stat.csv before after
	{ echo SEQUENTIAL; seq 0 $((USERS - 1)) | sed 's/.*/u&;[authentication username=u& password=secret]/'; } >"$inf"
	rm -f "$stat"
	"$SIPP" "$SUT_IP:5060" -sf "$LAB/sipp/register.xml" -inf "$inf" -i "$REG_IP" -p 5060 -r 100 -m 200 -nostdin -timeout 30 >/dev/null 2>&1
	before=$(snap)
	"$SIPP" "$SUT_IP:5060" -sf "$LAB/sipp/register.xml" -inf "$inf" -i "$REG_IP" -p 5060 -r "$2" -m $(($2 * ${3:-15})) -nostdin \
		-timeout $((${3:-15} + 30)) -trace_stat -stf "$stat" -fd 1 >"$TMP/uac.out" 2>&1
	after=$(snap)
	"$PYTHON" "$LAB/cpuof.py" sipp "$LABEL-register" "$RESULTS" "$stat" "$before" "$after" offered="$2" kind=register sut="$SUT"
}

# set up calls whichever way the SUT takes them; leaves $TMP/calls.txt
calls_up() { # calls
	local shared=${SHARED:+--shared-port}
	if [ "$SUT_KIND" = static ]; then
		head -n "$1" "$TMP/floor.calls" >"$TMP/calls.txt"
		return
	fi
	if [ "$SUT_KIND" = ng ]; then
		"$PYTHON" "$LAB/ng.py" setup --ng "$SUT_IP:2223" --uac "$UAC_IP" --uas "$UAS_IP" --calls "$1" --first "${FIRST:-0}" --codec-a "${CODEC_A:-PCMU}" --codec-b "${CODEC_B:-PCMU}" $shared --out "$TMP/calls.txt"
	else
		rm -f "$TMP/hold"; mkfifo "$TMP/hold"
		"$PYTHON" "$LAB/sipcalls.py" --sut "$SUT_IP:5060" --uac "$UAC_IP" --uas "$UAS_IP" --calls "$1" --rate "${CALL_RATE:-50}" --codec-a "${CODEC_A:-PCMU}" --codec-b "${CODEC_B:-PCMU}" $shared \
			--out "$TMP/calls.txt" <"$TMP/hold" >"$TMP/calls.log" 2>&1 &
		CALLS_PID=$!
		BG+=("$CALLS_PID")
		exec 9>"$TMP/hold"
		local n
		for n in $(seq 600); do grep -q READY "$TMP/calls.log" && break; kill -0 $CALLS_PID 2>/dev/null || break; sleep 0.2; done
		cat "$TMP/calls.log"
		grep -q READY "$TMP/calls.log"
	fi
}
calls_down() { # calls
	[ "$SUT_KIND" = static ] && return
	if [ "$SUT_KIND" = ng ]; then
		"$PYTHON" "$LAB/ng.py" teardown --ng "$SUT_IP:2223" --calls "$1" --first "${FIRST:-0}" >/dev/null
	else
		exec 9>&-
		wait "$CALLS_PID" 2>/dev/null
	fi
}
meter() { "$RTPLOAD" --calls "$TMP/calls.txt" --pid "$(pidlist)" --json "$RESULTS" ${RT:+--rt "$RT"} "$@"; }
relay() {
	load_sut "$1"; CALLS=$2; start_sut || return
	calls_up "$2" || return
	meter --label "$LABEL-relay-$2" --duration "${3:-20}"
	calls_down "$2"
}
frames_of() { echo "$FRAMES/$(echo "$1" | tr A-Z a-z).frames"; }
step_of() { case $1 in opus) echo 960 ;; *) echo 160 ;; esac; }
xcode() {
	load_sut "$1"; CODEC_A=$3 CODEC_B=$4
	start_sut || return
	if [ "$4" = G729 ] && [ ! -s "$FRAMES/g729.frames" ]; then # no encoder at hand: let the SUT make the frames
		calls_up 1 && "$RTPLOAD" --calls "$TMP/calls.txt" --payload-a "$(frames_of "$3")" --one-way --duration 20 --dump "$FRAMES/g729.frames" >/dev/null
		calls_down 1
	fi
	calls_up "$2" || return
	meter --label "$LABEL-xcode-$3-$4-$2" --duration "${5:-20}" --payload-a "$(frames_of "$3")" --payload-b "$(frames_of "$4")" --step-a "$(step_of "$3")" --step-b "$(step_of "$4")"
	calls_down "$2"
}
memory() {
	load_sut "$1"; start_sut || return
	local n
	for n in 0 500 1000; do
		if [ $n -gt 0 ]; then
			calls_up $n || return
			[ -n "${MEDIA:-}" ] && "$RTPLOAD" --calls "$TMP/calls.txt" --ptime 100 --duration 5 --warmup 2 | head -1
		fi
		sleep 1
		set -- $("$PYTHON" "$LAB/cpuof.py" rss $(sut_pids))
		echo "{\"label\":\"$LABEL-memory\",\"calls\":$n,\"rss_kib\":$1,\"pss_kib\":$2}" | tee -a "$RESULTS"
		[ $n -gt 0 ] && calls_down $n && sleep 2
	done
}
stress() {
	load_sut "$1"; CALLS=$2; start_sut || return
	calls_up "$2" || return
	local pids=() secs=${4:-20}
	case $3 in
	cpu) bg_tool stress-ng --cpu 4 --timeout $((secs + 6)) >/dev/null 2>&1 & pids+=($!) ;;
	iperf)
		bg_tool iperf3 -s -1 -B 127.0.5.9 -p 5299 >/dev/null 2>&1 & pids+=($!)
		sleep 0.5
		bg_tool iperf3 -c 127.0.5.9 -p 5299 -t $((secs + 5)) >"$TMP/iperf.out" 2>&1 & pids+=($!) ;;
	esac
	BG+=("${pids[@]}")
	raise_group $(sut_pids) "${pids[@]}"
	sleep 1
	meter --label "$LABEL-stress-$3-$2" --duration "$secs"
	calls_down "$2"
	[ ${#pids[@]} -gt 0 ] && wait "${pids[@]}" 2>/dev/null
	[ "$3" = iperf ] && { grep -E 'receiver|sender' "$TMP/iperf.out" || echo "iperf3 did not run: no flood" >&2; }
}
ngcycle() {
	load_sut "$1"; start_sut || return
	"$PYTHON" "$LAB/ng.py" cycle --ng "$SUT_IP:2223" --calls 100 >/dev/null
	local before after
	before=$(snap)
	"$PYTHON" "$LAB/ng.py" cycle --ng "$SUT_IP:2223" --calls "$2"
	after=$(snap)
	"$PYTHON" -c 'import sys; b,a=[list(map(float,x.split())) for x in sys.argv[1:3]]; n=int(sys.argv[3]); print("{\"label\":\"%s-ngcycle\",\"rounds\":%d,\"cpu_s_per_1000\":%.4f}"%(sys.argv[4],n,1000*(a[0]-b[0]+a[1]-b[1])/n))' "$before" "$after" "$2" "$LABEL" | tee -a "$RESULTS"
}
torture() { # in a network namespace of its own: some messages name foreign hosts
	if [ -z "${IN_NETNS:-}" ]; then
		IN_NETNS=1 LOCK=$TMP/torture.lock unshare -n bash -c 'ip link set lo up; exec "$@"' - "$LAB/run-peers.sh" torture "$@"
		return
	fi
	load_sut "$1"; start_sut || return
	"$PYTHON" "$LAB/torture.py" --sut "$SUT_IP:5060" --local "$UAC_IP" --pid "$SUT_PID" "$2"
}

cmd=${1:-help}
case $cmd in
prepare) prepare ;;
sip | sipmax | register | relay | xcode | memory | stress | ngcycle | torture)
	shift
	exec 8>"$LOCK"
	flock 8
	echo "# $cmd $* load $(cut -d' ' -f1-3 /proc/loadavg) $(date -u +%H:%M:%S)" >&2
	raise_group self
	"$cmd" "$@" 8>&-
	;;
*) sed -n '2,/^set -u/p' "$0" | grep '^#' ;;
esac
